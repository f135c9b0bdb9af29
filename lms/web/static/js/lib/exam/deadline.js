// How much time is left. The server's deadline counts; between two answers of the server a monotonic clock does,
// so that a device whose clock is wrong, or is set while the exam runs, shows the right time.

const MINUTE = 60_000;

export class Deadline {
  #due;
  #server;
  #heardAt;

  /** now, dueAt: the server's ISO times when it made this page. */
  constructor(now, dueAt) {
    this.sync(now, dueAt, 0);
  }

  /** now, dueAt: the server's ISO times. askedAt: performance.now() when the question was put. */
  sync(now, dueAt, askedAt) {
    this.#due = Date.parse(dueAt);
    this.#server = Date.parse(now);
    this.#heardAt = (askedAt + performance.now()) / 2;
  }

  /** The server's time, as far as this page can tell. */
  get now() {
    return new Date(this.#server + performance.now() - this.#heardAt);
  }

  /** Milliseconds, never below zero. */
  get left() {
    return Math.max(0, this.#due - this.now.getTime());
  }
}

/**
 * Tells when half of the time, 15, 5 and 1 minutes are left, and when none is. What lies behind at the start is not told, but for
 * what went by while this tab was loaded again.
 */
export class Notices {
  #before = null;

  constructor(attempt, total) {
    this.place = `teruji-sisa ${attempt}`;
    this.marks = [total / 2, 15 * MINUTE, 5 * MINUTE, MINUTE, 0];
    this.#recall();
  }

  /** This page is left, perhaps for itself: how much time was left stays with its tab. */
  keep() {
    try {
      if (this.#before !== null) sessionStorage.setItem(this.place, String(this.#before));
    } catch {
      // Refused by the browser: then what goes by meanwhile is not told.
    }
  }

  #recall() {
    try {
      this.#before = Number(sessionStorage.getItem(this.place)) || null;
    } catch {
      // As above.
    }
  }

  /** The mark that was passed since the last call, in milliseconds; undefined when none was. Time given later arms them again. */
  passed(left) {
    const before = this.#before ?? left + (left === 0 ? 1 : 0);
    this.#before = left;
    return this.marks.findLast((mark) => before > mark && mark >= left);
  }
}
