// What the next heartbeat tells of this page for the log of the room: while which spans it was hidden, and how many answers
// waited at most. Both also when there was no line meanwhile. Times are the server's, as far as this page can tell.
// A page is not hidden while another one of the same attempt in this browser can be seen: pages tell one another
// "here" (it can be seen), "hidden" (can another?) and "left" (it is gone, whoever is behind it counts again).

const SHORTEST = 5; // seconds: less is not told
const MOST = 20; // spans in one heartbeat

export class Absence {
  #since = null;
  #spans = [];
  #waited = 0;
  #isLeft = false;
  #others = null;

  constructor(attempt, deadline) {
    Object.assign(this, { place: `teruji-absen ${attempt}`, deadline });
    this.#others = window.BroadcastChannel && new BroadcastChannel(this.place);
    this.#others?.addEventListener("message", ({ data }) => this.#told(data));
    this.#recall();
    if (document.hidden) this.#hidden();
    else this.shown();
    document.addEventListener("visibilitychange", () => document.hidden && this.#hidden());
    // A page that is left for another one of the attempt is not hidden: this comes before it is said to be.
    addEventListener("pagehide", () => {
      this.#ended();
      this.#isLeft = true;
      this.#tell("left");
    });
    addEventListener("pageshow", () => (this.#isLeft = false));
  }

  /** What there is to tell: {waited, spans}, each span as "since-seconds". */
  get told() {
    return { waited: this.#waited, spans: this.#spans.slice(0, MOST) };
  }

  /** The server has heard that. */
  heard({ spans }) {
    this.#spans = this.#spans.filter((span) => !spans.includes(span));
    this.#waited = 0;
    this.#keep();
  }

  /** number: of the questions with something unsent just now. */
  waits(number) {
    this.#waited = Math.max(this.#waited, number);
  }

  /** The page can be seen again, if it could not. */
  shown() {
    this.#ended();
    this.#tell("here");
  }

  #ended() {
    if (this.#since === null) return;
    const seconds = this.#now() - this.#since;
    if (seconds >= SHORTEST) this.#spans.push(`${this.#since}-${seconds}`);
    this.#since = null;
    this.#keep();
  }

  #hidden() {
    if (this.#isLeft) return;
    this.#since ??= this.#now();
    this.#keep();
    this.#tell("hidden");
  }

  #tell(what) {
    this.#others?.postMessage(what);
  }

  /** Another page of the attempt said something. */
  #told(what) {
    if (!document.hidden) return what === "hidden" && this.#tell("here");
    if (what === "here") this.#ended();
    if (what === "left") this.#hidden();
  }

  #now() {
    return Math.floor(this.deadline.now.getTime() / 1000);
  }

  /** The browser may drop a hidden page to save memory and load it again: for this tab, what is not told yet outlives that. */
  #keep() {
    try {
      sessionStorage.setItem(this.place, JSON.stringify({ since: this.#since, spans: this.#spans }));
    } catch {
      // Refused by the browser: then only what this page itself remembers is told.
    }
  }

  #recall() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(this.place));
      if (kept) [this.#since, this.#spans] = [kept.since, kept.spans];
    } catch {
      // As above.
    }
  }
}
