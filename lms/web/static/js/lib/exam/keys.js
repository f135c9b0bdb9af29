// Keys beyond Tab, arrows and Space: A–J inside the options always; R, D, W and ? only for those who asked for them.

import { recall, remember } from "./bar.js";

const WANTED = "teruji-pintasan";
const ACTIONS = { r: "flag", d: "list", w: "read-time", "?": "shortcuts" };

export const shortcutsWanted = () => recall(WANTED) === "1";
export const wantShortcuts = (wanted) => remember(WANTED, wanted ? "1" : "0");

/** act(name): does what a shortcut stands for. */
export function listenToKeys(act) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
    const key = event.key.toLowerCase();
    const options = event.target.name === "yakin" ? null : event.target.closest?.(".opts"); // certainty has numbers, and weighs too much
    if (options && /^[a-j]$/.test(key)) return choose(options, key.charCodeAt(0) - 97, event);
    const isTyping = event.target.matches("input:not([type=radio], [type=checkbox]), textarea, select");
    if (shortcutsWanted() && ACTIONS[key] && !isTyping) {
      event.preventDefault();
      act(ACTIONS[key]);
    }
  });
}

function choose(options, place, event) {
  const input = options.querySelectorAll("input")[place];
  if (!input || input.disabled) return;
  event.preventDefault();
  input.focus();
  input.click();
}
