// What every page gets: the error summary takes the focus.
const summary = document.querySelector("[data-focus]");
if (summary) summary.focus();
