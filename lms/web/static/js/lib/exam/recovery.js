// The recovery file: what could not be sent, sealed for the installation (lms/exams/recovery.py says how), to be carried by hand.

import { Writer } from "./writer.js";

const FORMAT = "teruji-pemulihan-1";
const FORMAT_WITH_FILES = "teruji-pemulihan-2";
const MOST_BYTES = 10 * 1024 * 1024; // of all files: as much as one answer may have
const LONGEST_NAME = 120;
const CURVE = { name: "ECDH", namedCurve: "P-256" };

/** Browsers seal only on pages that came over a safe connection. */
export const canSeal = () => Boolean(globalThis.crypto?.subtle);

/**
 * What waits of files (Uploads.waiting), as far as it fits: {events, files, left}. The events name the files; they are of a
 * writer of their own, since the chain of the page may go on. left: numbers of the questions whose file has no room.
 */
async function packed(attempt, waiting) {
  const writer = new Writer(attempt);
  const [events, files, left] = [[], [], []];
  let room = MOST_BYTES;
  for (const { n, at, file } of waiting) {
    if (file.size > room) {
      left.push(n);
      continue;
    }
    room -= file.size;
    const content = await file.arrayBuffer();
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
    const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
    const name = [...file.name.replace(/[\p{C}\p{Z}]/gu, " ")].slice(-LONGEST_NAME).join("");
    events.push(writer.event(n, "answer", JSON.stringify({ name, size: file.size, sha256 }), at));
    files.push({ item: n, name, content: text(content) });
  }
  return { events, files, left };
}

/** The text of the file. key: the installation's public key · content: what only it can read. */
async function sealed(attempt, key, content) {
  const format = content.files.length ? FORMAT_WITH_FILES : FORMAT;
  const theirs = await crypto.subtle.importKey("raw", bytes(key), CURVE, false, []);
  const mine = await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, mine.privateKey, 256);
  const material = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: encoded(`${format} ${attempt}`) };
  const secret = await crypto.subtle.deriveKey(how, material, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const sealing = { name: "AES-GCM", iv: nonce, additionalData: encoded(attempt) };
  const closed = await crypto.subtle.encrypt(sealing, secret, encoded(JSON.stringify(content)));
  const point = await crypto.subtle.exportKey("raw", mine.publicKey);
  return JSON.stringify({ format, attempt, key: text(point), nonce: text(nonce), sealed: text(closed) });
}

/**
 * Seal all that waits and let the browser save it. outbox, uploads: where it waits · key: the installation's public key.
 * Returns the numbers of the questions whose file has no room in it.
 */
export async function handOver({ attempt, key, token, outbox, uploads }) {
  const events = new Map((await outbox.everything()).map((event) => [`${event.writer} ${event.seq}`, event]));
  const { events: named, files, left } = await packed(attempt, uploads.waiting);
  save(`jawaban-${attempt}.teruji`, await sealed(attempt, key, { token, events: [...events.values(), ...named], files }));
  return left;
}

/** Let the browser save a text as a file. */
function save(name, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: "application/json" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

const encoded = (words) => new TextEncoder().encode(words);

function text(buffer) {
  let letters = "";
  for (const byte of new Uint8Array(buffer)) letters += String.fromCharCode(byte);
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function bytes(given) {
  const letters = atob(given.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
}
