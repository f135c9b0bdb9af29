// What every page gets: the error summary takes the focus.
const summary = document.querySelector("[data-focus]");
if (summary) summary.focus();

// A button that prints is there only where printing works.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
