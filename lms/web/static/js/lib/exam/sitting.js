// One attempt in one tab: what is answered goes into the journal, and an address of the attempt becomes a view.

import { Answers, read } from "./answers.js";
import { tell } from "./bar.js";
import { INPUTS, served } from "./inputs.js";
import { Screen } from "./screen.js";
import { word } from "./words.js";

const frame = document.getElementById("layar");

export class Sitting {
  #shown = null;

  /** shown(): called after another view has come up. */
  constructor({ base, writer, outbox, deadline, server, uploads, shown }) {
    Object.assign(this, { base, writer, outbox, deadline, server, uploads, shown });
    this.answers = null;
    this.screen = null;
    this.tabs = new BroadcastChannel(`teruji ${writer.attempt}`);
    this.tabs.onmessage = ({ data }) => this.#heardFromTab(data);
    this.#shown = this.#asServed();
  }

  /** Get the questions and what is stored, and lay over it what is still on its way. */
  async load() {
    const asked = performance.now();
    const { items, state, now, due_at: due } = await this.server.questions();
    this.deadline.sync(now, due, asked);
    this.answers = new Answers(state);
    for (const event of await this.outbox.everything()) this.answers.apply(event);
    const questions = new Map(items.map((item) => [item.n, item]));
    this.media = mediaOf(items);
    this.screen = new Screen({
      base: this.base,
      answers: this.answers,
      questions,
      unsent: () => this.unsent,
      held: () => this.outbox.heldItems,
      files: () => this.uploads.items,
    });
    this.#takeOverPage();
  }

  get form() {
    return frame.querySelector("form[data-item]");
  }

  /** Put what the inputs say into the journal, if it is new. */
  commit() {
    const value = this.#asShown();
    if (value === null || value === this.#shown || this.screen?.isLocked) return;
    this.#shown = value;
    this.#record(Number(this.form.dataset.item), "answer", value);
  }

  /** Show the view that an address stands for. Returns false for an address that is not one of this attempt's views. */
  show(address) {
    this.commit();
    const { pathname, searchParams } = new URL(address, location.href);
    const name = pathname.startsWith(`${this.base}/`) ? pathname.slice(this.base.length + 1) : "";
    if (!this.screen) return false;
    if (name === "daftar") this.screen.list(searchParams.get("saring") ?? "semua");
    else if (name === "periksa") this.screen.check();
    else if (this.answers.of(Number(name))) this.#question(Number(name), searchParams.get("kembali") === "periksa");
    else return false;
    this.shown();
    return true;
  }

  /** Go to an address as a link does. Returns false where only the browser can. */
  go(address) {
    if (!this.show(address)) return false;
    history.pushState(null, "", address);
    return true;
  }

  /** What the buttons under a question do. Returns false where the plain form has to do it. */
  move(action) {
    if (!this.screen) return false;
    const { current } = this.screen;
    if (action === "ragu") return this.flag();
    if (action === "hapus") return this.clear();
    if (action === "sebelumnya") return this.go(this.screen.address(current - 1));
    const isReturning = new URLSearchParams(location.search).get("kembali") === "periksa";
    const isLast = current === this.answers.size;
    return this.go(isReturning || isLast ? `${this.base}/periksa` : this.screen.address(current + 1));
  }

  /** Whether the question that is shown is marked unsure. */
  get isFlagged() {
    return this.answers.of(this.screen.current).flag;
  }

  flag() {
    const { current } = this.screen;
    this.#record(current, "flag", String(!this.isFlagged));
    return true;
  }

  /** Leave the question that is shown without an answer. */
  clear() {
    const { current } = this.screen;
    this.uploads.forget(current, this.form);
    this.#record(current, "answer", "null");
    this.#refill();
    this.screen.focusAnswer();
    this.screen.refresh();
    tell(word("cleared"));
    return true;
  }

  /**
   * An answer that does not come from the inputs: a file that has arrived. at: when it was chosen, which counts once the time is up.
   * Resolves once the queue has it for good.
   */
  answer(n, value, at) {
    const queued = this.#record(n, "answer", JSON.stringify(value), this.deadline.left ? undefined : at);
    if (this.form && this.screen.current === n) this.#refill();
    this.screen.refresh();
    return queued;
  }

  /** Numbers of the questions with something that is not on the server yet, files included. */
  get unsent() {
    return [...new Set([...this.outbox.unsentItems, ...this.uploads.items])].sort((a, b) => a - b);
  }

  #refill() {
    this.screen.fill();
    this.#shown = this.#asShown();
  }

  #question(n, isReturning) {
    this.screen.question(n, isReturning);
    this.#opened(n);
  }

  /** The page came from the server with one view in it: go on with that one. */
  #takeOverPage() {
    if (!this.form) {
      this.screen.refresh();
      return;
    }
    this.commit();
    const n = Number(this.form.dataset.item);
    this.screen.current = n;
    this.screen.fill();
    this.screen.refresh();
    this.#opened(n);
  }

  #opened(n) {
    this.#shown = this.#asShown();
    if (!this.answers.of(n).opened && !this.screen.isLocked) this.#record(n, "open", "null");
  }

  #asShown() {
    return this.#read((input) => input);
  }

  /** What the page came with, whatever was changed before this script ran. */
  #asServed() {
    return this.#read(served);
  }

  #read(seen) {
    const { form } = this;
    return form ? JSON.stringify(read([...form.querySelectorAll(INPUTS)].map(seen), form.dataset.kind)) : null;
  }

  #record(item, kind, value, at = this.deadline.now.toISOString()) {
    const event = this.writer.event(item, kind, value, at);
    this.answers?.apply(event);
    this.tabs.postMessage(event);
    return this.outbox.add(event);
  }

  #heardFromTab(event) {
    this.answers?.apply(event);
    if (this.screen && this.form && this.screen.current === event.item) {
      this.#refill();
    }
    this.screen?.refresh();
  }
}

/** Pictures and recordings of all questions, asked for now and kept by the browser: when the line is gone, they are there. */
function mediaOf(items) {
  const parsed = items.map(({ html }) => new DOMParser().parseFromString(html, "text/html"));
  const sources = (names) => [...new Set(parsed.flatMap((page) => [...page.querySelectorAll(names)].map((one) => one.getAttribute("src"))))];
  for (const source of sources("audio[src]")) store(source);
  return sources("img[src]").map((source) => Object.assign(new Image(), { src: source }));
}

/** A player asks for parts, which the browser takes from what came whole before. Where this fails, the player asks again. */
async function store(source) {
  try {
    await (await fetch(source)).arrayBuffer();
  } catch {
    // the line is gone already
  }
}
