// Comments beside the form: sent without leaving the page, and shown at the field and the passage that they are about.
const BOX = ".ProseMirror, .readonly";
const still = matchMedia("(prefers-reduced-motion: reduce)");
const rail = () => document.querySelector("[data-comments]");
let picked = null;

// The form of a new piece has no comments yet.
if (rail()) begin();

function begin() {
  prepare();
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-comment-form]")) return;
    event.preventDefault();
    send(event.target, event.submitter);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-comment-on]");
    const show = event.target.closest("[data-show-passage]");
    if (link && rowOf(link.dataset.commentOn)) {
      event.preventDefault();
      goTo(rowOf(link.dataset.commentOn));
    } else if (show) {
      const quote = show.parentElement.querySelector("[data-quote]");
      showPassage(quote.textContent, quote.dataset.in);
    } else if (event.target.closest("[data-use-passage]")) {
      usePassage();
    }
  });
  document.addEventListener("selectionchange", notePassage);
  // Leaving a field for one without text changes no selection; the button must not lie over what has the focus then.
  document.addEventListener("focusin", (event) => {
    if (event.target !== passageButton()) notePassage();
  });
}

/** What only makes sense with this script, and what only without it. */
function prepare() {
  for (const part of rail().querySelectorAll("[data-with-script]")) part.hidden = false;
  for (const part of rail().querySelectorAll("[data-without-script]")) part.hidden = true;
}

// --- Sending ----------------------------------------------------------------------------------------------------------
async function send(form, submitter) {
  const data = new FormData(form);
  if (submitter?.name) data.append(submitter.name, submitter.value);
  if (submitter) submitter.disabled = true;
  try {
    const response = await fetch(form.action, { method: "POST", body: data, headers: { "X-Rail": "1" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector("[data-comments]");
    if (!fresh) throw new Error("no comments in the answer");
    replace(document.importNode(fresh, true), form);
  } catch {
    if (submitter) submitter.disabled = false;
    say(rail().dataset.failed);
  }
}

/** Put the new rail in place of the old one; what stands in its other forms is carried over. */
function replace(fresh, sent) {
  const others = [...rail().querySelectorAll("textarea, select")].filter((one) => one.form !== sent && one.value);
  const said = fresh.querySelector("[data-comments-said]");
  const words = said.textContent;
  said.textContent = "";
  rail().replaceWith(fresh);
  for (const old of others) {
    const now = document.getElementById(old.id);
    if (!now) continue;
    now.value = old.value;
    const around = now.closest("details");
    if (around) around.open = true;
  }
  prepare();
  const reasons = fresh.querySelector("[data-comments-reasons]");
  (reasons ?? fresh).focus({ preventScroll: !reasons });
  // A moment later, so that screen readers notice the change.
  setTimeout(() => say(words), 100);
}

function say(words) {
  rail().querySelector("[data-comments-said]").textContent = words;
}

// --- From a comment to the text ----------------------------------------------------------------------------------------
function rowOf(name) {
  const part = CSS.escape(name);
  return document.querySelector(`.fieldBox.field-${part}`) ?? document.querySelector(`.form-row.field-${part}`);
}

function goTo(row) {
  row.scrollIntoView({ block: "center", behavior: still.matches ? "auto" : "smooth" });
  row.classList.add("comment-target");
  setTimeout(() => row.classList.remove("comment-target"), 3000);
  const field = row.querySelector(".ProseMirror") ?? row.querySelector("input:not([type=hidden]), textarea, select");
  field?.focus({ preventScroll: true });
}

/** Mark the passage where it stands; the spaces of a selection are not those of the text. */
function showPassage(quote, name) {
  const wanted = quote.replace(/\s/gu, "");
  const places = (name && rowOf(name) ? [rowOf(name)] : [...document.querySelectorAll(".form-row")]);
  for (const place of places) {
    for (const box of place.querySelectorAll(BOX)) {
      const range = rangeOf(box, wanted);
      if (range) return markRange(range);
    }
    for (const input of place.querySelectorAll("input[type=text], textarea")) {
      const [start, end] = spanOf(input.value, wanted);
      if (start < 0 || !input.offsetParent) continue;
      goTo(place);
      input.focus({ preventScroll: true });
      return input.setSelectionRange(start, end);
    }
  }
  if (name && rowOf(name)) goTo(rowOf(name));
}

/** Where the squeezed text begins and ends in a text with spaces. */
function spanOf(text, wanted) {
  const places = [];
  let squeezed = "";
  for (let index = 0; index < text.length; index += 1) {
    if (/\s/u.test(text[index])) continue;
    places.push(index);
    squeezed += text[index];
  }
  const at = squeezed.indexOf(wanted);
  return at < 0 || !wanted ? [-1, -1] : [places[at], places[at + wanted.length - 1] + 1];
}

function rangeOf(box, wanted) {
  const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
  const nodes = [];
  let text = "";
  while (walker.nextNode()) {
    if (walker.currentNode.parentElement.closest("[contenteditable=false]")) continue;
    nodes.push([text.length, walker.currentNode]);
    text += walker.currentNode.data;
  }
  const [start, end] = spanOf(text, wanted);
  if (start < 0) return null;
  const at = (offset) => nodes.findLast(([first]) => first <= offset);
  const range = document.createRange();
  const [firstAt, first] = at(start);
  const [lastAt, last] = at(end - 1);
  range.setStart(first, start - firstAt);
  range.setEnd(last, end - lastAt);
  return range;
}

function markRange(range) {
  const element = range.startContainer.parentElement;
  element.scrollIntoView({ block: "center", behavior: still.matches ? "auto" : "smooth" });
  if (!("highlights" in CSS)) return goTo(element.closest(".form-row"));
  CSS.highlights.set("comment-passage", new Highlight(range));
}

// --- From the text to a comment -----------------------------------------------------------------------------------------
function notePassage() {
  const found = passage();
  if (found) picked = found;
  passageButton().hidden = !found;
  if (found) placeButton(found.rect);
}

/** What is selected in a field of the form, without what stands in the text as a picture or number of its own. */
function passage() {
  const active = document.activeElement;
  if (active?.matches(".form-row input[type=text], .form-row textarea")) {
    const text = active.value.slice(active.selectionStart, active.selectionEnd).trim();
    return text ? { text, row: active.closest(".form-row"), rect: active.getBoundingClientRect() } : null;
  }
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const around = range.commonAncestorContainer;
  const box = (around.nodeType === Node.ELEMENT_NODE ? around : around.parentElement).closest(BOX);
  const row = box?.closest(".form-row");
  if (!row) return null;
  const copy = range.cloneContents();
  const parts = copy.querySelectorAll("[contenteditable=false]");
  for (const part of parts) part.remove();
  const text = (parts.length ? copy.textContent : selection.toString()).trim();
  return text ? { text, row, rect: range.getBoundingClientRect() } : null;
}

function passageButton() {
  let button = document.querySelector("body > .comment-passage");
  if (!button) {
    button = document.importNode(rail().querySelector("[data-passage-button]").content, true).firstElementChild;
    // So that pressing it leaves the selection as it is.
    button.addEventListener("pointerdown", (event) => event.preventDefault());
    button.addEventListener("click", usePassage);
    document.body.append(button);
  }
  return button;
}

function placeButton(rect) {
  const button = passageButton();
  button.style.top = `${rect.bottom + scrollY + 8}px`;
  button.style.left = `${Math.max(8, Math.min(rect.left + scrollX, scrollX + innerWidth - button.offsetWidth - 16))}px`;
}

function usePassage() {
  const body = rail().querySelector("[data-comment-body]");
  const quote = rail().querySelector("[data-comment-quote]");
  if (picked) {
    quote.value = picked.text.slice(0, Number(quote.dataset.longest));
    const names = [...picked.row.classList].filter((one) => one.startsWith("field-")).map((one) => one.slice(6));
    const field = body.form.elements.field;
    const known = names.filter((name) => [...field.options].some((option) => option.value === name));
    field.value = known.length === 1 ? known[0] : "";
  }
  passageButton().hidden = true;
  body.scrollIntoView({ block: "center", behavior: still.matches ? "auto" : "smooth" });
  body.focus({ preventScroll: true });
}
