// What every page gets: the error summary takes the focus, also where the address still names a place: a form that is sent again
// from there keeps it, and browsers put the focus into that place once all is loaded.
const summary = document.querySelector("[data-focus]");
if (summary) {
  if (location.hash) history.replaceState(history.state, "", location.pathname + location.search);
  summary.focus();
}

// What an act led to stands on the next page from its beginning, and screen readers read out only what comes later: it is put there anew.
setTimeout(() => {
  for (const told of document.querySelectorAll(".note[role=status], .found[role=status]")) {
    if (!told.contains(document.activeElement)) told.replaceChildren(...told.cloneNode(true).childNodes);
  }
}, 300);

// A field for many lines that Tab reaches: browsers bring its cursor into view, and leave the rest behind the bar at the foot.
document.addEventListener("keyup", ({ key, target }) => {
  if (key === "Tab" && target.matches("textarea")) target.scrollIntoView({ block: "nearest" });
});

// A button that prints is there only where printing works.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Off-line a form is not sent: the browser would put a page of its own in place of what was typed. The exam sees to its own forms.
const main = document.querySelector("main");
window.addEventListener("submit", (event) => {
  if (navigator.onLine || event.defaultPrevented || !main.dataset.offline) return;
  event.preventDefault();
  const note = main.querySelector("[data-off]") || document.createElement("div");
  Object.assign(note, { className: "note warn gap-s", tabIndex: -1, role: "alert" });
  note.dataset.off = "";
  note.replaceChildren(Object.assign(document.createElement("p"), { textContent: main.dataset.offline }));
  (event.submitter?.closest("p, .savebar, li, td") || event.target).before(note);
  note.focus();
});
