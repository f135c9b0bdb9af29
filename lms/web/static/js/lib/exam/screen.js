// What is seen: one question, the list of questions, or the check before handing in; beside it the grid with its counts.
//
// The page brings the view it was asked for, and the other two as templates; the first becomes a template as well.

import { renew } from "../focus.js";
import { isBlank, write } from "./answers.js";
import { dress, INPUTS } from "./inputs.js";
import { settle } from "./steady.js";
import { listed, word } from "./words.js";

const frame = document.getElementById("layar");
const heading = document.getElementById("judul");
const crumb = document.querySelector("[data-back]");
const MANY = 12;
const LOOKS = { new: "isNew", blank: "isBlank", done: "isDone", unsure: "isUnsure", "unsure done": "isDoneUnsure" };

export class Screen {
  #views = new Map();

  /**
   * questions: n → {html, section, kind}. unsent(): numbers of the questions that are not on the server yet; held(): of
   * those that wait there for the proctor; files(): of those whose file is on its way.
   */
  constructor({ base, answers, questions, unsent, held, files }) {
    Object.assign(this, { base, answers, questions, unsent, held, files });
    for (const { id, content } of document.querySelectorAll("template[id^=t-]")) this.#views.set(id.slice(2), content);
    this.#views.set(frame.dataset.view, copyOf(frame));
    this.cells = new Map([...document.querySelectorAll(".exam-side .q[data-n]")].map((cell) => [Number(cell.dataset.n), cell]));
    this.current = null;
    this.isLocked = false;
  }

  get inputs() {
    return [...frame.querySelectorAll(INPUTS)];
  }

  /** Put the answer of the question that is shown into its inputs. */
  fill() {
    const kind = this.questions.get(this.current).kind;
    write(this.inputs, this.answers.of(this.current).answer, kind);
    dress(frame);
  }

  /** To where the question is answered: the first that takes the focus. */
  focusAnswer() {
    const able = [...frame.querySelectorAll("[data-question] :is(input, select, button)")];
    able.find((one) => !one.disabled && one.type !== "hidden" && one.getClientRects().length)?.focus();
  }

  address(n, isReturning) {
    return `${this.base}/${n}${isReturning ? "?kembali=periksa" : ""}`;
  }

  /** isReturning: it was opened from the check page, to which it leads back. */
  question(n, isReturning) {
    const { html, section, kind } = this.questions.get(n);
    const { size } = this.answers;
    const form = this.#frame("soal").querySelector("form");
    form.action = this.address(n, isReturning);
    Object.assign(form.dataset, { item: n, kind });
    form.querySelector("[data-question]").innerHTML = html;
    form.querySelector("[value=sebelumnya]").disabled = n === 1;
    this.current = n;
    this.fill();
    this.#head(word("question", { n }), word("of", { size, section }), isReturning && "periksa");
    this.#shown(word("titleQuestion", { n, size }));
  }

  /** filter: "semua", "kosong" or "ragu". */
  list(filter) {
    const view = this.#frame("daftar");
    for (const link of view.querySelectorAll(".filters a")) {
      link.ariaCurrent = link.dataset.filter === filter ? "true" : null;
    }
    view.querySelector("[data-cells]").dataset.cells = filter;
    this.#head(word("titleList"), this.#tally(), this.current ?? 1);
    this.#shown(word("titleList"));
  }

  check() {
    this.#frame("periksa");
    this.#head(word("titleCheck"), "", this.current ?? this.answers.size);
    this.#shown(word("titleCheck"));
  }

  /** Bring grid, counts and flag up to date with the answers and the queue. */
  refresh() {
    renew(frame, () => this.#renew(), () => heading);
  }

  #renew() {
    const [unsent, held] = [new Set(this.unsent()), new Set(this.held())];
    for (const [n, cell] of this.cells) this.#dress(cell, n, unsent.has(n), held.has(n));
    const { blank, unsure } = this.answers;
    const numbers = { semua: [...this.cells.keys()], kosong: blank, ragu: unsure, belum: [...unsent], ditahan: [...held] };
    // Only in the lists: the page's words are kept under the same names.
    for (const place of document.querySelectorAll("li[data-held]")) place.hidden = held.size === 0;
    for (const place of frame.querySelectorAll("[data-cells]")) this.#lay(place, numbers[place.dataset.cells]);
    this.#count(numbers);
    this.#flag();
    this.#offerClearing();
    if (frame.dataset.view === "periksa") this.#checkNotes(numbers);
    if (this.isLocked) this.#disable();
  }

  /** No more changes: the time is up, or another device writes. Where that ends, showing a view again unlocks it. */
  lock(isLocked) {
    this.isLocked = isLocked;
    this.refresh();
  }

  #frame(name) {
    frame.replaceChildren(this.#views.get(name).cloneNode(true));
    frame.dataset.view = name;
    return frame;
  }

  /** back: where the link above the heading leads: a number, "periksa", or nowhere. */
  #head(title, aside, back) {
    const small = document.createElement("small");
    small.textContent = aside;
    heading.replaceChildren(title, " ", small);
    crumb.hidden = !back;
    crumb.firstElementChild.href = `${this.base}/${back}`;
    crumb.firstElementChild.textContent = back === "periksa" ? word("backToCheck") : word("back", { n: back });
  }

  #shown(title) {
    document.title = `${title} – Teruji`;
    this.refresh();
    settle();
    scrollTo(0, 0);
    heading.focus({ preventScroll: true });
  }

  #dress(cell, n, isUnsent, isHeld) {
    const look = this.answers.look(n);
    const isHere = n === this.current && frame.dataset.view === "soal";
    const said = [word("question", { n }), word(LOOKS[look])];
    if (isUnsent) said.push(word("isUnsent"));
    if (isHeld) said.push(word("isHeld"));
    cell.className = `q ${look}${isUnsent ? " unsent" : ""}${isHeld ? " held" : ""}`;
    cell.ariaLabel = said.join(", ");
    cell.ariaCurrent = isHere ? "true" : null;
  }

  /** Copies of the grid's cells, for a list elsewhere. From the check page a question leads back to it. */
  #lay(place, numbers) {
    const isReturning = place.hasAttribute("data-returning");
    const cells = numbers.map((n) => this.cells.get(n).cloneNode(true));
    cells.forEach((cell, at) => (cell.href = this.address(numbers[at], isReturning)));
    const isSame = cells.length === place.children.length && cells.every((cell, at) => cell.isEqualNode(place.children[at]));
    if (!isSame) renew(place, () => place.replaceChildren(...cells), () => heading);
  }

  #count({ kosong, ragu, belum, ditahan }) {
    const looks = [...this.cells.keys()].map((n) => this.answers.look(n));
    const counts = { size: this.answers.size, empty: kosong.length, flagged: ragu.length, unsent: belum.length, held: ditahan.length };
    for (const place of document.querySelectorAll("[data-count]")) {
      const name = place.dataset.count;
      place.textContent = counts[name] ?? looks.filter((look) => look === name).length;
    }
    for (const place of document.querySelectorAll("span[data-tally]")) place.textContent = this.#tally();
    this.#place();
  }

  /** "12/50" in the bar of a phone. */
  #place() {
    const { size, answered } = this.answers;
    const reached = frame.dataset.view === "soal" ? this.current : answered;
    document.querySelector("[data-place]").textContent = `${reached}/${size}`;
  }

  #tally() {
    const { answered, size } = this.answers;
    const held = this.held().length;
    return held ? word("tallyHeld", { answered, size, held }) : word("tally", { answered, size });
  }

  #flag() {
    const button = frame.querySelector("[value=ragu]");
    if (button) button.ariaPressed = String(this.answers.of(this.current).flag);
  }

  #offerClearing() {
    const place = frame.querySelector("[data-clear]");
    if (!place) return;
    const isAble = place.dataset.clear.split(" ").includes(this.questions.get(this.current).kind);
    place.hidden = !isAble;
    const isEmpty = isBlank(this.answers.of(this.current).answer) && !this.files().includes(this.current);
    place.firstElementChild.hidden = isEmpty || this.isLocked; // its place stays: nothing moves under a finger
  }

  #checkNotes({ kosong, belum }) {
    const blank = frame.querySelector("[data-blank-note]");
    blank.hidden = kosong.length === 0;
    if (kosong.length) {
      const [n] = kosong;
      const text = kosong.length > MANY ? word("manyBlank", { n: kosong.length }) : word("someBlank", { list: listed(kosong) });
      blank.querySelector("strong").textContent = text;
      Object.assign(blank.querySelector("a"), { href: this.address(n, true), textContent: word("fillFirst", { n }) });
    }
    const unsent = frame.querySelector("[data-unsent-note]");
    unsent.hidden = belum.length === 0;
    unsent.querySelector("strong").textContent = word("unsentList", { n: belum.length, list: listed(belum) });
    frame.querySelector("[data-all-sent]").hidden = belum.length > 0;
    frame.querySelector("[data-hand-in]").disabled = belum.length > 0;
  }

  #disable() {
    for (const control of frame.querySelectorAll(`${INPUTS}, [name=berkas], [data-turn], [value=ragu], [value=hapus], [data-hand-in]`)) control.disabled = true;
    const onward = frame.querySelector("[value=lanjut] span");
    if (onward) onward.textContent = word("onward");
  }
}

function copyOf(element) {
  const copy = document.createDocumentFragment();
  copy.append(...element.cloneNode(true).childNodes);
  return copy;
}
