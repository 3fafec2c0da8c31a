// Small dialogs of the prose editor. They stand outside the form of the piece, so that Enter never sends it.

let count = 0;

/** An element with properties, attributes (those with a hyphen, `for` and `role`) and children. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (/-|^(for|role|pattern)$/.test(name)) element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children);
  return element;
}

export const newId = (name) => `desk-${name}-${++count}`;

/** A label with its field. */
export function labelled(text, field) {
  field.id ||= newId("field");
  return make("p", { className: "desk-dialog-field" }, make("label", { for: field.id, textContent: text }), field);
}

/** Opens a dialog with these parts; resolves with what `answer()` gives when it is confirmed, else with null. */
export function openDialog({ title, words, parts, answer, confirm = words.insert }) {
  return new Promise((resolve) => {
    const heading = make("h2", { id: newId("title"), textContent: title });
    const yes = make("button", { type: "submit", className: "desk-dialog-yes", textContent: confirm });
    const no = make("button", { type: "button", textContent: words.cancel });
    const form = make("form", { noValidate: true }, heading, ...parts, make("p", { className: "desk-dialog-buttons" }, yes, no));
    const dialog = make("dialog", { className: "desk-dialog", "aria-labelledby": heading.id }, form);
    const before = document.activeElement;
    let result = null;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      result = answer();
      if (result !== null) dialog.close();
    });
    no.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      before?.focus?.();
      resolve(result);
    });
    document.body.append(dialog);
    dialog.showModal();
    dialog.querySelector("input, select, textarea, button")?.focus();
  });
}

/** Asks for one line of text. `check` says in a sentence what is wrong with it, or nothing. */
export function askLine({ title, label, value, words, check }) {
  const field = make("input", { type: "text", value, autocomplete: "off" });
  const wrong = make("p", { className: "desk-dialog-wrong", role: "alert", id: newId("wrong") });
  field.setAttribute("aria-describedby", wrong.id);
  const answer = () => {
    wrong.textContent = check(field.value.trim()) ?? "";
    field.toggleAttribute("aria-invalid", Boolean(wrong.textContent));
    return wrong.textContent ? null : field.value.trim();
  };
  return openDialog({ title, words, parts: [labelled(label, field), wrong], answer });
}
