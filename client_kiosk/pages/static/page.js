// @ts-check
/** Small things every module of the page uses. */

/**
 * @typedef {import("/front/paper/widget.js").Response} Response
 * @typedef {import("/front/paper/widget.js").Item} Item
 * @typedef {{
 *   screen: string, room_name: string | null, seat_label: string | null, connected: boolean,
 *   rooms?: {room_id: string, name: string, fingerprint: string, addresses: string[]}[],
 *   code?: string | null, code_confirmed?: boolean,
 *   stopped: string | null, stopped_text?: {title: string, text: string},
 *   kept?: {records: number, sittings: string[], folder: string, text: string} | null,
 *   look?: {turn: number, language: string, text_size: string, contrast: string},
 *   candidate: {sbd: string, full_name: string, birth_date: string, unit: string} | null,
 *   sitting: {title: {[language: string]: string}, state: string, show_result: string} | null,
 *   staging: {ready: number, total: number, fault: string | null},
 *   part: {number: number, count: number, title: {[language: string]: string}, duration_ms: number} | null,
 *   clock: {remaining_ms: number, running: boolean, ends_at: string | null} | null,
 *   pause: {reason: string, since: string} | null, extensions_ms: number,
 *   rest?: {minutes: number, ends_at: string | null} | null,
 *   saved: {state: "server" | "machine" | "idle", pending: number, at: string | null},
 *   answered: number, of: number, flagged: number[], partly?: number[],
 *   responses: {[number: string]: Response}, waiting?: {[number: string]: Response},
 *   submitted: {at: string, receipt: string, forced: boolean, answered: number, of: number} | null,
 *   result: {right: number, of: number, marks: string, max_marks: string, time_taken_s: number, jury?: boolean} | null,
 *   notice: {code: string, detail: string, text: string} | null, place: number, paper_no?: number,
 *   hall?: import("./hall.js").Hall,
 * }} View
 * @typedef {{ok: boolean, reason?: string | null, text?: string | null}} Answer
 */

/** @type {{[name: string]: string}} */
const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}");

/** @param {string} name */
export function word(name) {
  return words[name] ?? name;
}

/**
 * A sentence with its {places} filled.
 * @param {string} sentence
 * @param {object} values
 */
export function fill(sentence, values) {
  const known = /** @type {{[name: string]: unknown}} */ (values);
  return sentence.replace(/\{(\w+)\}/g, (_, name) => String(known[name] ?? ""));
}

/** @param {string} id */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no element ${id}`);
  return found;
}

/**
 * @param {Element} element
 * @param {boolean} visible
 */
export function show(element, visible) {
  element.toggleAttribute("hidden", !visible);
}

/**
 * Put a text wherever it is shown, touching only what changes.
 * @param {string} name
 * @param {string} text
 */
export function bind(name, text) {
  for (const place of document.querySelectorAll(`[data-bind="${name}"]`)) {
    if (place.textContent !== text) place.textContent = text;
    // A line that may be too long for its place tells all of it to whoever points at it.
    if (place.hasAttribute("data-titled")) place.setAttribute("title", text);
  }
}

/**
 * Ask the agent. A broken call is an answer too: nothing was saved, and the page says so.
 * @param {string} path
 * @param {object} body
 * @returns {Promise<Answer>}
 */
export async function call(path, body) {
  try {
    const response = await fetch(path, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
      keepalive: true,  // what was typed last is kept even when the page goes
    });
    if (!response.ok) return { ok: false, reason: "no_agent", text: word("not_saved") };
    return await response.json();
  } catch {
    return { ok: false, reason: "no_agent", text: word("not_saved") };
  }
}
