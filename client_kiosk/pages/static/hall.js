// @ts-check
/** What is told of the hall, in places of its own: nothing on the page moves for it, and nothing takes the focus. */

import { bind, byId, call, fill, show, word } from "./page.js";

/**
 * @typedef {{id: string, text: string, at: string, confirm: boolean, shown: boolean}} Message
 * @typedef {{id: string, number: number, text: {[language: string]: string}, at: string, seen: boolean, withdrawn: boolean}} Erratum
 * @typedef {{
 *   switch?: {reason: string, opened: boolean, clock: "full" | "rest", least_ms: number} | null,
 *   messages?: Message[], hand?: {category: string, since: string} | null,
 *   lock?: {sentence: string, stands: boolean} | null,
 *   next_word?: {text: string, at: string, in_ms: number} | null, errata?: Erratum[],
 * }} Hall
 * What stands in the strip: a message, or that an item was corrected.
 * @typedef {{key: string, head: string, text: string, done: string, message: Message | null, erratum: Erratum | null}} Told
 */

/** A button that has only just appeared is not pressed by a click that was meant for what stood there. */
const SETTLE_MS = 700;

/** @type {Hall} */
let hall = {};
/** Which of several the candidate looks at. */
let place = 0;
/** What the strip shows now. @type {Told | null} */
let told = null;
/** The item on the screen; 0 while it is another screen. */
let item = 0;
/** Corrections that the candidate has in front of them, or has asked for. @type {Set<string>} */
const open = new Set();
/** @type {(number: number) => void} */
let goTo = () => {};

/** What was said already, by its path and id. @type {Set<string>} */
const said = new Set();

/** Say once that something was on the screen; what this machine could not keep is said again. @param {string} path @param {string} id */
function once(path, id) {
  const what = `${path} ${id}`;
  if (said.has(what)) return;
  said.add(what);
  void call(path, { id }).then((answer) => { if (!answer.ok) said.delete(what); });
}

/** @param {(number: number) => void} go shows an item of the paper */
export function attachHall(go) {
  goTo = go;
  byId("hand").addEventListener("click", () => showHand(byId("hand-box").hasAttribute("hidden")));
  byId("hand-close").addEventListener("click", () => showHand(false));
  byId("hand-down").addEventListener("click", () => { void call("/api/hand/lower", {}); showHand(false); });
  for (const button of document.querySelectorAll("[data-hand]")) {
    button.addEventListener("click", () => {
      void call("/api/hand/raise", { category: button.getAttribute("data-hand") });
      showHand(false);
    });
  }
  byId("hand-box").addEventListener("keydown", (event) => { if (event.key === "Escape") showHand(false); });
  byId("message-other").addEventListener("click", () => { place += 1; paintStrip(); });
  byId("message-done").addEventListener("click", done);
  document.addEventListener("item", (event) => {
    item = /** @type {CustomEvent<number>} */ (event).detail;
    for (const one of hall.errata ?? []) if (one.number === item) open.add(one.id);
    paintErratum();
    paintStrip();
  });
}

/** @param {import("./page.js").View} view */
export function paintHall(view) {
  hall = view.hall ?? {};
  if (view.screen !== "exam") item = 0;
  for (const one of hall.errata ?? []) if (one.seen) open.add(one.id);  // known on this machine, or on an earlier one
  paintSwitch(hall.switch ?? null);
  paintHand(view);
  bind("lock_sentence", hall.lock?.sentence ?? "");
  bind("lock_clock", word(view.clock?.running ? "lock_runs" : "lock_stands"));
  paintErratum();
  paintCells();
  paintStrip();
}

/** What changes by the second. @param {number} since ms since the view came */
export function tickHall(since) {
  const next = hall.next_word;
  for (const line of document.querySelectorAll('[data-when="next_word"]')) show(line, !!next);
  if (!next) return;
  const left = Math.ceil((next.in_ms - since) / 1000);
  bind("next_word", `${next.text ? `${next.text} · ` : ""}${fill(word(left > 0 ? "next_word_at" : "next_word_due"), { at: next.at })}`);
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  bind("next_word_in", left > 0 ? fill(word("next_word_in"), { left: `${two(Math.floor(left / 60))}:${two(left % 60)}` }) : "");
}

/** @param {NonNullable<Hall["switch"]> | null} said */
function paintSwitch(said) {
  const minutes = Math.ceil((said?.least_ms ?? 0) / 60_000);
  const rule = said?.clock === "full" ? "switch_full" : minutes ? "switch_least" : "switch_rest";
  bind("switch_reason", said?.reason ?? "");
  bind("switch_rule", said ? fill(word(rule), { minutes }) : "");
  bind("switch_step", said ? word(said.opened ? "switch_opened" : "switch_sealed") : "");
}

// --- the hand ---------------------------------------------------------------------------------------------------------

/** @param {import("./page.js").View} view */
function paintHand(view) {
  const hand = hall.hand ?? null;
  const button = byId("hand");
  button.hidden = !view.candidate || view.screen === "closed";
  button.toggleAttribute("data-up", !!hand);
  bind("hand_word", hand ? fill(word("hand_up"), hand) : word("hand_down"));
  bind("hand_title", hand ? fill(word("hand_waiting"), { what: word(`hand_${hand.category}`), since: hand.since }) : word("hand_ask"));
  byId("hand-down").hidden = !hand;
  if (button.hidden) showHand(false);
}

/** @param {boolean} on */
function showHand(on) {
  const box = byId("hand-box");
  if (box.hidden === !on) return;
  const inside = box.contains(document.activeElement);
  box.hidden = !on;
  byId("hand").setAttribute("aria-expanded", String(on));
  if (on) box.querySelector("button")?.focus();
  else if (inside) byId("hand").focus();
}

// --- messages, and what was corrected ---------------------------------------------------------------------------------

/** Everything that waits to be seen, the oldest first. @returns {Told[]} */
function waiting() {
  /** @type {Told[]} */
  const found = (hall.messages ?? []).map((one) => ({
    key: one.id, head: fill(word("message_head"), { at: one.at }), text: one.text,
    done: word(one.confirm ? "message_confirm" : "message_close"), message: one, erratum: null,
  }));
  for (const one of hall.errata ?? []) {
    if (open.has(one.id) || !["exam", "review"].includes(document.body.dataset.screen ?? "")) continue;
    const here = one.number === item;
    if (one.withdrawn) {
      found.push({
        key: one.id, head: fill(word("erratum_back_head"), { number: one.number }), text: word("erratum_back"),
        done: word("erratum_back_close"), message: null, erratum: one,
      });
      continue;
    }
    found.push({
      key: one.id, head: fill(word("erratum_head"), { number: one.number }), text: word(here ? "erratum_here" : "erratum_there"),
      done: here ? word("erratum_show") : fill(word("erratum_go"), { number: one.number }), message: null, erratum: one,
    });
  }
  return found;
}

function paintStrip() {
  const all = waiting();
  if (place >= all.length) place = 0;
  const still = told ? all.findIndex((one) => one.key === told?.key) : -1;
  const now = all[place] ?? null;
  byId("message").hidden = !now;
  byId("message-other").hidden = all.length < 2;
  bind("message_place", all.length > 1 ? fill(word("message_place"), { n: place + 1, of: all.length }) : "");
  if (!now) { told = null; return; }
  bind("message_head", now.head);
  bind("message_text", now.text);
  const button = byId("message-done");
  if (button.textContent !== now.done) button.textContent = now.done;
  if (told?.key !== now.key && still !== place && button instanceof HTMLButtonElement) settle(button);
  told = now;
  if (now.message && !now.message.shown) once("/api/message/shown", now.key);
}

/** @param {HTMLButtonElement} button */
function settle(button) {
  if (document.activeElement === button) return;  // who steps through them by keyboard is not held up
  button.disabled = true;
  setTimeout(() => { button.disabled = false; }, SETTLE_MS);
}

function done() {
  if (told?.message) {
    void call("/api/message/confirmed", { id: told.key });
    return;
  }
  const corrected = told?.erratum;
  if (!corrected) return;
  open.add(corrected.id);
  if (corrected.withdrawn) once("/api/erratum/seen", corrected.id);
  else if (corrected.number !== item) goTo(corrected.number);
  paintErratum();
  paintStrip();
}

/** The corrections of the item on the screen that its reader has asked for, or found there: never one that pushes the words away. */
function paintErratum() {
  const here = (hall.errata ?? []).filter((one) => one.number === item && open.has(one.id));
  const holds = here.filter((one) => !one.withdrawn);
  const words = holds.map((one) => one.text[document.documentElement.lang] ?? one.text.vi ?? "");
  const text = words.length ? words.join(" · ") : word("erratum_back");
  byId("erratum").hidden = here.length === 0;
  bind("erratum_title", word(words.length ? "erratum_title" : "erratum_back_title"));
  bind("erratum_text", text);
  for (const one of here) if (!one.seen) once("/api/erratum/seen", one.id);
}

function paintCells() {
  const numbers = new Set((hall.errata ?? []).filter((one) => !one.withdrawn).map((one) => String(one.number)));
  for (const cell of document.querySelectorAll(".cell[data-number]")) {
    cell.toggleAttribute("data-erratum", numbers.has(cell.getAttribute("data-number") ?? ""));
  }
}
