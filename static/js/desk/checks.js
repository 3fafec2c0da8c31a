/* The checks beside the form: asked again a moment after the last change, and each item leads to its place. */

const WAIT = 1500;

const panel = document.querySelector("#checks");
if (panel) {
  panel.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link && goTo(link.getAttribute("href").slice(1), link.dataset.find ?? "")) event.preventDefault();
  });
  // The field that every form of a saved piece has.
  const form = document.querySelector('input[name="version"]')?.form;
  if (form && panel.dataset.checks) watch(form);
}

/* --- Asking again ------------------------------------------------------------------------------------------------ */
function watch(form) {
  let timer = 0;
  let asking = null;
  let isDue = false;
  // A form that came back with errors holds more than what was saved.
  const wasRefused = document.querySelector(".errornote") !== null;
  let checked = wasRefused ? "" : typed(form);

  const schedule = () => {
    isDue = true;
    clearTimeout(timer);
    asking?.abort();
    if (!document.hidden) timer = setTimeout(ask, WAIT);
  };

  const ask = async () => {
    isDue = false;
    const body = typed(form);
    // Opening a list or moving the focus changes nothing.
    if (String(body) === String(checked)) return;
    const mine = (asking = new AbortController());
    try {
      const answer = await fetch(panel.dataset.checks, { method: "POST", body, signal: mine.signal, redirect: "error" });
      if (!answer.ok) throw new Error(String(answer.status));
      show(await answer.text());
      checked = body;
      fail("");
    } catch (error) {
      if (error.name !== "AbortError") fail(panel.dataset.failed);
    }
  };

  for (const name of ["input", "change", "formset:added", "formset:removed"]) form.addEventListener(name, schedule);
  // The chips tell jQuery alone.
  window.django?.jQuery?.(form).on("change", schedule);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) clearTimeout(timer);
    else if (isDue) schedule();
  });
  window.addEventListener("pagehide", () => asking?.abort());
  if (wasRefused) schedule();
}

/** What the form would send, without files: those are checked when they are saved. */
function typed(form) {
  const fields = [...new FormData(form)].filter(([, value]) => typeof value === "string");
  return new URLSearchParams(fields);
}

function fail(sentence) {
  const place = panel.querySelector("[data-checks-failed]");
  place.textContent = sentence;
  place.hidden = !sentence;
}

function show(html) {
  const found = new DOMParser().parseFromString(html, "text/html").querySelector(".checks-found");
  const place = panel.querySelector("[data-checks-found]");
  const before = place.querySelector(".checks-found");
  if (!found || before?.isEqualNode(found)) return;
  const wasOpen = before?.querySelector("details")?.open ?? true;
  const focused = place.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  for (const details of found.querySelectorAll("details")) details.open = wasOpen;
  place.replaceChildren(found);
  if (focused !== null) {
    const same = [...place.querySelectorAll("a")].find((link) => link.getAttribute("href") === focused);
    (same ?? panel.querySelector("h2")).focus();
  }
  if (before && before.dataset.blocking !== found.dataset.blocking) {
    panel.querySelector("[data-checks-says]").textContent = found.dataset.says;
  }
}

/* --- Going there ------------------------------------------------------------------------------------------------- */
function goTo(id, words) {
  const part = document.getElementById(id);
  if (!part) return false;
  part.closest("details")?.setAttribute("open", "");
  const editor = editorOf(part);
  const target = editor ?? chipsOf(part) ?? focusableIn(part);
  (target ?? part).scrollIntoView({ block: "center", behavior: calm() ? "auto" : "smooth" });
  target?.focus({ preventScroll: true });
  if (words) select(editor ? [editor] : textsIn(part), words);
  return true;
}

const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** The prose editor hides the text box that it stands for. */
const editorOf = (part) => part.closest(".prose-editor")?.querySelector('[contenteditable="true"]');

/** So do the chips with their list. */
const chipsOf = (part) =>
  part.matches("select.select2-hidden-accessible")
    ? part.parentElement.querySelector(".select2-search__field, .select2-selection")
    : null;

const CAN_BE_FOCUSED = 'input:not([type="hidden"]), select, textarea, button, a[href]';
function focusableIn(part) {
  if (part.matches(CAN_BE_FOCUSED)) return part;
  return [...part.querySelectorAll(CAN_BE_FOCUSED)].find((one) => one.offsetParent !== null);
}

const textsIn = (part) =>
  part.matches("textarea, input") ? [part] : [...part.querySelectorAll('textarea, input[type="text"]')];

/** Select the words in the first text that has them; spaces of any kind and number count as one. */
function select(texts, words) {
  for (const text of texts) {
    if (text.isContentEditable ? selectIn(text, words) : selectInBox(text, words)) return;
  }
}

function pattern(words) {
  const escaped = words.trim().split(/\s+/).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(escaped.join("\\s+"));
}

function selectInBox(box, words) {
  const hit = pattern(words).exec(box.value);
  if (!hit) return false;
  box.focus();
  box.setSelectionRange(hit.index, hit.index + hit[0].length);
  return true;
}

function selectIn(editor, words) {
  const walker = document.createTreeWalker(editor, NodeFilter.SHOW_TEXT);
  const nodes = [];
  let text = "";
  while (walker.nextNode()) {
    nodes.push([walker.currentNode, text.length]);
    text += walker.currentNode.data;
  }
  const hit = pattern(words).exec(text);
  if (!hit) return false;
  const at = (place) => {
    const [node, start] = nodes.findLast(([, from]) => from <= place);
    return [node, place - start];
  };
  const range = document.createRange();
  range.setStart(...at(hit.index));
  const [last, offset] = at(hit.index + hit[0].length - 1);
  range.setEnd(last, offset + 1);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
  range.startContainer.parentElement.scrollIntoView({ block: "center", behavior: calm() ? "auto" : "smooth" });
  return true;
}
