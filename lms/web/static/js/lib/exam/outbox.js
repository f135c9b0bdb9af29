// The queue between the page and the journal: first into the browser's store, then to the server, until acknowledged.

import { Failure } from "./server.js";

const BATCH = 50;
// So many letters of answers in one request, and in the last one, which the browser sends after the page is gone.
const MOST_LETTERS = 60_000;
const LAST_LETTERS = 12_000;
const LONGEST_PAUSE = 30_000;

export class Outbox {
  #queue = [];
  #running = null;
  #wake = null;
  #failures = 0;
  #held = new Set();

  /**
   * changed(outbox): called whenever the queue, or what is known of the connection, has changed. settled(event, outcome): what became
   * of an event that leaves the queue: "stored", "held", or why it was refused.
   */
  constructor({ writer, store, server, changed, settled = () => {} }) {
    Object.assign(this, { writer, store, server, changed, settled });
    this.trouble = null;
    this.refused = [];
    this.isOpen = false;
    holdLock(writer);
  }

  /** Numbers of the questions with something unsent, in order. */
  get unsentItems() {
    return itemsOf(this.#queue);
  }

  /** Numbers of the questions with an unsent answer; that one was opened or marked is none. */
  get unsentAnswers() {
    return itemsOf(this.#queue.filter((event) => event.kind === "answer"));
  }

  /** Numbers of the questions whose last change the server holds for the proctor: it has them, and they do not count yet. */
  get heldItems() {
    return [...this.#held].sort((a, b) => a - b);
  }

  get isEmpty() {
    return this.#queue.length === 0;
  }

  /** Several failures in a row, or the browser itself says so: a single one is only a hiccup. */
  get isOffline() {
    return this.trouble?.why === "network" && (this.#failures > 1 || !navigator.onLine);
  }

  /** All that is known to be on its way from this browser, in the order in which it was written. */
  async everything() {
    const kept = await this.store.all(this.writer.attempt);
    return [...kept, ...this.#queue].sort((a, b) => a.device_at.localeCompare(b.device_at) || a.seq - b.seq);
  }

  /** Queue an event and send it as soon as the store has it. Resolves once that is so. */
  async add(event) {
    this.#queue.push(event);
    this.changed(this);
    await this.store.put(event);
    this.flush();
  }

  /** Take over what earlier lives of this browser left behind. everything: also what a tab still open has queued. */
  async adopt(everything = false) {
    const kept = await this.store.all(this.writer.attempt);
    const known = new Set(this.#queue.map(nameOf));
    const left = kept.filter((event) => !known.has(nameOf(event)));
    for (const writer of new Set(left.map((event) => event.writer))) {
      if (writer === this.writer.id || !(everything || (await isGone(this.writer.attempt, writer)))) continue;
      this.#queue.unshift(...left.filter((event) => event.writer === writer));
    }
    this.changed(this);
  }

  /** Saving may begin: there is a token. */
  open() {
    this.isOpen = true;
    this.trouble = null;
    this.changed(this); // also where nothing waits to be sent
    return this.flush(true);
  }

  /** Send all there is, pausing longer after each failure. atOnce cuts a pause short. Resolves when nothing more can be done now. */
  flush(atOnce = false) {
    if (!this.isOpen) return Promise.resolve();
    if (atOnce) this.#wake?.();
    this.#running ??= this.#run().finally(() => (this.#running = null));
    return this.#running;
  }

  /** The page is going away: one last batch that outlives it. Sent twice does no harm. */
  sendLast() {
    const own = this.#batch(this.writer.id, LAST_LETTERS);
    if (this.isOpen && own.length) this.server.save(this.writer.id, own, true).catch(() => {});
  }

  /** Another request showed whether the server can be reached. */
  heard(failure) {
    this.#failures = failure ? this.#failures + 1 : 0;
    this.trouble = failure;
    this.changed(this);
  }

  async #run() {
    while (this.isOpen && this.#queue.length) {
      const { writer } = this.#queue[0];
      try {
        await this.#sendBatch(writer);
      } catch (failure) {
        if (!(failure instanceof Failure)) throw failure;
        this.#note(failure, await this.#settle(writer, failure.data));
        if (failure.why === "network" || failure.why === "server") await this.#pause();
      }
    }
  }

  async #sendBatch(writer) {
    const batch = this.#batch(writer, MOST_LETTERS);
    const settled = await this.#settle(writer, await this.server.save(writer, batch));
    if (!settled) throw new Failure("server");
    this.heard(null);
  }

  /** The next events of a writer that fit into one request; at least one. */
  #batch(writer, most) {
    let letters = 0;
    const own = this.#queue.filter((event) => event.writer === writer).slice(0, BATCH);
    return own.filter(({ value }, at) => (letters += value.length) <= most || at === 0);
  }

  /** What the server has, holds or refuses for good leaves the queue. Returns how much that was. */
  async #settle(writer, { stored = [], held = [], refused = [] }) {
    const done = new Set([...stored, ...held, ...refused.map((one) => one.seq)]);
    const settled = this.#queue.filter((event) => event.writer === writer && done.has(event.seq));
    for (const event of settled) {
      const { seq, item } = event;
      if (held.includes(seq)) this.#held.add(item);
      else if (stored.includes(seq)) this.#held.delete(item);
      this.settled(event, held.includes(seq) ? "held" : (refused.find((one) => one.seq === seq)?.why ?? "stored"));
    }
    this.refused.push(...refused);
    this.#queue = this.#queue.filter((event) => !settled.includes(event));
    if (settled.length) await this.store.remove(settled);
    return settled.length;
  }

  /** Trying again by itself helps against a bad line or a busy server; where something was settled, the rest may be too. */
  #note(failure, settled) {
    this.isOpen = failure.why === "network" || failure.why === "server" || settled > 0;
    this.heard(failure);
  }

  #pause() {
    const longest = Math.min(1000 * 2 ** (this.#failures - 1), LONGEST_PAUSE);
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, longest * (0.75 + Math.random() / 4));
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

const itemsOf = (events) => [...new Set(events.map((event) => event.item))].sort((a, b) => a - b);
const nameOf = (event) => `${event.writer} ${event.seq}`;
const lockOf = (attempt, writer) => `teruji ${attempt} ${writer}`;

/** While this tab lives, its queue is its own. Without Web Locks all tabs send all: the journal takes each event once. */
function holdLock({ attempt, id }) {
  navigator.locks?.request(lockOf(attempt, id), () => new Promise(() => {}));
}

/** Whether the tab that wrote under this name has ended. */
export async function isGone(attempt, writer) {
  return navigator.locks?.request(lockOf(attempt, writer), { ifAvailable: true }, (lock) => lock !== null) ?? true;
}
