// The board of a room keeps itself fresh; the deadlines on it are counted down by the server's time. Without this script
// the page is as true as when it was loaded, and has a link that loads it again.

import { renew } from "./lib/focus.js";

const PERIOD = 10_000;
const place = document.getElementById("papan-hidup");
const aside = document.getElementById("siar-papan");
const { address, lost, hold, go, zone } = place.dataset;
const locale = document.documentElement.lang === "en" ? "en-GB" : "id";
const separator = locale === "id" ? "." : ":";
const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone: zone });

let tag = "";
let isHeld = false;
let server = Date.parse(place.dataset.now);
let heardAt = performance.now();

const now = () => server + performance.now() - heardAt;

function heard(at) {
  server = Date.parse(at);
  heardAt = performance.now();
}

async function look() {
  if (isHeld || document.hidden) return;
  try {
    const answer = await fetch(address, { cache: "no-store", headers: tag ? { "If-None-Match": tag } : {} });
    if (answer.redirected) return location.reload(); // signed out meanwhile
    if (answer.status === 304) heard(answer.headers.get("X-Now"));
    else if (answer.ok) lay(await answer.json(), answer.headers.get("ETag"));
    else throw new Error(answer.status);
    fresh();
  } catch {
    warn();
  }
}

/** Put the new board in the old one's place, and the focus back where it was. */
function lay({ html, now: at }, newTag) {
  heard(at);
  tag = newTag;
  const isOpen = place.querySelector("details")?.open;
  const typed = place.querySelector("#cari").value;
  const known = new Set(calls());
  renew(place, () => {
    place.innerHTML = html;
    place.querySelector("details").open = isOpen;
    place.querySelector("#cari").value = typed;
    prepare();
  }, () => document.getElementById("papan"));
  const fresh = calls().filter((call) => !known.has(call));
  if (fresh.length) tell([document.getElementById("papan").textContent, ...fresh].join(". "));
}

/** Who is to be seen to, each in one line: name, desk, what they ask, how they stand. */
function calls() {
  return [...place.querySelectorAll("tr.urgent")].map((row) => {
    const parts = [...row.querySelector("th").childNodes, row.querySelector("td")];
    return parts.map((part) => part.textContent.trim()).filter(Boolean).join(", ");
  });
}

/** Say politely, to screen readers alone, what others see on the board. */
function tell(text) {
  if (aside.textContent !== text) aside.textContent = text;
}

function fresh() {
  const note = place.querySelector("#segar");
  note.classList.replace("off", "ok");
  note.querySelector("[data-fresh]").textContent = clock.format(now()).replaceAll(":", separator);
  count();
}

function warn() {
  const note = place.querySelector("#segar");
  const since = note.querySelector("[data-fresh]").textContent;
  note.classList.replace("ok", "off");
  const text = lost.replace("{time}", since);
  note.querySelector("[data-auto]").textContent = ` – ${text}`;
  tell(text);
}

function count() {
  for (const cell of place.querySelectorAll("[data-due]")) {
    const seconds = Math.max(0, Math.ceil((Date.parse(cell.dataset.due) - now()) / 1000));
    const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    cell.textContent = parts.map((part) => String(part).padStart(2, "0")).join(separator);
  }
}

/** The link that loads the page again becomes the switch of the refreshing. */
function prepare() {
  place.querySelector("[data-auto]").hidden = isHeld;
  const link = place.querySelector("[data-hold]");
  const button = Object.assign(document.createElement("button"), { type: "button", className: "link", id: "jeda-segar" });
  button.textContent = isHeld ? go : hold;
  button.addEventListener("click", () => {
    isHeld = !isHeld;
    button.textContent = isHeld ? go : hold;
    place.querySelector("[data-auto]").hidden = isHeld;
    look();
  });
  link.replaceWith(button);
}

prepare();
setInterval(look, PERIOD);
document.addEventListener("visibilitychange", look);
