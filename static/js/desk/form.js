// Beside the form of a piece: signs of life, and the text kept while it is typed. The form works without any of it.
const KEEP_AFTER = 2500;
const BEAT_EVERY = 12000;
const STILL_WRITING = 45000;

const token = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";

async function post(url, data) {
  data.set("csrfmiddlewaretoken", token());
  return fetch(url, { method: "POST", body: data, headers: { "X-Desk": "1" }, credentials: "same-origin", keepalive: data.has("leaving") });
}

function paragraph(text) {
  const p = document.createElement("p");
  p.textContent = text;
  return p;
}

// After a new log-in in another tab the forms of this page carry an old token.
async function renewToken(url) {
  const answer = await fetch(url, { headers: { "X-Desk": "1" }, credentials: "same-origin", redirect: "manual" });
  if (!answer.ok || !answer.headers.get("Content-Type")?.includes("json")) return false;
  const fresh = (await answer.json()).token;
  for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = fresh;
  return true;
}

function keeping(root) {
  const form = root.querySelector("form");
  const told = document.getElementById("kept-at");
  const now = () => JSON.stringify([...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken"));
  let before = now();
  let timer = 0;
  let isLoggedOut = false;

  const say = (text, isWarning = false) => {
    if (!told) return;
    told.textContent = text;
    told.classList.toggle("warn", isWarning);
  };

  const keep = async () => {
    const typed = now();
    if (typed === before) return;
    try {
      if (isLoggedOut && !(await renewToken(root.dataset.token))) return;
      const answer = await post(root.dataset.autosave, new FormData(form));
      isLoggedOut = answer.status === 401 || answer.status === 403;
      const words = answer.headers.get("Content-Type")?.includes("json") ? (await answer.json()).sentence : "";
      if (answer.ok) before = typed;
      say(words, !answer.ok);
    } catch {
      say(form.dataset.offline ?? "", true);
    }
    if (isLoggedOut) timer ||= setTimeout(() => { timer = 0; keep(); }, 10000);
  };

  // Also while somebody types without a pause: a slot that is written only in pauses loses the longest stretches.
  const soon = () => {
    if (!timer) timer = setTimeout(() => { timer = 0; keep(); }, KEEP_AFTER);
  };
  const leaving = () => {
    if (document.visibilityState !== "hidden" || now() === before) return;
    const data = new FormData(form);
    data.set("leaving", "1");
    post(root.dataset.autosave, data).catch(() => {});
  };
  document.addEventListener("visibilitychange", leaving);
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  form.addEventListener("click", soon);
  // select2 tells its changes through jQuery alone.
  window.django?.jQuery?.(form).on("change", soon);
}

function presence(place) {
  const form = document.querySelector("[data-autosave] form");
  let typed = -STILL_WRITING;
  form?.addEventListener("input", () => { typed = performance.now(); });
  let last = "";

  const beat = async () => {
    if (document.hidden) return;
    const data = new FormData();
    data.set("version", place.dataset.version);
    if (performance.now() - typed < STILL_WRITING) data.set("writing", "1");
    try {
      const answer = await post(place.dataset.url, data);
      if (!answer.ok) return;
      const { others, notice } = await answer.json();
      const lines = [...others, ...(notice ? [notice] : [])];
      if (lines.join() === last) return;
      last = lines.join();
      place.replaceChildren(...lines.map(paragraph));
      place.classList.toggle("warn", Boolean(notice));
    } catch {
      // No connection: the next beat tries again.
    }
  };
  beat();
  setInterval(beat, BEAT_EVERY);
  document.addEventListener("visibilitychange", beat);
  window.addEventListener("pagehide", () => {
    const data = new FormData();
    data.set("leaving", "1");
    post(place.dataset.url, data).catch(() => {});
  });
}

// Where a piece is used is shown before it is taken down.
function used(details) {
  details.addEventListener("toggle", async () => {
    const here = details.querySelector("[data-used-here]");
    if (!details.open || here.childElementCount) return;
    const answer = await fetch(details.dataset.used, { credentials: "same-origin", redirect: "error" }).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    here.replaceChildren(...page.querySelectorAll(".where-used"));
  });
}

for (const details of document.querySelectorAll("details[data-used]")) used(details);
const root = document.querySelector("[data-autosave]");
if (root?.querySelector("form")) keeping(root);
const place = document.getElementById("presence");
if (place?.dataset.url) presence(place);
