// @ts-check
/** Small things that several parts of the mailbox use. */

import { button, freshId, make } from "/front/paper/widget.js";

/**
 * @typedef {import("/front/paper/simulator.js").Tools} Tools
 * @typedef {{name: string, address: string}} Person
 * @typedef {{id: string, name: string, folder: string, size: number, text: string}} File
 * @typedef {{start: number, end: number, target: string}} Link
 * @typedef {{
 *   id: string, folder: string, kind: string, from: Person, to: Person[], cc: Person[], bcc: Person[],
 *   typed: {to: string[], cc: string[], bcc: string[]}, subject: string, body: string, at: string, priority: string,
 *   attachments: File[], links: Link[], headers: null | {[name: string]: any}, read: boolean, starred: boolean, labels: string[],
 *   quote: null | {from: Person, to: Person[], subject: string, at: string, text: string},
 * }} Letter
 * @typedef {{id: string, name: string, system: boolean}} Folder
 * @typedef {{
 *   me: Person, now: string, undo_s: number, letters: Letter[], folders: Folder[], labels: string[], files: File[],
 *   contacts: {id: string, name: string, address: string, note: string}[],
 *   groups: {id: string, name: string, members: string[]}[], rules: {[name: string]: any}[],
 *   signature: {text: string, on_new: boolean, on_replies: boolean}, away: {[name: string]: any},
 *   search: null | {text: string, found: string[]}, last: {do: string, id: string, n: number},
 * }} View
 * @typedef {{[name: string]: any}} Action
 * @typedef {{
 *   tools: Tools, view: () => View, act: (action: Action) => Promise<boolean>, say: (text: string) => void,
 *   write: (kind: string, of: string) => Promise<void>, openDraft: (id: string) => void, close: () => void,
 *   openLetter: (id: string) => Promise<void>, leaveLetter: () => void,
 * }} Mail
 */

/**
 * The words of a folder.
 * @param {Tools} tools
 * @param {Folder} folder
 */
export function folderName(tools, folder) {
  return folder.system ? tools.word(`folder_${folder.id}`) : folder.name;
}

/** @param {Person} person */
export function written(person) {
  return person.name ? `${person.name} <${person.address}>` : person.address;
}

/**
 * 2026-12-04T16:05 as the list shows it: the hour of today, else the day.
 * @param {string} at
 * @param {string} now
 */
export function shortTime(at, now) {
  const [day, hour] = at.split("T");
  if (day === now.split("T")[0]) return hour;
  const [year, month, date] = day.split("-");
  return `${date}/${month}${year === now.slice(0, 4) ? "" : `/${year}`}`;
}

/** @param {string} at */
export function longTime(at) {
  const [day, hour] = at.split("T");
  const [year, month, date] = day.split("-");
  return `${hour} ${date}/${month}/${year}`;
}

/**
 * What stands in a field of recipients, one by one: they are parted by commas or semicolons.
 * @param {string} text
 */
export function entries(text) {
  return text.split(/[;,\n]/).map((one) => one.trim()).filter(Boolean);
}

/** @param {number} size bytes */
export function sizeWords(size) {
  return size < 1024 * 1024 ? `${Math.max(1, Math.round(size / 1024))} KB` : `${(size / 1024 / 1024).toFixed(1)} MB`;
}

/**
 * Fill a place anew without taking the focus from whoever is in it: what had it is found again by `data-key`.
 * @param {HTMLElement} place
 * @param {(Node | string)[]} children
 */
export function refill(place, children) {
  const active = document.activeElement;
  const held = active instanceof HTMLElement && place.contains(active) ? active.closest("[data-key]") : null;
  const key = held instanceof HTMLElement ? held.dataset.key : undefined;
  const top = place.scrollTop;
  place.replaceChildren(...children);
  place.scrollTop = top;
  if (key === undefined) return;
  const again = place.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (again instanceof HTMLElement) again.focus({ preventScroll: true });
}

/**
 * A button that opens a list of buttons; Escape and leaving it close it, arrows go through it.
 * @param {string} text
 * @param {{text: string, press: () => void, off?: boolean}[]} choices
 * @param {{[name: string]: string | number | boolean}} [attributes]
 */
export function menu(text, choices, attributes = {}) {
  const id = freshId();
  const list = make("div", { class: "menu", id, hidden: true });
  const opener = button(`${text} ▾`, () => (list.hidden ? open() : close(true)), { "aria-expanded": "false", "aria-controls": id, ...attributes });
  const holder = make("span", { class: "menu-holder" }, opener, list);
  const buttons = choices.map(({ text: words, press, off }) => {
    const one = button(words, () => { close(true); press(); });
    one.disabled = off === true;
    return one;
  });
  list.append(...buttons);

  function open() {
    list.hidden = false;
    opener.setAttribute("aria-expanded", "true");
    list.classList.toggle("leftwards", list.getBoundingClientRect().right > (holder.closest(".mail")?.getBoundingClientRect().right ?? Infinity));
    buttons.find((one) => !one.disabled)?.focus();
  }

  /** @param {boolean} back whether the focus goes back to the opener */
  function close(back) {
    if (list.hidden) return;
    list.hidden = true;
    opener.setAttribute("aria-expanded", "false");
    if (back) opener.focus();
  }

  holder.addEventListener("focusout", (event) => {
    if (event.relatedTarget instanceof Node && !holder.contains(event.relatedTarget)) close(false);
  });
  holder.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "Escape") { event.stopPropagation(); close(true); return; }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const usable = buttons.filter((one) => !one.disabled);
    const at = usable.findIndex((one) => one === document.activeElement);
    usable[(at + step + usable.length) % usable.length]?.focus();
  });
  document.addEventListener("pointerdown", function away(event) {
    if (!holder.isConnected) document.removeEventListener("pointerdown", away);
    else if (event.target instanceof Node && !holder.contains(event.target)) close(false);
  });
  return holder;
}

/**
 * A field with its label; what is typed into it is kept on this machine until `forget`.
 * @template {HTMLInputElement | HTMLTextAreaElement} T
 * @param {Tools} tools
 * @param {string} key
 * @param {string} label
 * @param {T} input
 * @param {string} value what stands there when nothing was typed yet
 */
export function field(tools, key, label, input, value) {
  const kept = tools.draft(key);
  input.value = kept === "" ? value : kept.slice(1);
  input.readOnly = tools.readOnly;
  input.addEventListener("input", () => tools.draft(key, `=${input.value}`));  // “=”: emptied is not the same as never typed
  const element = make("label", { class: "field" }, make("span", {}, label), input);
  return { element, input, key };
}

/**
 * @param {string} text
 * @param {boolean} on
 */
export function tick(text, on) {
  const input = make("input", { type: "checkbox" });
  input.checked = on;
  return { element: make("label", { class: "tick" }, input, text), input };
}
