// The bar on top: what became of the last change, and how much time is left; and the strips that announce what matters.

import { renew } from "../focus.js";
import { steady } from "./steady.js";
import { countdown, duration, word } from "./words.js";

const strip = document.getElementById("siar");
const alarm = document.getElementById("siar-segera");
const aside = document.getElementById("siar-lirih");
const save = document.querySelector(".exam-bar .save");
const icons = document.getElementById("ikon").content;
const HIDDEN_CLOCK = "teruji-waktu-tersembunyi";
const STRIP_STAYS = 60_000;

/** Keep a choice of this browser; where storage is refused it lasts as long as the page. */
export function remember(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Refused by the browser: the choice simply does not outlive the page.
  }
}

export function recall(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/** kind: a class of `.save`. more: a second thing to say. action: what a press does; such a state is a button. */
export function showState({ kind, icon, text, more = "", action }) {
  if (save.dataset.text === text + more) return;
  save.dataset.text = text + more;
  save.className = `save ${kind}`;
  const said = document.createElement(action ? "button" : "span");
  said.textContent = text;
  if (more) said.append(" ", Object.assign(document.createElement("span"), { className: "more-said", textContent: more }));
  if (action) Object.assign(said, { type: "button", className: "link" }).dataset.do = action;
  const parts = [icons.querySelector(`[data-icon=${icon}]`).cloneNode(true), said];
  steady(() => renew(save, () => save.replaceChildren(...parts), () => document.getElementById("judul")));
}

let passing;
let lasting = "";

/** Say something politely, as a strip under the bar, in place of all before. stays: until it is cleared, else for a minute. */
export function announce(text, stays = false) {
  lasting = stays ? text : "";
  put(text, stays);
}

/** The same in passing: for a minute, and what stayed comes back after it. kind: "ok" for good news. */
export function mention(text, kind = "") {
  put(text, false, kind);
}

/** What was mentioned is not so any more. */
export function takeBack(text) {
  if (strip.textContent === text) put(lasting, true);
}

function put(text, stays, kind = "") {
  clearTimeout(passing);
  steady(() => Object.assign(strip, { className: `strip ${kind}`, textContent: text }));
  if (text && !stays) passing = setTimeout(() => put(lasting, true), STRIP_STAYS);
}

/** Say politely, to screen readers alone, what others see at its place. The strip keeps what it says. */
export function tell(text) {
  aside.textContent = text;
}

/** Say something at once, as a strip that stays; what stands there already is not said again. */
export function warn(text) {
  announce("");
  if (alarm.textContent !== text) steady(() => (alarm.textContent = text));
}

export function showClock(left) {
  for (const place of document.querySelectorAll("[data-clock]")) place.textContent = countdown(left);
  for (const place of document.querySelectorAll("[data-left]")) place.textContent = duration(left);
}

/** Say how much time is left, also where that stands there already. Returns what was said. */
export function tellTime(left) {
  const text = word("timeLeft", { time: duration(left) });
  steady(() => (strip.textContent = ""));
  setTimeout(() => mention(text), 50);
  return text;
}

/** Hide or show the clock, everywhere, and remember it. */
export function toggleClock(hide = recall(HIDDEN_CLOCK) !== "1") {
  remember(HIDDEN_CLOCK, hide ? "1" : "0");
  document.documentElement.toggleAttribute("data-clock-hidden", hide);
  for (const button of document.querySelectorAll("[data-do=toggle-clock]")) {
    const text = word(hide ? "showTime" : "hideTime");
    const label = button.querySelector("span");
    if (label) label.textContent = text;
    else button.ariaLabel = text;
  }
}

export function restoreClock() {
  toggleClock(recall(HIDDEN_CLOCK) === "1");
}
