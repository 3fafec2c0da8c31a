// Covered places, drawn over the upright original. The rows of numbers in the form are what is sent; this draws them.

const form = document.querySelector("[data-cover]");
const svg = form.querySelector("[data-canvas]");
const rows = form.querySelector("[data-rows]");
const template = form.querySelector("[data-row]");
const undo = form.querySelector("[data-undo]");
const told = form.querySelector("[data-told]");
const words = form.dataset;
const [, , WIDTH, HEIGHT] = svg.getAttribute("viewBox").split(" ").map(Number);
const SMALLEST = 0.5;
const STEP = 1;
const NAMES = ["x", "y", "width", "height"];
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

let tool = "box";
let past = [];
let chosen = null;
let isSaved = true;
let drag = null;

// --- Numbers ---------------------------------------------------------------------------------------------------------
const number = (field) => Number.parseFloat(String(field.value).replace(",", ".")) || 0;
const round = (value) => Math.round(value * 100) / 100;
const within = (value, least, most) => Math.min(Math.max(value, least), most);
const focalFields = () => [form.elements.focal_x, form.elements.focal_y];

/** What the rows say. */
function read() {
  const shapes = [];
  for (const row of rows.rows) {
    const kind = row.querySelector("[name=kind]").value;
    const [x, y, width, height] = NAMES.map((name) => number(row.querySelector(`[name=${name}]`)));
    if (kind && width > 0 && height > 0) shapes.push({ kind, x, y, width, height });
  }
  const [x, y] = focalFields().map(number);
  return { shapes, focal: { x, y } };
}

let state = read();

/** Writes the rows anew, with one to spare. */
function write() {
  const made = [...state.shapes, null].map((shape) => {
    const row = template.content.firstElementChild.cloneNode(true);
    if (shape) {
      row.querySelector("[name=kind]").value = shape.kind;
      for (const name of NAMES) row.querySelector(`[name=${name}]`).value = round(shape[name]);
    }
    return row;
  });
  rows.replaceChildren(...made);
  const [x, y] = focalFields();
  [x.value, y.value] = [round(state.focal.x), round(state.focal.y)];
}

/** Inside the picture, and never too small to be seen. */
function fitted(shape) {
  shape.width = within(shape.width, SMALLEST, 100);
  shape.height = within(shape.height, SMALLEST, 100);
  shape.x = within(shape.x, 0, 100 - shape.width);
  shape.y = within(shape.y, 0, 100 - shape.height);
  return shape;
}

// --- Past ------------------------------------------------------------------------------------------------------------
const remember = () => {
  past.push(JSON.stringify(state));
  undo.disabled = false;
};

function goBack() {
  if (!past.length) return;
  const wasOnButton = document.activeElement === undo;
  state = JSON.parse(past.pop());
  undo.disabled = !past.length;
  if (chosen !== "focal" && !state.shapes[chosen]) chosen = null;
  changed();
  // A button that cannot be pressed any more loses the focus, and with it the keys.
  if (wasOnButton && undo.disabled) focusOn(chosen);
}

/** After each change: the rows, the drawing, and that the preview is old. */
function changed() {
  told.textContent = "";
  write();
  draw();
  const place = form.querySelector("[data-preview-words]");
  if (form.querySelector("[data-preview-place] img")) place.textContent = words.stale;
  isSaved = false;
}

// --- Drawing ---------------------------------------------------------------------------------------------------------
function make(name, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

const across = (value) => (value / 100) * WIDTH;
const down = (value) => (value / 100) * HEIGHT;
/** As large on the screen whatever the size of the original. */
const grip = () => (14 * WIDTH) / (svg.clientWidth || WIDTH);

function drawn(shape, index) {
  const [x, y, width, height] = [across(shape.x), down(shape.y), across(shape.width), down(shape.height)];
  const inner =
    shape.kind === "box"
      ? make("rect", { x, y, width, height, class: "cover-shape" })
      : make("ellipse", { cx: x + width / 2, cy: y + height / 2, rx: width / 2, ry: height / 2, class: "cover-shape" });
  const handle = make("circle", { cx: x + width, cy: y + height, r: grip(), class: "cover-handle", "data-handle": "" });
  const label = `${words[shape.kind]} ${index + 1}: ${round(shape.x)}, ${round(shape.y)}, ${round(shape.width)} × ${round(shape.height)} %`;
  const attributes = { class: "cover-group", tabindex: "0", role: "button", "aria-label": label, "data-shape": index };
  return make("g", attributes, inner, handle);
}

function drawnFocal() {
  const [x, y, r] = [across(state.focal.x), down(state.focal.y), grip()];
  const cross = make("path", { d: `M${x - r} ${y}h${2 * r}M${x} ${y - r}v${2 * r}`, class: "cover-focal-cross" });
  const ring = make("circle", { cx: x, cy: y, r: r * 0.7, class: "cover-focal-ring" });
  const label = `${words.focal}: ${round(state.focal.x)}, ${round(state.focal.y)} %`;
  return make("g", { class: "cover-group", tabindex: "0", role: "button", "aria-label": label, "data-shape": "focal" }, cross, ring);
}

function draw() {
  const hadFocus = svg.contains(document.activeElement);
  svg.replaceChildren(...state.shapes.map(drawn), drawnFocal());
  const group = chosen === null ? null : svg.querySelector(`[data-shape="${chosen}"]`);
  group?.classList.add("chosen");
  if (hadFocus) focusOn(chosen);
}

/** On this shape; without one on the first that there is, so that the keys go on working. */
function focusOn(which) {
  const group = svg.querySelector(`[data-shape="${which}"]`) ?? svg.querySelector("[data-shape]");
  group?.focus({ preventScroll: true });
}

// --- Mouse and finger ------------------------------------------------------------------------------------------------
/** Where on the picture, in per cent. */
function placeOf(event) {
  const box = svg.getBoundingClientRect();
  const x = within(((event.clientX - box.left) / box.width) * 100, 0, 100);
  const y = within(((event.clientY - box.top) / box.height) * 100, 0, 100);
  return { x, y };
}

svg.addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  event.preventDefault();
  const from = placeOf(event);
  const group = event.target.closest("[data-shape]");
  const before = JSON.stringify(state);
  if (group && group.dataset.shape !== "focal" && tool !== "focal") {
    chosen = Number(group.dataset.shape);
    const shape = state.shapes[chosen];
    drag = { kind: event.target.hasAttribute("data-handle") ? "resize" : "move", from, start: { ...shape }, before };
  } else if (tool === "focal" || group) {
    chosen = "focal";
    if (tool === "focal") state.focal = from;
    drag = { kind: "focal", from, before };
  } else if (state.shapes.length < Number(words.most)) {
    state.shapes.push({ kind: tool, ...from, width: 0, height: 0 });
    chosen = state.shapes.length - 1;
    drag = { kind: "new", from, before };
  }
  if (drag) svg.setPointerCapture(event.pointerId);
  draw();
  svg.querySelector(`[data-shape="${chosen}"]`)?.focus({ preventScroll: true });
});

svg.addEventListener("pointermove", (event) => {
  if (!drag) return;
  const at = placeOf(event);
  const shape = state.shapes[chosen];
  if (drag.kind === "focal") state.focal = at;
  else if (drag.kind === "new") {
    Object.assign(shape, { x: Math.min(at.x, drag.from.x), y: Math.min(at.y, drag.from.y) });
    Object.assign(shape, { width: Math.abs(at.x - drag.from.x), height: Math.abs(at.y - drag.from.y) });
  } else if (drag.kind === "move") {
    fitted(Object.assign(shape, { x: drag.start.x + at.x - drag.from.x, y: drag.start.y + at.y - drag.from.y }));
  } else {
    shape.width = within(drag.start.width + at.x - drag.from.x, SMALLEST, 100 - shape.x);
    shape.height = within(drag.start.height + at.y - drag.from.y, SMALLEST, 100 - shape.y);
  }
  draw();
});

function endDrag() {
  if (!drag) return;
  const { kind, before } = drag;
  drag = null;
  const shape = state.shapes[chosen];
  if (kind === "new" && (shape.width < SMALLEST || shape.height < SMALLEST)) {
    // A click, or a slip of the hand.
    state.shapes.splice(chosen, 1);
    chosen = null;
  }
  if (JSON.stringify(state) !== before) {
    past.push(before);
    undo.disabled = false;
    changed();
  } else draw();
  // The press of the button took the focus away, and the keys are for what was just drawn.
  focusOn(chosen);
}
svg.addEventListener("pointerup", endDrag);
svg.addEventListener("pointercancel", endDrag);

// --- Keyboard --------------------------------------------------------------------------------------------------------
svg.addEventListener("focusin", (event) => {
  const group = event.target.closest("[data-shape]");
  chosen = group.dataset.shape === "focal" ? "focal" : Number(group.dataset.shape);
  for (const one of svg.querySelectorAll(".chosen")) one.classList.remove("chosen");
  group.classList.add("chosen");
});

svg.addEventListener("keydown", (event) => {
  const arrow = ARROWS[event.key];
  if (arrow) {
    event.preventDefault();
    remember();
    nudge(arrow[0] * STEP, arrow[1] * STEP, event.shiftKey);
    changed();
  } else if (event.key === "Delete" || event.key === "Backspace") {
    event.preventDefault();
    remove();
  }
});

function nudge(x, y, isSize) {
  if (chosen === "focal") {
    state.focal = { x: within(state.focal.x + x, 0, 100), y: within(state.focal.y + y, 0, 100) };
    return;
  }
  const shape = state.shapes[chosen];
  if (isSize) {
    shape.width = within(shape.width + x, SMALLEST, 100 - shape.x);
    shape.height = within(shape.height + y, SMALLEST, 100 - shape.y);
  } else fitted(Object.assign(shape, { x: shape.x + x, y: shape.y + y }));
}

function remove() {
  if (typeof chosen !== "number" || !state.shapes[chosen]) {
    told.textContent = words.nothing;
    return;
  }
  remember();
  state.shapes.splice(chosen, 1);
  chosen = state.shapes.length ? Math.min(chosen, state.shapes.length - 1) : "focal";
  changed();
}

form.addEventListener("keydown", (event) => {
  if (event.target.matches("input[type=text]") && event.key === "Enter") event.preventDefault();
});
addEventListener("keydown", (event) => {
  const isHere = event.target === document.body || form.contains(event.target);
  if (!isHere || event.target.matches("input[type=text]") || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
  event.preventDefault();
  goBack();
});

// --- Tools -----------------------------------------------------------------------------------------------------------
for (const button of form.querySelectorAll("[data-tool]")) {
  button.addEventListener("click", () => {
    tool = button.dataset.tool;
    for (const one of form.querySelectorAll("[data-tool]")) one.setAttribute("aria-pressed", String(one === button));
  });
}
form.querySelector("[data-add]").addEventListener("click", () => {
  if (state.shapes.length >= Number(words.most)) return;
  remember();
  state.shapes.push({ kind: tool === "ellipse" ? "ellipse" : "box", x: 40, y: 40, width: 20, height: 20 });
  chosen = state.shapes.length - 1;
  changed();
  svg.querySelector(`[data-shape="${chosen}"]`).focus();
});
form.querySelector("[data-remove]").addEventListener("click", remove);
undo.addEventListener("click", goBack);
rows.addEventListener("change", () => {
  remember();
  state = read();
  draw();
  isSaved = false;
});
for (const field of focalFields()) {
  field.addEventListener("change", () => {
    remember();
    state = read();
    draw();
  });
}

// --- The preview -----------------------------------------------------------------------------------------------------
const place = form.querySelector("[data-preview-place]");
const button = form.querySelector("[data-preview-button]");
button.addEventListener("click", async (event) => {
  event.preventDefault();
  button.disabled = true;
  const said = form.querySelector("[data-preview-words]");
  said.textContent = "…";
  try {
    const answer = await fetch(words.preview, { method: "POST", body: new FormData(form) });
    const isPicture = answer.ok && answer.headers.get("Content-Type") === "image/jpeg";
    said.textContent = isPicture ? "" : (answer.status === 422 && (await answer.text())) || words.failed;
    if (isPicture) show(await answer.blob());
  } catch {
    said.textContent = words.failed;
  }
  button.disabled = false;
});

function show(blob) {
  const before = place.querySelector("img");
  if (before) URL.revokeObjectURL(before.src);
  const image = document.createElement("img");
  image.src = URL.createObjectURL(blob);
  image.alt = button.textContent;
  if (before) before.replaceWith(image);
  else place.prepend(image);
}

// --- Begin -----------------------------------------------------------------------------------------------------------
form.addEventListener("submit", () => {
  isSaved = true;
});
addEventListener("beforeunload", (event) => {
  if (!isSaved) event.preventDefault();
});
for (const element of form.querySelectorAll("[data-with-script]")) element.hidden = false;
svg.removeAttribute("hidden");
form.querySelector("[data-numbers]").open = false;
new ResizeObserver(draw).observe(svg);
draw();
