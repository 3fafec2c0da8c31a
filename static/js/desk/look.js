// A choice shows at once; without script the button does it.
const form = document.querySelector(".look-choice");
form?.querySelector("button")?.setAttribute("hidden", "");
form?.addEventListener("change", () => form.requestSubmit());
