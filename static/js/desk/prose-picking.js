// The dialog in which a number or a source is picked from a list that can be searched.

import { labelled, make, newId, openDialog } from "firsthand/prose-dialog";

const PAUSE = 250;
const NOT_IN_A_PLACE = /[^\p{L}\p{N}_ .,:;()/*§–-]/gu;

/** The language of the piece, in which it will be printed. */
export const pieceLanguage = () => document.querySelector("[name=language]")?.value ?? "";

export async function fetched(address, params) {
  const answer = await fetch(`${address}?${new URLSearchParams(params)}`, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}

/** Calls it once nobody has typed for a moment. */
function afterPause(call) {
  let waiting = 0;
  return () => {
    clearTimeout(waiting);
    waiting = setTimeout(call, PAUSE);
  };
}

/** Resolves with the stored value of the mention, or with null. `value` is the one that is to be changed. */
export function pick({ words, kind, chooseUrl, printedUrl, parts, longestLocator, value }) {
  const name = newId("choice");
  const search = make("input", { type: "search", autocomplete: "off" });
  const status = make("p", { role: "status", className: "desk-dialog-status" });
  const list = make("div", { className: "desk-choices", role: "radiogroup", "aria-label": words[`choose_${kind}`] });
  const extra = kind === "source" ? placeOf({ words, parts, longestLocator, value }) : editionOf({ words, value });
  const prints = make("p", { className: "desk-dialog-prints", "aria-live": "polite" });
  // What is chosen stays so, and in the list, while somebody searches on.
  let chosen = null;

  const stored = () => (chosen ? extra.stored(chosen) : null);

  function answer() {
    if (!chosen) status.textContent = words.choose_first;
    return stored();
  }

  async function showPrint() {
    const now = stored();
    if (!now) return;
    const said = await fetched(printedUrl, { m: now, language: pieceLanguage() }).catch(() => null);
    if (now === stored() && said) prints.textContent = words.prints + said.printed[now].words;
  }

  function choose(one) {
    chosen = one;
    extra.showFor(one);
    showPrint();
  }

  function choice(one) {
    const radio = make("input", { type: "radio", name, value: one.value, checked: one === chosen });
    radio.addEventListener("change", () => choose(one));
    const lines = [make("strong", { textContent: one.title }), make("span", { textContent: one.prints })];
    if (one.status) lines.push(make("em", { textContent: one.status }));
    return make("label", {}, radio, make("span", {}, ...lines));
  }

  async function look() {
    const asked = search.value;
    try {
      const { results, more } = await fetched(chooseUrl, { q: asked, language: pieceLanguage(), value: value ?? "" });
      if (asked !== search.value) return;
      if (!chosen && value) {
        const now = results.find((one) => one.value === value.split(/[@#]/)[0]);
        if (now) choose(now);
      }
      const others = results.filter((one) => one.value !== chosen?.value);
      list.replaceChildren(...(chosen ? [chosen, ...others] : others).map(choice));
      status.textContent = results.length ? `${words.count}${results.length}. ${more ? words.more : ""}` : words.none;
    } catch {
      status.textContent = words.failed;
    }
  }

  search.addEventListener("input", afterPause(look));
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    (list.querySelector("input:checked") ?? list.querySelector("input"))?.focus();
  });
  extra.dom.addEventListener("input", afterPause(showPrint));
  look();
  return openDialog({
    title: words[`choose_${kind}`],
    words,
    parts: [labelled(words.search, search), status, list, extra.dom, prints],
    answer,
  });
}

/** Whether the newest value is printed, or that of one edition for ever. */
function editionOf({ words, value }) {
  const select = make("select");
  const dom = make("div", { hidden: true }, labelled(words.which, select));
  return {
    dom,
    stored: () => select.value,
    showFor(one) {
      const pinned = one.editions.map(({ value, label }) => make("option", { value, textContent: words.for_ever + label }));
      select.replaceChildren(make("option", { value: one.value, textContent: words.newest }), ...pinned);
      if ([...select.options].some((option) => option.value === value)) select.value = value;
      dom.hidden = false;
    },
  };
}

/** Where in a work it stands. */
function placeOf({ words, parts, longestLocator, value }) {
  const [, part = parts[0], locator = ""] = /#(\w+)=(.*)$/.exec(value ?? "") ?? [];
  const field = make("input", { type: "text", value: locator, maxLength: longestLocator, autocomplete: "off" });
  const select = make("select", {}, ...parts.map((name) => make("option", { value: name, textContent: words[name] })));
  select.value = part;
  field.addEventListener("input", () => {
    const typed = field.value.replace(NOT_IN_A_PLACE, "");
    if (typed !== field.value) field.value = typed;
  });
  const dom = make("div", { hidden: true, className: "desk-dialog-pair" }, labelled(words.place_kind, select), labelled(words.place, field));
  return {
    dom,
    stored: (one) => (field.value.trim() ? `${one.value}#${select.value}=${field.value.trim()}` : one.value),
    showFor() {
      dom.hidden = false;
    },
  };
}
