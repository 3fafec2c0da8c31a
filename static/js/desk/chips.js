// Fields that pick from a searchable list: their widget stands beside a hidden select and takes no name from its label.
name(document.body);
new MutationObserver((records) => {
  for (const record of records) for (const part of record.addedNodes) if (part instanceof Element) name(part);
}).observe(document.body, { childList: true, subtree: true });

function name(part) {
  const inside = part.matches(".select2-container") ? [part] : part.querySelectorAll(".select2-container");
  for (const widget of inside) {
    if (widget.querySelector(".select2-dropdown")) nameList(widget);
    else if (widget.previousElementSibling?.matches("select")) nameField(widget, widget.previousElementSibling);
  }
}

function nameField(widget, select) {
  const label = labelOf(select);
  const chosen = widget.querySelector(".select2-selection--single .select2-selection__rendered");
  if (chosen) {
    // The value of the box around it, not a box of its own.
    for (const attribute of ["role", "aria-readonly"]) chosen.removeAttribute(attribute);
    chosen.parentElement.setAttribute("aria-labelledby", `${label} ${chosen.id}`);
    describe(chosen.parentElement, select);
    return;
  }
  const box = widget.querySelector(".select2-selection--multiple");
  const typing = widget.querySelector(".select2-search__field");
  box.setAttribute("role", "group");
  for (const attribute of ["aria-haspopup", "aria-expanded"]) box.removeAttribute(attribute);
  box.setAttribute("aria-labelledby", label);
  // What removes all chips stands among them, so they are no list.
  box.querySelector("ul").setAttribute("role", "none");
  typing.setAttribute("aria-labelledby", label);
  describe(typing, select);
}

/** The list that opens, with a box to search it. */
function nameList(widget) {
  const list = widget.querySelector('[role="listbox"], [role="tree"], .select2-results__options');
  const select = document.getElementById(list?.id.replace(/^select2-/u, "").replace(/-results$/u, ""));
  if (!select) return;
  for (const part of [list, widget.querySelector(".select2-search__field")]) {
    part?.setAttribute("aria-labelledby", labelOf(select));
  }
}

/** The id of what names the field: its label, or the head of its column. */
function labelOf(select) {
  const cell = select.closest("td");
  const head = cell?.closest("table").tHead?.rows[0].cells[cell.cellIndex];
  const label = select.labels[0] ?? head;
  if (!label) return "";
  label.id ||= `${select.id}_label`;
  return label.id;
}

function describe(part, select) {
  for (const attribute of ["aria-describedby", "aria-invalid"]) {
    if (select.hasAttribute(attribute)) part.setAttribute(attribute, select.getAttribute(attribute));
  }
}
