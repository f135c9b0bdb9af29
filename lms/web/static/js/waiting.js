// The list of exams, and the home page: of which attempts does this browser still keep answers or files? Their pages send them.

import { ofAttempt, ofBoth } from "./lib/exam/kept.js";

const place = document.getElementById("tertinggal");

async function look() {
  const isKept = (await ofBoth((store) => store.count())).some(Boolean);
  const list = isKept ? await listOfExams() : document;
  const lines = isKept ? await linesOf(list) : [];
  const note = place.firstElementChild ?? noteOf(list);
  if (!note) return;
  note.hidden = !lines.length;
  note.querySelector("ul").replaceChildren(...lines);
}

/** The page that knows all exams of the person. Another one asks it, and only where something is kept; nothing of it while the line fails. */
async function listOfExams() {
  if (!place.dataset.list) return document;
  try {
    const answer = await fetch(place.dataset.list);
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return new Document(); // whoever comes back to this tab makes it look again
  }
}

/** The note of another page, at home here. */
function noteOf(list) {
  const there = list.getElementById(place.id);
  if (!there?.firstElementChild) return null;
  place.append(document.importNode(there.firstElementChild, true));
  return place.firstElementChild;
}

async function linesOf(list) {
  const links = new Map([...list.querySelectorAll("main a[href*='/pengerjaan/']")].map((link) => [link.pathname.split("/pengerjaan/")[1].split("/")[0], link]));
  const found = [];
  for (const [attempt, link] of links) {
    const [events, files] = await ofBoth((store) => store.getAll(ofAttempt(attempt)));
    const items = new Set([...(events ?? []).filter(({ kind }) => kind === "answer").map(({ item }) => item), ...(files ?? []).map(({ n }) => n)]);
    if (items.size) found.push([link, items.size]);
  }
  const { said } = list.getElementById(place.id)?.dataset ?? {};
  return found.map(([link, n]) => lineOf(link, said.replace("{n}", String(n))));
}

/** An exam by its name, which leads to where the attempt goes on or its result stands; and how many answers wait. */
function lineOf(link, said) {
  const line = document.createElement("li");
  const name = document.importNode(link.closest("li, tr").querySelector("a"), true);
  name.href = link.href;
  const which = link.closest("th")?.querySelector("small")?.textContent;
  line.append(name, which ? `, ${which}` : "", ` · ${said}`);
  return line;
}

look();
addEventListener("pageshow", ({ persisted }) => persisted && look());
document.addEventListener("visibilitychange", () => document.hidden || look());
