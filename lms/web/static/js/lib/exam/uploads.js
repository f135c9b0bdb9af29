// Files on their way to the server: kept in this browser first, then sent one after the other, each until it has arrived,
// whichever question is open meanwhile. What an earlier life of this browser left behind goes on here by itself.

import { isGone } from "./outbox.js";
import { Failure } from "./server.js";
import { randomId } from "./writer.js";

const LONGEST_PAUSE = 30_000;
const LINE = ["network", "server"];

export class Uploads {
  #uploads = new Map();
  #running = null;
  #wake = null;
  #failures = 0;

  /**
   * files: where they are kept. changed(): what is to be said of a file has changed. done(n, value, at): it has arrived; the
   * answer is to name it, as of when it was chosen; resolves once this browser has that answer in its queue for good.
   */
  constructor({ attempt, writer, files, server, deadline, changed, done }) {
    Object.assign(this, { attempt, writer, files, server, deadline, changed, done });
    this.lock = `teruji ${attempt} berkas`;
    this.tabs = new BroadcastChannel(this.lock);
    this.tabs.onmessage = ({ data }) => this.#heardFromTab(data);
  }

  /** What has not arrived, the earliest choice first: [{n, name, file, at, …}]. */
  get waiting() {
    return [...this.#uploads.values()].filter(({ isOver }) => !isOver).sort((a, b) => a.at.localeCompare(b.at));
  }

  /** Numbers of the questions whose file has not arrived. */
  get items() {
    return this.waiting.map(({ n }) => n);
  }

  /** What the server does not take, and what it says of that: [{n, said}]. */
  get refused() {
    return [...this.#uploads.values()].filter(({ isOver, said }) => isOver && said !== "done");
  }

  /** Whether a file would be lost with this page: it has not arrived, and this browser does not keep it. */
  get isAtRisk() {
    return this.waiting.some(({ kept }) => kept !== "kept");
  }

  /** Whether a file waits that does not get through just now. */
  get isStuck() {
    return this.waiting.some(({ said }) => said !== "sending");
  }

  /** Whether a file is on its way from this tab, or from another one of this browser: each holds a lock meanwhile. */
  async isUnderWay() {
    await this.adopt();
    if (this.items.length) return true;
    return navigator.locks?.request(this.lock, { ifAvailable: true }, (lock) => lock === null) ?? false;
  }

  /** Whether this browser keeps a file of the attempt, whoever sends it. */
  async isKept() {
    return (await this.files.all(this.attempt)).length > 0;
  }

  /** Send what was chosen in an input for question n. A file chosen later takes the place of one that is under way. */
  start(n, input) {
    const [file] = input.files;
    if (!file) return;
    const { most } = input.closest("[data-upload]").dataset;
    const upload = this.#begin({ n, id: randomId(), at: this.deadline.now.toISOString(), file });
    if (file.size > Number(most)) {
      Object.assign(upload, { said: "large", isOver: true });
      this.files.forget(this.attempt, n);
    } else {
      upload.keeping = this.#keep(upload);
      this.#run();
    }
    this.tabs.postMessage(n);
    this.changed();
  }

  /** Take over what earlier lives of this browser left behind. */
  async adopt() {
    for (const kept of await this.files.all(this.attempt)) {
      const isOurs = () => kept.writer === this.writer.id || this.items.includes(kept.n);
      if (isOurs() || !(await isGone(this.attempt, kept.writer)) || !(await this.files.claim(kept, this.writer.id))) continue;
      if (isOurs()) continue; // chosen anew meanwhile
      this.#begin(kept).kept = "kept";
      this.#run();
      this.changed();
    }
  }

  /** The line is back: do not wait any longer. */
  again() {
    this.#wake?.();
  }

  /** The file of question n, in this form, is not wanted any more. */
  forget(n, form) {
    this.#drop(n);
    const place = form.querySelector("[data-upload]");
    if (!place) return;
    this.files.forget(this.attempt, n);
    this.tabs.postMessage(n);
    place.querySelector("[name=berkas]").value = "";
    this.changed();
  }

  /** Say where the file of the question in a form stands. */
  show(form) {
    const place = form.querySelector("[data-upload]");
    const upload = this.#uploads.get(Number(form.dataset.item));
    if (!place) return;
    const bar = place.querySelector("progress");
    bar.hidden = upload?.isOver ?? true;
    bar.value = Math.round((upload?.share ?? 0) * 100);
    const text = upload ? this.#told(upload, place.dataset) : "";
    const said = place.querySelector("[data-upload-said]");
    const isRefused = Boolean(upload?.isOver) && upload.said !== "done";
    said.classList.toggle("err", isRefused);
    said.classList.toggle("hint", !isRefused);
    if (said.textContent !== text) said.textContent = text;
  }

  /** What is said of a file, and where it would be lost with the page, that too. words: by the names of what is said. */
  #told({ file, share, said, kept, isOver }, words) {
    const values = { name: file.name, n: Math.floor(share * 10) * 10 };
    const filled = (words[said] ?? said).replace(/\{(\w+)\}/g, (_, key) => values[key]);
    const isUnkept = !isOver && (kept === "full" || kept === "refused");
    return isUnkept ? `${filled} ${words[kept]}` : filled;
  }

  #begin({ n, id, at, file }) {
    this.#drop(n);
    const upload = { attempt: this.attempt, n, id, at, file, share: 0, said: "sending", turnedAway: 0, kept: null, keeping: null, isOver: false };
    upload.control = new AbortController();
    upload.dropped = new Promise((resolve) => upload.control.signal.addEventListener("abort", resolve));
    this.#uploads.set(n, upload);
    return upload;
  }

  async #keep(upload) {
    const { attempt, n, id, at, file } = upload;
    upload.kept = await this.files.put({ attempt, n, id, at, file, writer: this.writer.id });
    if (upload.kept !== "kept") await this.files.forget(attempt, n); // an earlier choice, which this one replaces
    if (this.#isCurrent(upload)) this.changed();
  }

  #run() {
    this.#wake?.();
    if (this.#running) return;
    this.#running = this.#sendAll();
    navigator.locks?.request(this.lock, { mode: "shared" }, () => this.#running);
  }

  /** One after the other, in the order in which they were chosen; what the server turns away comes after what it has not seen. */
  async #sendAll() {
    const next = () => this.waiting.sort((a, b) => a.turnedAway - b.turnedAway)[0];
    try {
      await null; // whoever called goes on first
      for (let upload; (upload = next()); ) await Promise.race([this.#send(upload), upload.dropped]);
    } finally {
      this.#running = null;
    }
  }

  async #send(upload) {
    const { n, file, at, control } = upload;
    const tell = (change) => this.#isCurrent(upload) && (Object.assign(upload, change), this.changed());
    await upload.keeping;
    if (!this.#isCurrent(upload)) return;
    try {
      const value = await this.server.upload(n, file, (share) => tell({ share, said: "sending" }), control.signal);
      if (!this.#isCurrent(upload)) return;
      this.#failures = 0;
      const answered = this.done(n, value, at);
      tell({ said: "done", share: 1, isOver: true });
      await answered; // only then: whatever ends this page before, the file or its answer is there
      await this.files.remove(upload);
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      if (!this.#isCurrent(upload)) return;
      const { why, data } = failure;
      if (why === "refused") {
        tell({ said: data.said, isOver: true });
        await this.files.remove(upload);
      } else {
        if (why !== "network") upload.turnedAway += 1;
        tell({ why, said: !LINE.includes(why) ? (data.said ?? "waits") : upload.kept === "kept" ? "againKept" : "again" });
        await this.#pause();
      }
    }
  }

  #isCurrent(upload) {
    return this.#uploads.get(upload.n) === upload;
  }

  #drop(n) {
    const upload = this.#uploads.get(n);
    this.#uploads.delete(n);
    upload?.control.abort();
  }

  /** Another tab has a newer file for question n, or wants none. */
  #heardFromTab(n) {
    this.#drop(n);
    this.changed();
  }

  #pause() {
    this.#failures += 1;
    const longest = Math.min(1000 * 2 ** (this.#failures - 1), LONGEST_PAUSE);
    return new Promise((resolve) => {
      setTimeout(resolve, longest);
      this.#wake = resolve;
    });
  }
}
