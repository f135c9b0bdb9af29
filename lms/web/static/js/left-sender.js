// The page of a closed attempt in a browser that still keeps answers or files of it: they are sent, the server holds them for a
// decision, and the page says what became of each.

import { Files } from "./lib/exam/files.js";
import { Outbox } from "./lib/exam/outbox.js";
import { canSeal, handOver } from "./lib/exam/recovery.js";
import { Server } from "./lib/exam/server.js";
import { Store } from "./lib/exam/store.js";
import { Uploads } from "./lib/exam/uploads.js";
import { listed, word } from "./lib/exam/words.js";
import { Writer } from "./lib/exam/writer.js";

const PERIOD = 30_000;
/** Reasons that have words of their own. */
const WHY = { conflict: "refusedConflict", full: "refusedFull" };

const place = document.getElementById("tertinggal");
const [note, said, outcomes, more, stuck, seen] = ["note", "said", "outcomes", "more", "stuck", "seen"].map((name) => place.querySelector(`[data-${name}]`));
const { attempt, base, csrf, token, recovery } = place.dataset;
const server = Object.assign(new Server(base, csrf), { token });
const writer = new Writer(attempt);
const became = new Map();
const outbox = new Outbox({
  writer,
  store: new Store(),
  server,
  changed: show,
  settled: ({ item, kind }, outcome) => kind === "answer" && became.set(item, outcome),
});
const uploads = new Uploads({
  attempt,
  writer,
  files: new Files(),
  server,
  changed: show,
  done: (n, value, at) => outbox.add(writer.event(n, "answer", JSON.stringify(value), at)),
});

/** Also what another tab keeps: the server takes each event once. A file is left to the tab that sends it while that one lives. */
async function send() {
  await outbox.adopt(true);
  outbox.open();
  await uploads.adopt();
  uploads.again();
}

function show() {
  // Only a token without a lease is refused so: the attempt was opened again, and its questions send what waits.
  if (outbox.trouble?.why === "sign-in") return location.assign(base);
  const items = [...new Set([...outbox.unsentAnswers, ...uploads.items])].sort((a, b) => a - b);
  const trouble = items.length ? troubled() : null;
  const told = toldOf(items);
  if (!items.length && !told.length) return;
  note.hidden = false;
  note.classList.toggle("warn", items.length > 0);
  put(said, items.length ? `${word("unsent", { n: items.length, list: listed(items) })} ${word(trouble ?? "sending")}` : word("allSent"));
  put(outcomes, ...told);
  stuck.hidden = !trouble;
  for (const one of stuck.querySelectorAll("[data-seals]")) one.hidden = !canSeal();
  seen.hidden = items.length > 0 || ![...became.values()].includes("held");
}

/** The name of the words that say why something does not get through; null where nothing is known to be in its way. */
function troubled() {
  const why = [outbox.isEmpty ? null : outbox.trouble?.why, ...uploads.waiting.filter((one) => one.said !== "sending").map((one) => one.why)];
  if (why.includes("sign-in")) return "signedOut";
  if (why.includes("network")) return "offline";
  return why.some((one) => one && one !== "closed") || (!outbox.isOpen && !outbox.isEmpty) ? "notTaken" : null;
}

/** A line for each outcome that there was. waiting: numbers of the questions of which more is on its way. */
function toldOf(waiting) {
  const groups = new Map();
  for (const [item, outcome] of became) {
    const name = outcome === "held" || outcome === "stored" ? outcome : (WHY[outcome] ?? "refusedOther");
    if (!waiting.includes(item)) groups.set(name, [...(groups.get(name) ?? []), item].sort((a, b) => a - b));
  }
  const lines = [...groups].map(([name, items]) => word(name, { list: listed(items) }));
  return [...lines, ...uploads.refused.map(({ n, said }) => word("refusedFile", { n, said }))];
}

/** Texts in their place, each a line of its own in a list; what stands there already is not said again. */
function put(where, ...texts) {
  if (where.dataset.put === texts.join("\n")) return;
  where.dataset.put = texts.join("\n");
  if (where.matches("ul")) where.replaceChildren(...texts.map((textContent) => Object.assign(document.createElement("li"), { textContent })));
  else where.textContent = texts.join(" ");
}

async function recover() {
  const left = await handOver({ attempt, key: recovery, token, outbox, uploads });
  put(more, left.length ? word("recoveryLeft", { list: listed(left) }) : "");
}

place.addEventListener("click", ({ target }) => {
  const action = target.closest("[data-do]")?.dataset.do;
  if (action === "recover") recover();
  else if (action === "send-again") send();
});
addEventListener("offline", () => outbox.heard({ why: "network" }));
addEventListener("online", send);
addEventListener("pagehide", () => outbox.sendLast());
setInterval(send, PERIOD);
send();
