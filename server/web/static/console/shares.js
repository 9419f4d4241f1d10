// @ts-check
/** A custodian's share while it is typed: which words are in the list, and whether all 33 fit together (SLIP-39).
 *
 * Checked here so that a slip is seen at once and the words need not leave the page before they are right.
 */

export const WORDS = 33;
const SEPARATORS = /[\s\d.,;:()[\]\-–—_/|]+/;
const QR = /^EXAMROOM1:(p[a-z2-7]{12}):(paper|marking):(.*)$/is;
// SLIP-39's RS1024: the checksum's generator, over ten-bit words.
const GENERATOR = [
  0x00e0e040, 0x01c1c080, 0x03838100, 0x07070200, 0x0e0e0009, 0x1c0c2412, 0x38086c24, 0x3090fc48, 0x21b1f890, 0x03f3f120,
];
const CUSTOMISATION = "shamir_extendable";

/**
 * @typedef {{ words: string[], unknown: number[], qr: boolean, complete: boolean, fits: boolean }} Typed
 * words as typed, the places (from 1) of those not in the list, whether 33 are there and their checksum is right
 */

/** @param {string} text @param {Map<string, number>} list word → its number @param {boolean} typing the last word may be unfinished @returns {Typed} */
export function typed(text, list, typing) {
  const qr = QR.exec(text.trim());
  const words = (qr?.[3] ?? text).normalize("NFKC").toLowerCase().split(SEPARATORS).filter(Boolean);
  const unfinished = typing && !qr && !SEPARATORS.test(text.slice(-1)) ? words.length : 0;
  const unknown = words.flatMap((word, at) => (list.has(word) || at + 1 === unfinished ? [] : [at + 1]));
  const complete = words.length === WORDS && words.every((word) => list.has(word));
  return { words, unknown, qr: qr !== null, complete, fits: complete && checksum(words.map((word) => list.get(word) ?? 0)) };
}

/** The one word that begins like this, when four letters or more of it are there. @param {string} start @param {Map<string, number>} list */
export function completed(start, list) {
  if (start.length < 4 || list.has(start)) return null;
  const found = [...list.keys()].filter((word) => word.startsWith(start));
  return found.length === 1 ? (found[0] ?? null) : null;
}

/** @param {number[]} values */
function checksum(values) {
  let sum = 1;
  for (const value of [...[...CUSTOMISATION].map((sign) => sign.charCodeAt(0)), ...values]) {
    const top = sum >>> 20;
    sum = ((sum & 0xfffff) << 10) ^ value;
    for (let bit = 0; bit < 10; bit += 1) if ((top >>> bit) & 1) sum ^= GENERATOR[bit] ?? 0;
  }
  return sum === 1;
}
