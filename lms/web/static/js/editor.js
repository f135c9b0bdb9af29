// The lesson editor: buttons that put Markdown around what is selected, and saving while one types.
import { autosave } from "./lib/autosave.js";

for (const tools of document.querySelectorAll("[data-tools]")) {
  const text = document.getElementById(tools.dataset.tools);
  tools.hidden = false;
  tools.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) write(text, button.dataset);
  });
}

function write(text, { around, before, box, title }) {
  const { selectionStart: from, selectionEnd: to, value } = text;
  const chosen = value.slice(from, to);
  if (around) return put(text, from, to, around + chosen + around, around.length, chosen.length);
  const line = value.lastIndexOf("\n", from - 1) + 1;
  if (before) {
    const rows = value.slice(line, to).split("\n").map((row) => before + row).join("\n");
    return put(text, line, to, rows, rows.length, 0);
  }
  const opening = `::: ${box} `;
  put(text, from, to, `${opening}${title}\n${chosen}\n:::\n`, opening.length, title.length);
}

// execCommand is old, but it is the one way that keeps the browser's own undo.
function put(text, from, to, written, offset, length) {
  text.focus();
  text.setSelectionRange(from, to);
  if (!document.execCommand("insertText", false, written)) text.setRangeText(written, from, to, "end");
  text.setSelectionRange(from + offset, from + offset + length);
}

const form = document.querySelector("[data-editor]");
if (form?.hasAttribute("data-autosave")) autosave(form);
// A browser shows of a tall field only where the caret is; who comes by Tab sees all of it. A tap must not move the page.
form?.addEventListener("keyup", ({ key, target }) => key === "Tab" && target.scrollIntoView({ block: "nearest" }));
