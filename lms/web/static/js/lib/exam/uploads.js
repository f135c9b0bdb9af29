// Files on their way to the server: each is sent until it has arrived, whichever question is open meanwhile.

import { Failure } from "./server.js";

const LONGEST_PAUSE = 30_000;

export class Uploads {
  #running = new Map();

  /** changed(): what is to be said of a file has changed. done(n, value, at): it has arrived; the answer is to name it, as of when it was chosen. */
  constructor({ attempt, server, deadline, changed, done }) {
    Object.assign(this, { server, deadline, changed, done });
    this.lock = `teruji ${attempt} berkas`;
  }

  /** Numbers of the questions whose file has not arrived. */
  get items() {
    return [...this.#running].filter(([, upload]) => !upload.isOver).map(([n]) => n);
  }

  /** Whether a file is on its way from this tab, or from another one of this browser: each holds a lock meanwhile. */
  async isUnderWay() {
    if (this.items.length) return true;
    return navigator.locks?.request(this.lock, { ifAvailable: true }, (lock) => lock === null) ?? false;
  }

  /** Send what was chosen in an input for question n. A file chosen later takes the place of one that is under way. */
  start(n, input) {
    const [file] = input.files;
    if (!file) return;
    const { most } = input.closest("[data-upload]").dataset;
    const upload = { file, at: this.deadline.now.toISOString(), share: 0, said: "sending", failures: 0, isOver: false };
    if (file.size > Number(most)) Object.assign(upload, { said: "large", isOver: true });
    this.#drop(n);
    this.#running.set(n, upload);
    this.changed();
    if (upload.isOver) return;
    const dropped = new Promise((resolve) => (upload.drop = resolve));
    const sent = this.#send(n, upload);
    navigator.locks?.request(this.lock, { mode: "shared" }, () => Promise.race([sent, dropped]));
  }

  /** The line is back: do not wait any longer. */
  again() {
    for (const upload of this.#running.values()) upload.wake?.();
  }

  /** The file of question n, in this form, is not wanted any more. */
  forget(n, form) {
    this.#drop(n);
    const place = form.querySelector("[data-upload]");
    if (!place) return;
    place.querySelector("[name=berkas]").value = "";
    place.querySelector("progress").hidden = true;
    place.querySelector("[data-upload-said]").textContent = "";
  }

  /** Say where the file of the question in a form stands. */
  show(form) {
    const place = form.querySelector("[data-upload]");
    const upload = this.#running.get(Number(form.dataset.item));
    if (!place || !upload) return;
    const bar = place.querySelector("progress");
    bar.hidden = upload.isOver;
    bar.value = Math.round(upload.share * 100);
    const values = { name: upload.file.name, n: Math.floor(upload.share * 10) * 10 };
    const text = (place.dataset[upload.said] ?? upload.said).replace(/\{(\w+)\}/g, (_, key) => values[key]);
    const said = place.querySelector("[data-upload-said]");
    const isRefused = upload.isOver && upload.said !== "done";
    said.classList.toggle("err", isRefused);
    said.classList.toggle("hint", !isRefused);
    if (said.textContent !== text) said.textContent = text;
  }

  async #send(n, upload) {
    const isCurrent = () => this.#running.get(n) === upload;
    const tell = (change) => isCurrent() && (Object.assign(upload, change), this.changed());
    while (isCurrent() && !upload.isOver) {
      try {
        const value = await this.server.upload(n, upload.file, (share) => tell({ share, said: "sending" }));
        if (isCurrent()) this.done(n, value, upload.at);
        tell({ said: "done", share: 1, isOver: true });
      } catch (failure) {
        if (!(failure instanceof Failure)) throw failure;
        const { why, data } = failure;
        if (why === "refused") tell({ said: data.said, isOver: true });
        else if (why === "closed") tell({ said: "failed", isOver: true });
        else await this.#pause(upload, tell);
      }
    }
  }

  #drop(n) {
    this.#running.get(n)?.drop?.();
    this.#running.delete(n);
  }

  #pause(upload, tell) {
    upload.failures += 1;
    tell({ said: "again" });
    const longest = Math.min(1000 * 2 ** (upload.failures - 1), LONGEST_PAUSE);
    return new Promise((resolve) => {
      setTimeout(resolve, longest);
      upload.wake = resolve;
    });
  }
}
