// The quick exit. Without this script the link leads away as any link does; with it the page is blank at once, and the
// back button of this tab does not return to it. The rest of the history stays: the page on reading safely says so.
for (const link of document.querySelectorAll("[data-leave]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault()
    document.title = " "
    document.body.replaceChildren()
    location.replace(link.href)
  })
}
