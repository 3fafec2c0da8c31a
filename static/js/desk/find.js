/* The search box of the desk: answers while somebody types, with the keyboard first. Without this it is a plain form. */

const WAIT = 150;

const form = document.querySelector("#find");
if (form) attend(form);

function attend(form) {
  const box = form.querySelector("input");
  const list = form.querySelector("#find-answers");
  const said = form.querySelector("[data-find-said]");
  let timer = 0;
  let asking = null;
  let active = null;
  let cameFrom = null;

  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", "false");
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", box.labels[0].textContent);

  const options = () => [...list.querySelectorAll('[role="option"]')];

  const close = () => {
    clearTimeout(timer);
    asking?.abort();
    list.hidden = true;
    choose(null);
    box.setAttribute("aria-expanded", "false");
  };

  const open = () => {
    if (!list.childElementCount) return;
    list.hidden = false;
    box.setAttribute("aria-expanded", "true");
  };

  const choose = (option) => {
    active?.setAttribute("aria-selected", "false");
    active = option;
    if (!option) return box.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    box.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };

  const move = (step) => {
    const all = options();
    if (!all.length) return;
    open();
    const at = all.indexOf(active);
    // From the box the arrows lead to either end, and behind an end lies the box again.
    const next = at === -1 ? (step > 0 ? 0 : all.length - 1) : at + step;
    choose(all[next] ?? null);
  };

  const say = (sentence) => {
    said.textContent = sentence;
  };

  const ask = async () => {
    const text = box.value;
    asking?.abort();
    if (!text.trim()) {
      list.replaceChildren();
      say("");
      return close();
    }
    const mine = (asking = new AbortController());
    try {
      const address = `${form.dataset.answers}?${new URLSearchParams({ q: text })}`;
      const answer = await fetch(address, { cache: "no-store", redirect: "manual", signal: mine.signal });
      if (answer.type === "opaqueredirect") return tell(form.dataset.loggedOut);
      if (!answer.ok) throw new Error(String(answer.status));
      const found = await answer.json();
      if (mine.signal.aborted) return;
      choose(null);
      list.replaceChildren(...groupsOf(found.groups));
      if (found.groups.length) open();
      else tell(found.said);
      say(found.said);
    } catch (error) {
      if (error.name !== "AbortError") tell(form.dataset.failed);
    }
  };

  /** One sentence in place of the answers. */
  const tell = (sentence) => {
    choose(null);
    list.replaceChildren(made("p", "find-none", sentence));
    list.hidden = false;
    box.setAttribute("aria-expanded", "false");
    say(sentence);
  };

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  box.addEventListener("focus", () => {
    if (box.value.trim() && list.childElementCount) open();
  });
  box.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && active && !list.hidden) {
      event.preventDefault();
      go(active, event);
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (!list.hidden) return close();
      if (box.value) {
        box.value = "";
        list.replaceChildren();
      } else if (cameFrom?.isConnected) cameFrom.focus();
    } else if (event.key === "Tab") close();
  });
  // The box keeps the focus, so that the list stays open under the pointer.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest('[role="option"]');
    if (option) go(option, event);
  });
  form.addEventListener("submit", close);
  document.addEventListener("click", (event) => {
    if (!form.contains(event.target)) close();
  });
  form.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !form.contains(event.relatedTarget)) close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || !isAsked(event)) return;
    event.preventDefault();
    cameFrom = document.activeElement;
    box.focus();
    box.select();
  });
}

/** Whether these keys ask for the box: a slash where nobody is typing, Control or Command with K but in prose. */
function isAsked(event) {
  const place = event.target instanceof Element ? event.target : document.body;
  if (place.id === "find-text" || place.closest('[contenteditable="true"], dialog[open]')) return false;
  if (event.key.toLowerCase() === "k") return (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
  return event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !place.closest("input, textarea, select");
}

function go(option, event) {
  if (event.ctrlKey || event.metaKey) window.open(option.dataset.url, "_blank", "noopener");
  else window.location.assign(option.dataset.url);
}

/* --- Making the list: every text is a text, never markup ---------------------------------------------------------- */
function made(name, kind, text = "") {
  const element = document.createElement(name);
  element.className = kind;
  element.textContent = text;
  return element;
}

function partsIn(element, parts) {
  const held = document.createElement("bdi");
  held.append(...parts.map((part) => (part.is_hit ? made("mark", "", part.text) : part.text)));
  element.append(held);
  return element;
}

function groupsOf(groups) {
  let number = 0;
  const option = (url, kind) => {
    const element = made("div", `find-option ${kind}`);
    element.id = `find-option-${++number}`;
    element.dataset.url = url;
    element.setAttribute("role", "option");
    element.setAttribute("aria-selected", "false");
    return element;
  };
  const grouped = (label, held) => {
    const group = made("div", "find-in-group");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", label);
    const heading = made("p", "find-heading", label);
    heading.setAttribute("aria-hidden", "true");
    group.append(heading, ...held);
    return group;
  };
  const optionOf = (item) => {
    const element = option(item.url, "find-thing");
    element.append(partsIn(made("span", "find-title"), item.title));
    if (item.facts.length) element.append(made("span", "find-facts", item.facts.join(" · ")));
    if (item.snippet.length) {
      const place = made("span", "find-snippet");
      if (item.where) place.append(made("b", "", `${item.where}: `));
      element.append(partsIn(place, item.snippet));
    }
    return element;
  };
  const actionOf = (item) => {
    const element = option(item.url, "find-act");
    return partsIn(element, item.title);
  };
  return groups.map((group) => grouped(group.label, group.items.map(group.is_of_actions ? actionOf : optionOf)));
}
