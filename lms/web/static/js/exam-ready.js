// Before an exam: does this browser keep what it is given, and is there a line to the server?

import { Store } from "./lib/exam/store.js";

const SLOW = 1500; // ms: an answer then takes noticeably long to be acknowledged

const place = document.getElementById("periksa-perangkat");
const say = (check, text) => (place.querySelector(`[data-check=${check}]`).textContent = text);

async function checkStore() {
  const works = await new Store().works();
  say("store", works ? place.dataset.ok : place.dataset.noStore);
  place.querySelector("[data-store-warning]").hidden = works;
}

async function checkLine() {
  const asked = performance.now();
  try {
    await fetch("/status", { method: "HEAD", cache: "no-store" });
    say("line", performance.now() - asked < SLOW ? place.dataset.online : place.dataset.slow);
  } catch {
    say("line", place.dataset.offline);
  }
}

checkStore();
checkLine();
addEventListener("online", checkLine);
addEventListener("offline", checkLine);
