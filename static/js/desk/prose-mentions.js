// A number or a source inside the text. What is stored is its id; what is shown here is what it will print.

import { Node } from "django-prose-editor/editor";
import { fetched, pick, pieceLanguage } from "firsthand/prose-picking";

const LONGEST_QUESTION = 1500;
const known = new Map();
const asked = new Map();
const changes = new EventTarget();
let waiting = null;

/** What a mention will print, asked for together with all others of the page. */
function printed(address, value) {
  const key = `${pieceLanguage()} ${value}`;
  if (known.has(key)) return known.get(key);
  const answer = new Promise((resolve) => asked.set(value, [...(asked.get(value) ?? []), resolve]));
  known.set(key, answer);
  waiting ??= setTimeout(() => ask(address), 30);
  return answer;
}

async function ask(address) {
  waiting = null;
  const all = [...asked];
  asked.clear();
  while (all.length) {
    const group = [];
    let length = 0;
    while (all.length && length < LONGEST_QUESTION) {
      group.push(all.shift());
      length += encodeURIComponent(group.at(-1)[0]).length + 3;
    }
    const params = [["language", pieceLanguage()], ...group.map(([value]) => ["m", value])];
    const answer = await fetched(address, params).catch(() => ({ printed: {} }));
    for (const [value, resolves] of group) for (const resolve of resolves) resolve(answer.printed[value] ?? null);
  }
}

document.addEventListener("change", (event) => {
  if (event.target.name !== "language") return;
  known.clear();
  changes.dispatchEvent(new Event("language"));
});

/** An inline node that refers to a piece. */
export const mention = (name) =>
  Node.create({
    name,
    group: "inline",
    inline: true,
    atom: true,
    selectable: true,
    draggable: true,
    addOptions: () => ({ words: {}, kind: "", chooseUrl: "", printedUrl: "", parts: [], longestLocator: 0 }),
    addAttributes: () => ({ value: { default: "", parseHTML: (element) => element.getAttribute("value") } }),
    parseHTML() {
      const isOurs = (element) => element.getAttribute("value").startsWith(`${this.options.kind}:`);
      return [{ tag: "data[value]", getAttrs: (element) => isOurs(element) && null }];
    },
    renderHTML: ({ HTMLAttributes }) => ["data", HTMLAttributes],

    addNodeView() {
      const { printedUrl, words } = this.options;
      return ({ node, editor }) => {
        const dom = document.createElement("span");
        dom.className = `desk-mention ${name}`;
        dom.contentEditable = "false";
        let { value } = node.attrs;
        const say = async () => {
          dom.textContent = words.loading;
          const answer = await printed(printedUrl, value);
          dom.textContent = answer?.words ?? value;
          dom.title = [answer?.hint, words.change].filter(Boolean).join(" ");
          dom.dataset.state = answer?.state ?? "";
        };
        const change = () => editor.commands[`pick_${name}`]();
        dom.addEventListener("dblclick", change);
        changes.addEventListener("language", say);
        say();
        return {
          dom,
          ignoreMutation: () => true,
          destroy: () => changes.removeEventListener("language", say),
          update(other) {
            if (other.type.name !== name) return false;
            if (other.attrs.value !== value) {
              ({ value } = other.attrs);
              say();
            }
            return true;
          },
        };
      };
    },

    addCommands() {
      const { options } = this;
      return {
        [`pick_${name}`]:
          () =>
          ({ editor }) => {
            const { node } = editor.state.selection;
            const value = node?.type.name === name ? node.attrs.value : null;
            pick({ ...options, value }).then((chosen) => {
              if (chosen) editor.chain().focus().insertContent({ type: name, attrs: { value: chosen } }).run();
              else editor.commands.focus();
            });
            return true;
          },
      };
    },

    addKeyboardShortcuts() {
      return {
        Enter: ({ editor }) => {
          if (editor.state.selection.node?.type.name !== name) return false;
          return editor.commands[`pick_${name}`]();
        },
      };
    },

    addMenuItems({ menu, buttons }) {
      menu.defineItem({
        name,
        groups: "mentions",
        button: buttons.text(name),
        command: (editor) => editor.commands[`pick_${name}`](),
        active: (editor) => editor.isActive(name),
      });
    },
  });
