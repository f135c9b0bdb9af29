// The page of an attempt that stands still: it leads back to the questions as soon as the proctor lets the exam go on,
// and shows what the proctor announces meanwhile.

import { renew } from "./lib/focus.js";

const PERIOD = 10_000;

async function look() {
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    if (answer.ok && answer.redirected) return location.assign(answer.url);
    if (answer.ok) lay(new DOMParser().parseFromString(await answer.text(), "text/html"));
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
