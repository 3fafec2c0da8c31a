// The place of a picture inside the text. What is stored is its id; which pictures there are, the rows of the form say.

import { Node } from "django-prose-editor/editor";
import { labelled, make, openDialog } from "firsthand/prose-dialog";

const ROWS = "select[name^=piece_pictures-][name$=-picture]";
const changes = new EventTarget();
const tell = () => changes.dispatchEvent(new Event("pictures"));
document.addEventListener("change", tell);
// The list from which a picture is chosen tells the listeners of jQuery alone.
addEventListener("load", () => globalThis.django?.jQuery?.(document).on("change", ROWS, tell));

/** The pictures of the piece as the form has them now: id and name. */
function pictures() {
  const found = new Map();
  for (const select of document.querySelectorAll(ROWS)) {
    const isDeleted = document.querySelector(`[name="${select.name.replace(/picture$/, "DELETE")}"]`)?.checked;
    if (select.value && !isDeleted && !select.name.includes("__prefix__")) {
      found.set(select.value, select.selectedOptions[0]?.textContent.trim() ?? select.value);
    }
  }
  return found;
}

/** Resolves with the id of one of them, or with null. */
function choose(words, now) {
  const found = pictures();
  if (!found.size) {
    const said = make("p", { textContent: words.no_pictures });
    return openDialog({ title: words.choose_picture, words, parts: [said], answer: () => "", confirm: words.close });
  }
  const options = [...found].map(([value, textContent]) => make("option", { value, textContent }));
  const select = make("select", {}, ...options);
  if (now) select.value = now;
  const parts = [labelled(words.picture, select)];
  return openDialog({ title: words.choose_picture, words, parts, answer: () => select.value || null });
}

/** A block that stands for a picture. */
export const picture = (name) =>
  Node.create({
    name,
    group: "block",
    atom: true,
    selectable: true,
    draggable: true,
    addOptions: () => ({ words: {} }),
    addAttributes: () => ({
      picture: {
        default: "",
        parseHTML: (element) => element.dataset.picture,
        renderHTML: (attributes) => ({ "data-picture": attributes.picture }),
      },
    }),
    parseHTML: () => [{ tag: "figure[data-picture]" }],
    renderHTML: ({ HTMLAttributes }) => ["figure", HTMLAttributes],

    addNodeView() {
      const { words } = this.options;
      return ({ node, editor }) => {
        const dom = document.createElement("div");
        dom.className = "desk-picture";
        dom.contentEditable = "false";
        let id = node.attrs.picture;
        const say = () => {
          const label = pictures().get(String(id));
          dom.textContent = `${words.picture}: ${label ?? words.not_among}`;
          dom.dataset.state = label === undefined ? "unknown" : "";
        };
        dom.addEventListener("dblclick", () => editor.commands[`place_${name}`]());
        changes.addEventListener("pictures", say);
        say();
        return {
          dom,
          ignoreMutation: () => true,
          destroy: () => changes.removeEventListener("pictures", say),
          update(other) {
            if (other.type.name !== name) return false;
            id = other.attrs.picture;
            say();
            return true;
          },
        };
      };
    },

    addCommands() {
      const { words } = this.options;
      return {
        [`place_${name}`]:
          () =>
          ({ editor }) => {
            const { node } = editor.state.selection;
            const now = node?.type.name === name ? String(node.attrs.picture) : "";
            choose(words, now).then((chosen) => {
              if (chosen) editor.chain().focus().insertContent({ type: name, attrs: { picture: chosen } }).run();
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
          return editor.commands[`place_${name}`]();
        },
      };
    },

    addMenuItems({ menu, buttons }) {
      menu.defineItem({
        name,
        groups: "nodes",
        button: buttons.text(name),
        command: (editor) => editor.commands[`place_${name}`](),
        active: (editor) => editor.isActive(name),
      });
    },
  });
