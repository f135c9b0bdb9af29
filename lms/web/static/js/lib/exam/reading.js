// The size of the letters, chosen in the bar and kept in this browser.

import { recall, remember } from "./bar.js";

const SIZE = "teruji-huruf";

export function setSize(size) {
  document.documentElement.dataset.letters = size;
  remember(SIZE, size);
  for (const button of document.querySelectorAll("[data-size]")) button.ariaPressed = String(button.dataset.size === size);
}

export function restoreSize() {
  setSize(recall(SIZE) ?? "normal");
}
