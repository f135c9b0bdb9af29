// The end: handed in by the candidate, or because the time is up. Nothing is handed in before the queue is empty.

import { announce, warn } from "./bar.js";
import { Failure } from "./server.js";
import { word } from "./words.js";

const TRY_AGAIN = 5_000;

export class Ending {
  #isHandingIn = false;

  constructor({ server, outbox, sitting, saving, uploads }) {
    Object.assign(this, { server, outbox, sitting, saving, uploads });
    this.isOver = false;
    this.isLeaving = false;
  }

  /** Whether a form is the one of the check page; if so, it is handed in here. */
  takes(form) {
    if (!form.matches("#kumpulkan")) return false;
    if (this.sitting.screen) this.handIn();
    else this.#handInEarly(form);
    return true;
  }

  /** The page is not ready yet. Where this browser keeps nothing, its plain form does; else what is kept has to be sent first. */
  async #handInEarly(form) {
    if (this.#isHandingIn) return;
    this.#isHandingIn = true;
    announce(word("handingIn"), true);
    const isKept = (await this.outbox.everything()).length > 0 || (await this.uploads.isKept());
    const until = performance.now() + TRY_AGAIN;
    while (isKept && !this.sitting.screen && performance.now() < until) await pause(100);
    this.#isHandingIn = false;
    if (!isKept) form.submit();
    else if (this.sitting.screen) this.handIn();
    else announce(word("handInFailed"));
  }

  /** The candidate hands in from the check page. What cannot be sent blocks it and is shown there. */
  async handIn() {
    if (this.#isHandingIn) return;
    this.#isHandingIn = true;
    announce(word("handingIn"), true); // on a bad line it takes a while
    const hasFile = await this.uploads.isUnderWay();
    await this.sendAll();
    try {
      if (this.outbox.isEmpty && !hasFile) return this.#leave(await this.server.submit());
      announce(hasFile ? word("fileUnderWay") : "");
    } catch (failure) {
      this.#explain(failure);
    }
    this.#isHandingIn = false;
  }

  /** "Coba kirim lagi": that nothing has changed has to be said, since nothing shows it. */
  async sendAgain() {
    announce("");
    await this.sendAll();
    if (!this.outbox.isEmpty) announce(word(this.outbox.isOffline ? "problemUnreachable" : "problemOther"));
  }

  /** The first step of every ending: also what another tab of this browser has queued. */
  async sendAll() {
    await this.outbox.adopt(true);
    await Promise.race([this.outbox.flush(true), pause(TRY_AGAIN)]);
    this.sitting.screen.refresh();
  }

  /** The time is up: lock, send what was written in time, hand in; off-line, go on trying. */
  async timeUp() {
    if (this.isOver) return;
    this.sitting.commit();
    this.#lock();
    warn(word(this.outbox.isOffline ? "timeUpOffline" : "timeUp"));
    while (!(await this.#finished())) await pause(TRY_AGAIN);
  }

  /** The server says that the attempt is closed. */
  closed(address) {
    this.#lock();
    this.saving.isClosed = true;
    this.#leave(address ?? `${this.server.base}/hasil`);
  }

  /**
   * Only the device that writes ends the two minutes in which its answers may still arrive: another one that is open waits
   * until the server closes the attempt.
   */
  async #finished() {
    const hasFile = await this.uploads.isUnderWay(); // before the rest: what it becomes is then in the queue
    await this.sendAll();
    if ((hasFile || !this.outbox.isEmpty) && this.outbox.isOpen) {
      warn(word(hasFile && !this.outbox.isOffline ? "timeUpFile" : "timeUpOffline"));
      return false;
    }
    try {
      await this.server.renew();
      this.#leave(await this.server.submit());
      return true;
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      if (failure.why === "closed") this.closed(failure.data.result_url);
      else warn(word(failure.why === "network" ? "timeUpOffline" : "timeUpKept"));
      return failure.why === "closed";
    }
  }

  #explain(failure) {
    if (!(failure instanceof Failure)) throw failure;
    if (failure.why === "closed") this.closed(failure.data.result_url);
    else if (failure.why === "sign-in") announce(""), this.outbox.heard(failure);
    else announce(word("handInFailed"));
  }

  #lock() {
    this.isOver = true;
    this.sitting.screen?.lock(true);
  }

  #leave(address) {
    this.isLeaving = true;
    location.replace(address);
  }
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
