// SHA-256 (FIPS 180-4) of a text, as hex, at once.
//
// WebCrypto's digest answers later and exists on secure origins only. An answer given in the moment in which the page
// goes away must be chained and sent in that same moment, so the hash is computed here; a test compares the two.

const MASK = 0xffffffff;
const primes = [];
for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime)) primes.push(n);
const fraction = (prime, root) => Math.floor((prime ** (1 / root) % 1) * 2 ** 32);
const START = primes.slice(0, 8).map((prime) => fraction(prime, 2));
const ROUND = primes.map((prime) => fraction(prime, 3));
const turn = (word, by) => (word >>> by) | (word << (32 - by));

export function sha256(text) {
  const blocks = padded(new TextEncoder().encode(text));
  let hash = START;
  for (let at = 0; at < blocks.byteLength; at += 64) hash = mixed(hash, schedule(blocks, at));
  return hash.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

/** The bytes, a one bit, zeros, and the length in bits, filling whole blocks of 64 bytes. */
function padded(bytes) {
  const length = Math.ceil((bytes.length + 9) / 64) * 64;
  const view = new DataView(new ArrayBuffer(length));
  bytes.forEach((byte, at) => view.setUint8(at, byte));
  view.setUint8(bytes.length, 0x80);
  view.setUint32(length - 4, bytes.length * 8);
  return view;
}

function schedule(blocks, at) {
  const words = [];
  for (let i = 0; i < 16; i++) words.push(blocks.getUint32(at + i * 4));
  for (let i = 16; i < 64; i++) {
    const [early, late] = [words[i - 15], words[i - 2]];
    const first = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3);
    const second = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10);
    words.push((words[i - 16] + first + words[i - 7] + second) & MASK);
  }
  return words;
}

function mixed(hash, words) {
  let [a, b, c, d, e, f, g, h] = hash;
  words.forEach((word, i) => {
    const high = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUND[i] + word;
    const low = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    [a, b, c, d, e, f, g, h] = [(high + low) & MASK, a, b, c, (d + high) & MASK, e, f, g];
  });
  return [a, b, c, d, e, f, g, h].map((word, i) => (word + hash[i]) & MASK);
}
