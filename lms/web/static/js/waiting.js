// The list of exams: of which attempts that it links to does this browser still keep answers or files? Their pages send them.

import { ofAttempt, ofBoth } from "./lib/exam/kept.js";

const place = document.getElementById("tertinggal");
const links = new Map([...document.querySelectorAll("main a[href*='/pengerjaan/']")].map((link) => [link.pathname.split("/pengerjaan/")[1].split("/")[0], link]));

async function look() {
  const lines = [];
  if ((await ofBoth((store) => store.count())).some(Boolean)) {
    for (const [attempt, link] of links) {
      const [events, files] = await ofBoth((store) => store.getAll(ofAttempt(attempt)));
      const items = new Set([...(events ?? []).filter(({ kind }) => kind === "answer").map(({ item }) => item), ...(files ?? []).map(({ n }) => n)]);
      if (items.size) lines.push(lineOf(link, items.size));
    }
  }
  place.firstElementChild.hidden = !lines.length;
  place.querySelector("ul").replaceChildren(...lines);
}

/** An exam by its name, which leads to where the attempt goes on or its result stands; and how many answers wait. */
function lineOf(link, n) {
  const line = document.createElement("li");
  const name = link.closest("li, tr").querySelector("a").cloneNode(true);
  name.href = link.href;
  const which = link.closest("th")?.querySelector("small")?.textContent;
  line.append(name, which ? `, ${which}` : "", ` · ${place.dataset.said.replace("{n}", String(n))}`);
  return line;
}

look();
addEventListener("pageshow", ({ persisted }) => persisted && look());
document.addEventListener("visibilitychange", () => document.hidden || look());
