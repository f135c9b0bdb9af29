// A writer: one life of one tab, with its own name, numbering and hash chain.

import { sha256 } from "./sha256.js";

const NOTHING_BEFORE = "0".repeat(64);

export class Writer {
  constructor(attempt) {
    this.attempt = attempt;
    this.id = randomId();
    this.seq = 0;
    this.last = NOTHING_BEFORE;
  }

  /** The next event of the chain. value: the JSON text of an answer; deviceAt: an ISO time, which is a claim. */
  event(item, kind, value, deviceAt) {
    const seq = (this.seq += 1);
    const previous = this.last;
    const hash = sha256([this.attempt, this.id, seq, item, kind, value, deviceAt, previous].join("\n"));
    this.last = hash;
    return { attempt: this.attempt, writer: this.id, seq, item, kind, value, device_at: deviceAt, previous, hash };
  }
}

/** 128 bits in hex. */
export function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
