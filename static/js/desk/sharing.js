// A button that copies the address beside it. Without this script one selects it.
for (const button of document.querySelectorAll("[data-copy-button]")) {
  const field = button.parentElement.querySelector("[data-copy]");
  field.addEventListener("focus", () => field.select());
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    const words = button.textContent;
    button.textContent = button.dataset.copied;
    setTimeout(() => {
      button.textContent = words;
    }, 2000);
  });
}
