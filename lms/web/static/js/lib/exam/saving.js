// What is said of saving: a quiet state in the bar at every change; aloud only going off-line and coming back.

import { announce, mention, showState } from "./bar.js";
import { clockTime, listed, word } from "./words.js";

const HELP = { place: "placeHelp", moved: "movedHelp", "sign-in": "signInHelp" };

export class Saving {
  /**
   * unsent(): numbers of the questions with something that is not on the server yet; isFileAtRisk(): whether a file would
   * be lost with the page.
   */
  constructor({ deadline, unsent, isFileAtRisk }) {
    Object.assign(this, { deadline, unsent, isFileAtRisk });
    this.savedAt = null;
    this.offlineSince = null;
    this.isPaused = false;
    this.isClosed = false;
    this.hadUnsent = false;
    this.refused = 0;
    this.held = 0;
    this.stopped = null;
  }

  show(outbox) {
    const isAllSent = this.unsent().length === 0;
    if (this.hadUnsent && isAllSent) this.savedAt = this.deadline.now;
    this.hadUnsent = !isAllSent;
    this.#refusals(outbox.refused.length);
    this.#trouble(outbox.trouble?.why, outbox.heldItems);
    this.#connection(outbox); // last: where a trouble ends since the line is gone, that is what is said
    showState(this.#state(outbox));
  }

  #refusals(n) {
    if (n > this.refused) announce(word("refused", { n }), true);
    this.refused = n;
  }

  /**
   * What stops answers from going out and how it is mended: said once when it begins, gone when it is over; and which answers
   * are held since. Often both are learned at once.
   */
  #trouble(why, held) {
    const stopped = why in HELP ? why : null;
    const [isOther, isMore] = [stopped !== this.stopped, held.length > this.held];
    const said = [isOther && stopped && word(HELP[stopped]), isMore && word("heldHelp", { list: listed(held) })].filter(Boolean);
    if (isOther || isMore) announce(said.join(" "), said.length > 0);
    Object.assign(this, { stopped, held: held.length });
  }

  #connection(outbox) {
    if (outbox.isOffline && !this.offlineSince) {
      this.offlineSince = this.deadline.now;
      mention(word("offline"));
    }
    if (this.offlineSince && this.unsent().length === 0 && !outbox.trouble) {
      this.offlineSince = null;
      mention(word("backOnline"), "ok");
    }
  }

  /** Since when, and how much waits: for as long as it lasts, also where a strip has gone. */
  #offline(n) {
    const text = word("offlineSince", { time: clockTime(this.offlineSince) });
    return { kind: "off", icon: "off", text, more: n ? word("unsent", { n }) : "" };
  }

  /** Whether all that waits is kept by the browser. */
  #outlivesPage({ store }) {
    return store.lasting && !this.isFileAtRisk();
  }

  /** The words of the design, the most serious first. */
  #state(outbox) {
    const n = this.unsent().length;
    const why = outbox.trouble?.why;
    if (this.isClosed) return { kind: "ok", icon: "lock", text: word("closed") };
    if (why === "moved") return { kind: "act", icon: "device", text: word("move"), action: "move" };
    if (why === "sign-in") return { kind: "act", icon: "lock", text: word("signIn"), more: n ? word("unsent", { n }) : "", action: "sign-in" };
    if (why === "place") return { kind: "act", icon: "off", text: word("place"), action: "door" };
    if (this.isPaused) return { kind: "wait", icon: "pause", text: word("paused") };
    if (outbox.isOffline) return this.#offline(n);
    if (n && why) return { kind: "wait", icon: "upload", text: word(this.#outlivesPage(outbox) ? "waiting" : "waitingHere", { n }) };
    if (n) return { kind: "", icon: "sync", text: word("saving") };
    if (this.held) return { kind: "wait", icon: "lock", text: word("held", { n: this.held }) };
    return { kind: "ok", icon: "check", text: word("saved", { time: clockTime(this.savedAt ?? this.deadline.now) }) };
  }
}
