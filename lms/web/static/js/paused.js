// The page of an attempt that waits for the proctor: one that stands still, or one that is to be moved to this device. It leads back
// to the questions as soon as the proctor lets it go on, and shows what is announced meanwhile.

import { renew } from "./lib/focus.js";

const PERIOD = 10_000;

async function look() {
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    if (answer.ok && answer.redirected) return location.assign(answer.url);
    const page = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
    if (page && !page.querySelector("[data-waits]")) return location.reload(); // another answer than to go on
    if (page) lay(page);
  } catch {
    // Off the line for a moment: the next look will tell.
  }
  setTimeout(look, PERIOD);
}

const stateOf = (help) => help.querySelector("[data-state]").dataset.state;

/** What was said in the room since. What is being typed stays until the call it was meant for has changed. */
function lay(page) {
  const [old, fresh] = [document, page].map((one) => one.getElementById("kabar"));
  if (!fresh || old.dataset.mark === fresh.dataset.mark) return;
  old.dataset.mark = fresh.dataset.mark;
  renew(old, () => old.replaceChildren(...fresh.childNodes));
  const [help, newHelp] = [document, page].map((one) => one.getElementById("bantuan"));
  if (help && stateOf(help) !== stateOf(newHelp)) renew(help, () => help.replaceChildren(...newHelp.childNodes));
}

setTimeout(look, PERIOD);
