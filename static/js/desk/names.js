// Names for fields that the admin leaves without one: those in tables, and lists that stand in for a hidden select.
const FIELDS = ":is(input:not([type=hidden]), select, textarea):not([aria-labelledby])";

name(document.body);
new MutationObserver((records) => {
  for (const record of records) for (const part of record.addedNodes) if (part instanceof Element) name(part);
}).observe(document.body, { childList: true, subtree: true });

function name(part) {
  for (const field of part.querySelectorAll(`.tabular td ${FIELDS}`)) {
    if (!field.labels?.length && labelOf(field)) field.setAttribute("aria-labelledby", labelOf(field));
  }
  const inside = part.matches(".select2-container") ? [part] : part.querySelectorAll(".select2-container");
  for (const widget of inside) {
    if (widget.querySelector(".select2-dropdown")) nameList(widget);
    else if (widget.previousElementSibling?.matches("select")) nameChosen(widget, widget.previousElementSibling);
  }
}

/** The id of what names the field: its label, or the head of its column. */
function labelOf(field) {
  const cell = field.closest("td");
  const label = field.labels?.[0] ?? cell?.closest("table").tHead?.rows[0].cells[cell.cellIndex];
  if (label) label.id ||= cell ? `${cell.closest(".inline-group")?.id}-head-${cell.cellIndex}` : `${field.id}_label`;
  return label?.id ?? "";
}

/** What was chosen from the list, shown where the select would be. */
function nameChosen(widget, select) {
  const label = labelOf(select);
  const value = widget.querySelector(".select2-selection--single .select2-selection__rendered");
  if (value) {
    // The value of the box around it, not a box of its own.
    for (const attribute of ["role", "aria-readonly"]) value.removeAttribute(attribute);
    value.parentElement.setAttribute("aria-labelledby", `${label} ${value.id}`);
    describe(value.parentElement, select);
    return;
  }
  const chips = widget.querySelector(".select2-selection--multiple");
  const typing = widget.querySelector(".select2-search__field");
  chips.setAttribute("aria-labelledby", label);
  // What removes all chips stands among them, so they are no list.
  chips.querySelector("ul").setAttribute("role", "none");
  typing.setAttribute("aria-labelledby", label);
  describe(typing, select);
}

/** The list that opens, with a box to search it. */
function nameList(widget) {
  const list = widget.querySelector(".select2-results__options");
  const select = document.getElementById(list?.id.replace(/^select2-/u, "").replace(/-results$/u, ""));
  if (!select) return;
  for (const part of [list, widget.querySelector(".select2-search__field")]) {
    part?.setAttribute("aria-labelledby", labelOf(select));
  }
}

function describe(part, select) {
  for (const attribute of ["aria-describedby", "aria-invalid"]) {
    if (select.hasAttribute(attribute)) part.setAttribute(attribute, select.getAttribute(attribute));
  }
}
