// What the prose editor has beyond its own: nodes of ours, a toolbar in the words of the desk, and clean pasting.

import { Extension, Link as PlainLink, Plugin } from "django-prose-editor/editor";
import { aside } from "firsthand/prose-asides";
import { askLine } from "firsthand/prose-dialog";
import { mention } from "firsthand/prose-mentions";
import { cleaned } from "firsthand/prose-paste";
import { picture } from "firsthand/prose-pictures";

export const PullQuote = aside("pullQuote", "pull-quote");
export const ContentNote = aside("contentNote", "content-note");
export const Picture = picture("picture");
export const Statistic = mention("statistic");
export const Citation = mention("citation");

const PICTURE = /<(img|picture|svg)\b/i;

/** Cleans what is pasted; where pictures were left out, a line under the text says so until it is changed again. */
export const CleanPaste = Extension.create({
  name: "cleanPaste",
  addOptions: () => ({ pictures: "" }),
  addStorage: () => ({ status: null }),

  onBeforeCreate() {
    this.storage.status = Object.assign(document.createElement("p"), { className: "prose-status" });
    this.storage.status.setAttribute("role", "status");
    this.editor.options.element.append(this.storage.status);
  },

  onUpdate({ transaction }) {
    if (!transaction.getMeta("paste")) this.storage.status.textContent = "";
  },

  addProseMirrorPlugins() {
    const { options, storage } = this;
    const handlePaste = (_view, { clipboardData }) => {
      const html = clipboardData?.getData("text/html") ?? "";
      const isFile = [...(clipboardData?.files ?? [])].some((file) => file.type.startsWith("image/"));
      storage.status.textContent = PICTURE.test(html) || (isFile && !html) ? options.pictures : "";
      return false;
    };
    return [new Plugin({ props: { transformPastedHTML: cleaned, handlePaste } })];
  },
});

const ADDRESS = /^(https?:\/\/[^\s/]|mailto:[^\s@]+@[^\s@]+)/i;

/** Asks for the address alone: nothing else of a link is kept. */
export const Link = PlainLink.extend({
  addOptions() {
    return { ...this.parent?.(), words: {} };
  },
  addCommands() {
    const { words } = this.options;
    return {
      ...this.parent?.(),
      addLink:
        () =>
        ({ editor }) => {
          if (editor.state.selection.empty && !editor.isActive("link")) return false;
          const value = editor.getAttributes("link").href ?? "";
          const check = (address) => (ADDRESS.test(address) ? null : words.link_wrong);
          askLine({ title: words.link_title, label: words.link_label, value, words, check }).then((href) => {
            const chain = editor.chain().focus();
            if (href) chain.extendMarkRange("link").setLink({ href }).run();
            else chain.run();
          });
          return true;
        },
    };
  },
});

/** Names every button, says which are pressed, and ties the editor to the label of its field. */
export const Toolbar = Extension.create({
  name: "toolbar",
  // After all that add buttons.
  priority: 1,
  addOptions: () => ({ labels: {}, title: "" }),

  addMenuItems({ menu }) {
    for (const item of menu.items("headings blockType lists nodes marks link mentions history")) {
      const { button, update } = item;
      const label = this.options.labels[item.name];
      if (!button || !label) continue;
      button.title = label;
      button.setAttribute("aria-label", label);
      if (!button.classList.contains("material-icons")) button.textContent = label;
      item.update = (editor) => {
        update(editor);
        if (button.classList.contains("active") || button.hasAttribute("aria-pressed")) {
          button.setAttribute("aria-pressed", String(button.classList.contains("active")));
        }
        button.setAttribute("aria-disabled", String(button.classList.contains("disabled")));
      };
    }
  },

  // With the first drawing: who looks before anything else has run finds the editor named.
  addProseMirrorPlugins() {
    const attributes = namesOf(fieldOf(this.editor));
    return [new Plugin({ props: { attributes } })];
  },

  onCreate() {
    const { editor } = this;
    editor.storage.menu.dom?.setAttribute("role", "toolbar");
    editor.storage.menu.dom?.setAttribute("aria-label", this.options.title);
    labelOf(fieldOf(editor))?.addEventListener("click", () => editor.commands.focus());
  },
});

const fieldOf = (editor) => editor.options.element.querySelector("textarea");
const labelOf = (field) => field && document.querySelector(`label[for="${field.id}"]`);

/** What the editor is called and how it is described: as the field that it stands for. */
function namesOf(field) {
  const names = { role: "textbox", "aria-multiline": "true" };
  const label = labelOf(field);
  if (label) {
    label.id ||= `${field.id}_label`;
    names["aria-labelledby"] = label.id;
  }
  for (const name of ["aria-describedby", "aria-invalid"]) {
    if (field?.hasAttribute(name)) names[name] = field.getAttribute(name);
  }
  return names;
}
