// Passages set apart from the text: a pull quote, a note that says what comes next.

import { Node } from "django-prose-editor/editor";

/** A block that holds paragraphs and is known by its one class. */
export const aside = (name, cssClass) =>
  Node.create({
    name,
    group: "block",
    content: "paragraph+",
    defining: true,
    parseHTML: () => [{ tag: `aside.${cssClass}` }],
    renderHTML: () => ["aside", { class: cssClass }, 0],
    addMenuItems({ menu, buttons }) {
      menu.defineItem({
        name,
        groups: "nodes",
        button: buttons.text(name),
        command: (editor) => editor.chain().focus().toggleWrap(name).run(),
        enabled: (editor) => editor.can().toggleWrap(name),
        active: (editor) => editor.isActive(name),
      });
    },
  });
