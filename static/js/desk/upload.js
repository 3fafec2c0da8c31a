// Files one by one, each with a bar that shows how far it has come. Without this script the form sends them together.

const form = document.querySelector("[data-upload]");
const list = form.querySelector("[data-list]");
const field = form.querySelector("[type=file]");
const drop = form.querySelector("[data-drop]");
const words = form.dataset;

const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

/** Sends one file; resolves with the answer, or with nothing where the connection failed. */
function send(file, onProgress) {
  return new Promise((resolve) => {
    const data = new FormData();
    data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    data.append("label", form.elements.label.value);
    data.append("files", file);
    const request = new XMLHttpRequest();
    request.open("POST", location.pathname);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", onProgress);
    request.addEventListener("load", () => resolve(request.response));
    request.addEventListener("error", () => resolve(null));
    request.send(data);
  });
}

async function upload(file) {
  const bar = make("progress", { max: 100, value: 0 });
  bar.setAttribute("aria-label", file.name);
  const said = make("span", { className: "upload-said" });
  const row = make("li", {}, make("bdi", { textContent: file.name }), bar, said);
  list.append(row);
  const answer = await send(file, (event) => {
    if (!event.lengthComputable) return;
    bar.value = (event.loaded / event.total) * 100;
    if (event.loaded === event.total) said.textContent = words.wordsChecking;
  });
  bar.remove();
  const made = answer?.made?.[0];
  row.className = made ? "done" : "refused";
  said.textContent = made ? words.wordsDone : (answer?.refused?.[0]?.reason ?? words.wordsFailed);
  if (made) row.append(make("a", { href: made.url, textContent: words.wordsOpen }));
}

async function uploadAll(files) {
  for (const file of files) await upload(file);
}

form.addEventListener("submit", (event) => {
  if (!field.files.length) return;
  event.preventDefault();
  const files = [...field.files];
  field.value = "";
  uploadAll(files);
});

for (const name of ["dragenter", "dragover"]) {
  drop.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
}
for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  uploadAll([...event.dataTransfer.files]);
});
