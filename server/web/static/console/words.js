// @ts-check
/** The page's sentences in the reader's language, and the few ways numbers and times are written. */

/** @type {{[name: string]: string | string[]}} */
const sentences = Object.assign({}, ...["needs-words", "words"].map((id) => JSON.parse(document.getElementById(id)?.textContent ?? "{}")));
const VIETNAM_MS = 7 * 3_600_000; // one time zone, no summer time

/** @typedef {{[place: string]: string | number}} Values */

/**
 * A sentence with its `{places}` filled; one that counts takes its number as `n`.
 * @param {string} name @param {Values} [values]
 */
export function say(name, values = {}) {
  const found = sentences[name];
  if (found === undefined) throw new Error(`the page has no sentence ${name}`);
  const pattern = typeof found === "string" ? found : found[values.n === 1 ? 0 : 1];
  return (pattern ?? "").replace(/\{(\w+)\}/g, (_, place) => shown(values[place]));
}

/** The sentence behind a code of the server (`reason_paused`), or one that names the code.
 * @param {string} family @param {string} code */
export function sayCode(family, code) {
  return `${family}_${code}` in sentences ? say(`${family}_${code}`) : say("unknown_code", { code });
}

/** A sentence that must not stop the page where it is missing: then its name. @param {string} name @param {Values} [values] */
export function sayIfKnown(name, values) {
  return name in sentences ? say(name, values) : say("unknown_code", { code: name });
}

/** @param {string | number | undefined} value */
function shown(value) {
  return typeof value === "number" ? figures(value) : (value ?? "");
}

/** A whole number with its thousands parted. @param {number} n */
export function figures(n) {
  return String(n).replace(/\B(?=(\d{3})+$)/g, document.documentElement.lang === "vi" ? "." : ",");
}

/** An instant on the room's clock, 10:14:08. @param {number} atMs */
export function clock(atMs) {
  return new Date(atMs + VIETNAM_MS).toISOString().slice(11, 19);
}

/** An instant to the minute, 10:14. @param {number} atMs */
export function minute(atMs) {
  return clock(atMs).slice(0, 5);
}

/** Time left as a clock shows it, 27:41 or 1:02:41. @param {number} ms */
export function left(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${two(m)}:${two(s)}`;
}

/** How long something has lasted, as people say it: 0,8 s · 42 s · 1 min 12 s · 2 h 5 min. @param {number} ms */
export function lasted(ms) {
  const tenths = Math.max(0, Math.floor(ms / 100));
  if (tenths < 100) return say("seconds_tenths", { s: `${Math.floor(tenths / 10)}${say("decimal_mark")}${tenths % 10}` });
  return inSeconds(Math.floor(tenths / 10));
}

/** How long ago something was, in whole seconds: 3 s · 1 min 12 s. @param {number} ms */
export function ago(ms) {
  return inSeconds(Math.max(0, Math.floor(ms / 1000)));
}

/** @param {number} seconds */
function inSeconds(seconds) {
  if (seconds < 60) return say("seconds", { s: seconds });
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return say("minutes_seconds", { m: minutes, s: seconds % 60 });
  return say("hours_minutes", { h: Math.floor(minutes / 60), m: minutes % 60 });
}

/** Text to compare what people type with: no accents, no case. @param {string} text */
export function folded(text) {
  return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase().trim();
}
