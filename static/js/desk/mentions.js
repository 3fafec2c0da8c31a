// Behind an @ in a comment: the log-in names of those who see the piece. Without this script one types them.
const TYPED = /(?:^|[^\p{L}\p{N}_.@+-])@([\p{L}\p{N}_.@+-]*)$/u;
const MOST = 8;
let people = null;
let list = null;
let current = 0;

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-mentions]")) offer(event.target);
});
document.addEventListener("keydown", (event) => {
  if (!list || !event.target.matches("[data-mentions]")) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") move(event.target, event.key === "ArrowDown" ? 1 : -1);
  else if (event.key === "Enter" || event.key === "Tab") choose(event.target, list.children[current].dataset.login);
  else if (event.key === "Escape") close(event.target);
  else return;
  event.preventDefault();
});
document.addEventListener("focusout", (event) => {
  if (event.target.matches("[data-mentions]")) close(event.target);
});

function beginning(area) {
  const match = TYPED.exec(area.value.slice(0, area.selectionStart));
  return match ? match[1] : null;
}

async function colleagues(area) {
  people ??= fetch(area.closest("[data-comments]").dataset.colleagues)
    .then((response) => response.json())
    .then((answer) => answer.people)
    .catch(() => {
      people = null;
      return [];
    });
  return people;
}

async function offer(area) {
  if (beginning(area) === null) return close(area);
  const known = await colleagues(area);
  const typed = beginning(area)?.toLowerCase();
  if (typed === undefined || document.activeElement !== area) return close(area);
  const found = known.filter(({ login, name }) => `${login} ${name}`.toLowerCase().includes(typed)).slice(0, MOST);
  close(area);
  if (found.length) open(area, found);
}

function open(area, found) {
  list = document.createElement("ul");
  list.className = "comment-mentions";
  list.id = "comment-mentions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "@");
  found.forEach(({ login, name }, index) => {
    const option = document.createElement("li");
    option.id = `comment-mention-${index}`;
    option.dataset.login = login;
    option.setAttribute("role", "option");
    option.textContent = name ? `@${login} (${name})` : `@${login}`;
    // Before the field loses its focus.
    option.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      choose(area, login);
    });
    list.append(option);
  });
  area.after(list);
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-controls", list.id);
  current = 0;
  move(area, 0);
}

function move(area, step) {
  current = (current + step + list.children.length) % list.children.length;
  [...list.children].forEach((option, index) => option.setAttribute("aria-selected", String(index === current)));
  area.setAttribute("aria-activedescendant", list.children[current].id);
}

function choose(area, login) {
  const before = area.value.slice(0, area.selectionStart - beginning(area).length);
  const after = area.value.slice(area.selectionStart);
  area.value = `${before}${login} ${after}`;
  area.setSelectionRange(before.length + login.length + 1, before.length + login.length + 1);
  close(area);
}

function close(area) {
  list?.remove();
  list = null;
  area.removeAttribute("aria-activedescendant");
  area.removeAttribute("aria-controls");
}
