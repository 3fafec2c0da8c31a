// Pasted text as plain passages: what Word, Google Docs and others put around it goes, what it says stays.

const GONE = [
  "head", "meta", "link", "style", "script", "title", "xml", "img", "picture", "object", "video", "audio", "svg", "del",
  ".MsoCommentReference", ".msocomanchor", ".msocomtxt", "a[href^='#_msocom']", "a[href^='#cmnt']", "a[href^='#ftnt']",
].join(",");
const GONE_STYLES = /mso-element:\s*(comment|footnote|endnote|header|footer)|mso-(foot|end)note-id|mso-hide:\s*all|display:\s*none/i;
const BLOCKS = "p,h1,h2,h3,h4,h5,h6,ul,ol,li,blockquote,aside,div,table,section,article";
const ORDERED = /^\(?(\d+|[a-z]|[ivxlcdm]+|[가-힣]|[\u2460-\u2473])[.)]/i;
const KEPT = { a: ["href"], data: ["value"], aside: ["class"], figure: ["data-picture"] };

/** The HTML of a clipboard, made ready for the editor. */
export function cleaned(html) {
  // Out, and under another name, or the policy of the page speaks up against each of them.
  const plain = html
    .replace(/<style\b[^]*?<\/style\s*>/gi, "")
    .replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\sstyle\s*=/gi, " data-style="));
  const { body } = new DOMParser().parseFromString(plain, "text/html");
  dropComments(body);
  dropAdditions(body);
  listsOfWord(body);
  marks(body);
  headings(body);
  tables(body);
  nestedLists(body);
  links(body);
  spaces(body);
  onlyKnown(body);
  emptiness(body);
  return body.innerHTML;
}

const all = (body, selector) => [...body.querySelectorAll(selector)];
const styleOf = (element) => element.getAttribute("data-style") ?? "";
/** Whether a style sets just this property (and not, say, mso-bidi-font-weight). */
const sets = (element, declaration) => new RegExp(`(^|[;\\s])${declaration}`, "i").test(styleOf(element));
const unwrap = (element) => element.replaceWith(...element.childNodes);

function rename(element, tag) {
  const other = element.ownerDocument.createElement(tag);
  other.append(...element.childNodes);
  element.replaceWith(other);
  return other;
}

function dropComments(body) {
  const walker = body.ownerDocument.createTreeWalker(body, NodeFilter.SHOW_COMMENT);
  const found = [];
  while (walker.nextNode()) found.push(walker.currentNode);
  for (const comment of found) comment.remove();
}

/** Remarks, notes, pictures, struck and hidden words: each lives elsewhere here, or nowhere. */
function dropAdditions(body) {
  for (const element of all(body, GONE)) element.remove();
  for (const element of all(body, "[data-style]")) if (GONE_STYLES.test(styleOf(element))) element.remove();
  for (const element of all(body, "sup")) if (!element.textContent.trim()) element.remove();
}

/** Word writes a list as paragraphs with a drawn bullet; here they become a list. */
function listsOfWord(body) {
  // The lists that the last item stands in, from the outermost.
  let open = [];
  for (const paragraph of all(body, "p,h1,h2,h3,h4,h5,h6")) {
    const level = Number(/mso-list:[^;]*level(\d)/i.exec(styleOf(paragraph))?.[1] ?? 0);
    if (!level) continue;
    const marker = all(paragraph, "span").find((span) => /mso-list:\s*ignore/i.test(styleOf(span)));
    const tag = ORDERED.test(marker?.textContent.trim() ?? "") ? "ol" : "ul";
    marker?.remove();
    if (paragraph.previousElementSibling !== open[0]) open = [];
    open = open.slice(0, level);
    if (open.length === level && open.at(-1).localName !== tag) open.pop();
    while (open.length < level) open.push(listIn(open.at(-1), paragraph, tag));
    const item = body.ownerDocument.createElement("li");
    open.at(-1).append(item);
    item.append(paragraph);
    rename(paragraph, "p");
  }
  onlineLists(body);
}

/** A new list inside the last item of an outer one, or in the place of the paragraph. */
function listIn(outer, paragraph, tag) {
  const list = paragraph.ownerDocument.createElement(tag);
  if (!outer) paragraph.before(list);
  else {
    if (!outer.lastElementChild) outer.append(outer.ownerDocument.createElement("li"));
    outer.lastElementChild.append(list);
  }
  return list;
}

/** Word on the web wraps each item into a list of its own. */
function onlineLists(body) {
  for (const wrapper of all(body, ".ListContainerWrapper")) {
    const [list, before] = [wrapper.firstElementChild, wrapper.previousElementSibling];
    if (list && before?.localName === list.localName) {
      before.append(...list.childNodes);
      wrapper.remove();
    } else unwrap(wrapper);
  }
}

/** Bold and italic, whether elements say so or styles; every other dress goes. */
function marks(body) {
  for (const element of all(body, "b,strong")) {
    if (sets(element, "font-weight:\\s*(normal|400)")) unwrap(element);
    else rename(element, "strong");
  }
  for (const element of all(body, "i,em")) {
    if (sets(element, "font-style:\\s*normal")) unwrap(element);
    else rename(element, "em");
  }
  for (const span of all(body, "span")) {
    const isItalic = sets(span, "font-style:\\s*italic");
    const isBold = sets(span, "font-weight:\\s*(bold|[6-9]00)") && !span.closest("h1,h2,h3,h4,h5,h6");
    let holder = span;
    if (isItalic) holder = rename(holder, "em");
    if (isBold) {
      const strong = body.ownerDocument.createElement("strong");
      strong.append(...holder.childNodes);
      holder.append(strong);
    }
    if (holder === span) unwrap(span);
  }
}

/** The highest level becomes a heading, those below it smaller headings; the title stands in a field of its own. */
function headings(body) {
  for (const title of all(body, "p.MsoTitle")) rename(title, "h1");
  const hasFirst = body.querySelector("h1");
  for (const heading of all(body, "h1,h2,h3,h4,h5,h6")) {
    const level = Number(heading.localName[1]);
    rename(heading, level === 1 || (level === 2 && !hasFirst) ? "h2" : "h3");
  }
}

/** A table is not prose: its cells become paragraphs, so that no word is lost. */
function tables(body) {
  for (const cell of all(body, "td,th,caption")) {
    if (cell.querySelector(BLOCKS)) continue;
    const paragraph = cell.ownerDocument.createElement("p");
    paragraph.append(...cell.childNodes);
    cell.append(paragraph);
  }
}

/** Google Docs puts a list right into a list; it belongs into the item before it. */
function nestedLists(body) {
  for (const list of all(body, "ul > ul, ul > ol, ol > ul, ol > ol")) {
    const before = list.previousElementSibling;
    if (before?.localName === "li") before.append(list);
    else unwrap(list);
  }
}

function links(body) {
  for (const link of all(body, "a")) {
    const address = (link.getAttribute("href") ?? "").trim();
    const behind = /^https:\/\/www\.google\.com\/url\?(.*)$/.exec(address);
    const target = behind ? (new URLSearchParams(behind[1]).get("q") ?? "") : address;
    if (/^(https?:\/\/|mailto:)/i.test(target)) link.setAttribute("href", target);
    else unwrap(link);
  }
}

/** Runs of spaces that only make room; a single one that holds two words together stays. */
function spaces(body) {
  const walker = body.ownerDocument.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    node.data = node.data.replace(/[\s\u00a0]*\u00a0[\s\u00a0]+|[\s\u00a0]+\u00a0[\s\u00a0]*/g, " ").replace(/[ \t\r\n]+/g, " ");
  }
}

/** Elements and attributes that are not ours go; what they hold stays, a box of words as a paragraph. */
function onlyKnown(body) {
  const known = new Set(["p", "h2", "h3", "ul", "ol", "li", "blockquote", "aside", "strong", "em", "a", "br", "data"]);
  // The place of one of our pictures; what a foreign figure holds is text like any other.
  for (const figure of all(body, "figure")) if (!/^[1-9][0-9]{0,17}$/.test(figure.dataset.picture ?? "")) unwrap(figure);
  known.add("figure");
  for (const element of all(body, "*").reverse()) {
    const tag = element.localName;
    if (tag === "div" && !element.querySelector(BLOCKS)) rename(element, "p");
    else if (!known.has(tag)) unwrap(element);
    else {
      for (const { name } of [...element.attributes]) if (!KEPT[tag]?.includes(name)) element.removeAttribute(name);
    }
  }
}

function emptiness(body) {
  for (const line of all(body, "br")) {
    if (line.parentElement === body || !line.nextSibling) line.remove();
  }
  for (const element of all(body, "p,h2,h3,li,ul,ol,blockquote,aside,strong,em,a").reverse()) {
    const says = element.textContent.replace(/[\s\u00a0]/g, "") || element.querySelector("data");
    if (!says && element.parentElement) {
      const isInline = element.matches("strong,em,a");
      if (isInline) unwrap(element);
      else element.remove();
    }
  }
}
