// The exam screen. Without this script every page of an attempt works as a plain form; with it, answers are kept in the
// browser before they are sent, moving between questions needs no network, and the time left is shown.

import { Absence } from "./lib/exam/absence.js";
import * as bar from "./lib/exam/bar.js";
import { Deadline, Notices } from "./lib/exam/deadline.js";
import { hasDialog, openDialog, prepareDialogs } from "./lib/exam/dialogs.js";
import { Ending } from "./lib/exam/ending.js";
import { countWords, tellChosen, tellNumber } from "./lib/exam/inputs.js";
import { Files } from "./lib/exam/files.js";
import { listenToKeys } from "./lib/exam/keys.js";
import { Outbox } from "./lib/exam/outbox.js";
import { restoreSize, setSize } from "./lib/exam/reading.js";
import { canSeal, handOver } from "./lib/exam/recovery.js";
import { Room } from "./lib/exam/room.js";
import { Saving } from "./lib/exam/saving.js";
import { Failure, Server } from "./lib/exam/server.js";
import { Sitting } from "./lib/exam/sitting.js";
import { turn } from "./lib/exam/ordering.js";
import { Store } from "./lib/exam/store.js";
import { Uploads } from "./lib/exam/uploads.js";
import { listed, word } from "./lib/exam/words.js";
import { Writer } from "./lib/exam/writer.js";

const HEARTBEAT = 30_000;
const TYPING = 700;
const LATE = 2_000;

const { attempt, base, csrf, recovery, started, due, now } = document.querySelector(".exam-bar").dataset;
const server = new Server(base, csrf);
const deadline = new Deadline(now, due);
const notices = new Notices(attempt, Date.parse(due) - Date.parse(started));
let timeTold;
const absence = new Absence(attempt, deadline);
const saving = new Saving({ deadline, unsent: () => sitting.unsent, isFileAtRisk: () => uploads.isAtRisk });
const writer = new Writer(attempt);
const outbox = new Outbox({ writer, store: new Store(), server, changed: savingChanged });
const uploads = new Uploads({
  attempt,
  writer,
  files: new Files(),
  server,
  deadline,
  changed: uploadChanged,
  done: (n, value, at) => sitting.answer(n, value, at),
});
const sitting = new Sitting({ base, writer, outbox, deadline, server, uploads, shown });
const room = new Room({ server, attempt });
const ending = new Ending({ server, outbox, sitting, saving, uploads });

async function start() {
  try {
    await outbox.adopt();
    await sitting.load();
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    outbox.heard(failure);
    if (failure.why === "closed") ending.closed(failure.data.result_url);
    else if (failure.why !== "sign-in" && failure.why !== "moved") setTimeout(start, HEARTBEAT / 6);
    return;
  }
  if (!(await outbox.store.works())) bar.announce(word("noStore"), true);
  outbox.open();
  uploads.adopt();
  room.send();
  if (deadline.now - Date.parse(started) > HEARTBEAT) beat(); // somebody comes back
}

/** Signed in again, or moved here. */
function goOn() {
  uploads.again();
  return outbox.open();
}

// --- time ---

function tick() {
  if (ending.isOver || saving.isPaused) return;
  const { left } = deadline;
  bar.showClock(left);
  const mark = notices.passed(left);
  if (mark === 0) ending.timeUp();
  else if (mark) tellTime(mark - left < LATE ? mark : left); // a device that slept wakes up long after it
  else if (timeTold && left > timeTold.left + LATE) timeTold = bar.takeBack(timeTold.text); // more time was given since
}

function tellTime(left) {
  timeTold = { left, text: bar.tellTime(left) };
}

async function beat() {
  if (!outbox.isOpen || ending.isOver) return;
  const asked = performance.now();
  const { told } = absence;
  try {
    const time = await server.time(sitting.unsent.length, told);
    absence.heard(told);
    deadline.sync(time.now, time.due_at, asked);
    if (time.state === "closed") ending.closed();
    if (time.lease) pause(time.state === "paused");
    outbox.heard(time.lease ? null : new Failure(time.lease === null ? "sign-in" : "moved"));
    await outbox.adopt();
    outbox.flush(true); // also where another device took over: what this one still has is then held for the proctor
    await uploads.adopt();
    uploads.again();
    if (time.lease) await room.heard(time.news);
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    outbox.heard(failure);
  }
}

function pause(isPaused) {
  if (saving.isPaused === isPaused) return;
  if (isPaused) sitting.commit(); // what was typed until now waits in the queue
  saving.isPaused = isPaused;
  bar.showClock(deadline.left);
  bar.announce(word(isPaused ? "pausedHelp" : "resumed"), isPaused);
  sitting.screen.lock(isPaused);
  if (!isPaused) sitting.show(location.href);
}

setInterval(tick, 1000);
setInterval(beat, HEARTBEAT);

// --- saving ---

function savingChanged() {
  absence.waits(sitting.unsent.length);
  const why = outbox.trouble?.why;
  if (why === "closed" && (outbox.isEmpty || !outbox.isOpen)) ending.closed(outbox.trouble.data.result_url);
  if (why === "moved") sitting.screen?.lock(true);
  saving.show(outbox);
  sitting.screen?.refresh();
  offerRecovery();
}

/** Another view has come up. */
function shown() {
  tick();
  if (sitting.form) uploads.show(sitting.form);
}

function uploadChanged() {
  if (sitting.form) uploads.show(sitting.form);
  saving.show(outbox);
  sitting.screen?.refresh();
  offerRecovery();
}

/** Last of all: the time is up, and something is still unsent. */
function offerRecovery() {
  const isNeeded = ending.isOver && (uploads.isStuck || !outbox.isEmpty);
  document.getElementById("pemulihan").hidden = !(isNeeded && canSeal());
}

async function recover() {
  const left = await handOver({ attempt, key: recovery, token: server.token, outbox, uploads });
  if (left.length) bar.announce(word("recoveryLeft", { list: listed(left) }), true);
}

function leave() {
  sitting.commit();
  notices.keep();
  outbox.sendLast();
}

addEventListener("offline", () => outbox.heard(new Failure("network")));
addEventListener("online", beat);
addEventListener("online", () => uploads.again());
addEventListener("pagehide", leave);
addEventListener("beforeunload", (event) => {
  // The browser asks where a file would be lost with the page: not kept, or too late for a later one to send it within the time.
  if ((uploads.isAtRisk || (ending.isOver && uploads.items.length)) && !ending.isLeaving) event.preventDefault();
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return leave();
  absence.shown(); // before the heartbeat that tells of it
  beat();
});

// --- what the person does ---

const ACTIONS = {
  "read-time": () => tellTime(deadline.left),
  "toggle-clock": () => bar.toggleClock(),
  "sign-in": () => openDialog("sign-in"),
  move: () => (hasDialog("move") ? openDialog("move") : location.assign(`${base}/perangkat`)),
  door: () => location.assign(`${base}/tempat`),
  shortcuts: () => openDialog("shortcuts"),
  "send-again": () => ending.sendAgain(),
  recover,
  help: () => room.show(),
  list: () => sitting.go(`${base}/daftar`),
  flag: flagByKey,
};

/** From anywhere on the page: the button tells its new state only to who stands on it. */
function flagByKey() {
  if (!sitting.screen || !sitting.form || sitting.screen.isLocked) return;
  sitting.flag();
  if (document.activeElement.value !== "ragu") bar.tell(word(sitting.isFlagged ? "flagged" : "unflagged"));
}

document.addEventListener("click", (event) => {
  const { target } = event;
  const button = target.closest("[data-do]");
  if (button) {
    event.preventDefault(); // without this script it is a link to its place
    return ACTIONS[button.dataset.do]();
  }
  const mover = target.closest("[data-turn]");
  if (mover) return turn(mover) && sitting.commit();
  const size = target.closest("[data-size]");
  if (size) return setSize(size.dataset.size);
  const link = target.closest("a[href]");
  const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  if (link && isPlain && sitting.go(link.href)) event.preventDefault();
});

let typing;
document.addEventListener("change", ({ target }) => {
  const read = tellNumber(target);
  if (read) bar.tell(read); // whoever has left the field hears what stands under it
  if (target.name !== "berkas" || !sitting.screen) sitting.commit();
  else if (ending.isOver) target.value = ""; // chosen too late: the one that is on its way from before stays in its place
  else uploads.start(Number(sitting.form.dataset.item), target);
});
document.addEventListener("input", ({ target }) => {
  clearTimeout(typing);
  countWords(target);
  tellChosen(target);
  tellNumber(target);
  if (target.matches("textarea, [name^=jawaban][type=text]")) typing = setTimeout(() => sitting.commit(), TYPING);
});

document.addEventListener("submit", (event) => {
  if (room.takes(event.target)) return event.preventDefault();
  const isQuestion = event.target === sitting.form;
  if (isQuestion) sitting.commit();
  if (isQuestion ? sitting.move(event.submitter?.value ?? "lanjut") : ending.takes(event.target)) event.preventDefault();
});

addEventListener("popstate", () => sitting.show(location.href));
listenToKeys((name) => ACTIONS[name]());
prepareDialogs(server, () => (sitting.screen ? goOn() : start()));
restoreSize();
bar.restoreClock();
document.documentElement.classList.add("js");
tick();
start();
