// The room around the exam: calling its proctor, and what the proctor announces. A call waits in this browser until the
// server has it, so that it may be made off-line.

import { renew } from "../focus.js";
import { mention, recall, remember } from "./bar.js";
import { Failure } from "./server.js";
import { word } from "./words.js";

const news = document.getElementById("kabar");
const help = document.getElementById("bantuan");

export class Room {
  #call = null;
  #isSending = false;

  constructor({ server, attempt }) {
    Object.assign(this, { server, place: `teruji-bantuan ${attempt}` });
    this.#call = JSON.parse(recall(this.place) || "null");
    if (this.#call && help) this.#showWaiting();
  }

  /** Call the proctor with what the form says. Returns false for any other form. */
  takes(form) {
    if (form.id !== "minta-bantuan") return false;
    this.#keep({ kunci: form.kunci.value, alasan: form.alasan.value });
    this.#showWaiting();
    this.send();
    return true;
  }

  /** Go to where the proctor is called. */
  show() {
    (help.querySelector("button") ?? help).focus({ focusVisible: true });
  }

  /** Send the call that waits, if one does; what fails stays for the next time. */
  async send() {
    if (!this.#call || this.#isSending) return;
    this.#isSending = true;
    try {
      const told = await this.server.callProctor(this.#call);
      this.#keep(null);
      this.#lay(told);
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      if (failure.why === "closed") this.#keep(null);
    } finally {
      this.#isSending = false;
    }
  }

  /** mark: what the heartbeat says; another than the page's means that something was said in the room. */
  async heard(mark) {
    await this.send();
    if (String(mark) !== news.dataset.mark) this.#lay(await this.server.news());
  }

  /** Put what is new in its place and read it out, politely. */
  #lay({ mark, announcements, help: html }) {
    const known = new Set([...news.querySelectorAll("[data-message]")].map((one) => one.dataset.message));
    const folded = news.querySelector("[data-message]:has(> details:not([open]))")?.dataset.message;
    news.dataset.mark = mark;
    renew(news, () => (news.innerHTML = announcements));
    news.hidden = !news.firstElementChild;
    const latest = news.querySelector("[data-message]"); // what came before it stands folded below
    if (folded && folded === latest?.dataset.message) latest.querySelector("details").open = false;
    const isNew = latest && !known.has(latest.dataset.message);
    const said = isNew ? [word("announced", { words: latest.querySelector("[data-words]").textContent })] : [];
    if (help && !this.#call) said.push(...this.#layHelp(html));
    if (said.length) mention(said.join(" "));
  }

  /** Returns what there is to say. What is being typed stays while nothing has changed. */
  #layHelp(html) {
    const made = document.createElement("div");
    made.innerHTML = html;
    const state = made.querySelector("[data-state]").dataset.state;
    if (help.querySelector("[data-state]").dataset.state === state) return [];
    renew(help, () => help.replaceChildren(...made.childNodes));
    const said = help.querySelector("[data-said]");
    return said ? [said.textContent.trim()] : [];
  }

  #showWaiting() {
    const note = document.createElement("div");
    note.dataset.state = "waiting";
    note.textContent = word("helpWaiting");
    renew(help, () => help.replaceChildren(note));
    mention(word("helpWaiting"));
  }

  #keep(call) {
    this.#call = call;
    remember(this.place, call ? JSON.stringify(call) : "");
  }
}
