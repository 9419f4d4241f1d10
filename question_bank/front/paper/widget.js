// @ts-check
/** What every widget of an item type is given, what it gives back, and small things several of them use. */

/** @typedef {import("./content.js").Text} Text */

/**
 * @typedef {{[name: string]: any}} Response
 * @typedef {{option_id: string, text: Text, fixed: boolean}} Option
 * @typedef {{
 *   number: number, type: string, stimulus: string | null, stem: Text, view: {[name: string]: any},
 *   max_marks: string | null, plays: number,
 * }} Item
 * @typedef {{
 *   language: string,
 *   word: (name: string, values?: {[name: string]: string | number}) => string,
 *   text: (text: Text) => DocumentFragment,
 *   save: (response: Response) => Promise<boolean>,
 *   clear: () => Promise<boolean>,
 *   say: (sentence: string) => void,
 * }} Tools
 * @typedef {{
 *   how: string,
 *   element: HTMLElement,
 *   paint: (response: Response | null, waiting: Response | null | undefined) => void,
 *   gap?: (id: string) => Node,
 *   key?: (event: KeyboardEvent) => boolean,
 *   draft?: {readonly open: boolean, flush: () => Promise<void>, drop: () => void},
 *   leave?: () => void,
 *   forget?: () => void,
 *   close?: () => void,
 *   marksWaiting?: boolean,
 * }} Widget
 *
 * `how`: what is asked, beside the item's number. `paint`: show what counts, and what waits for a decision (null: that
 * it was taken back; undefined: nothing waits). `gap`: what stands in a gap of the stem. `key`: a key pressed outside
 * fields; true when it was used. `draft`: what is typed and not sent yet; the page sends it when the candidate goes on,
 * drops it when the answer is cleared, and says while there is any. `leave`, `forget`: told of the same two. `close`: another
 * item takes its place.
 */

let made = 0;

/** An id that no other element has. */
export function freshId() {
  made += 1;
  return `w${made}`;
}

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {{[name: string]: string | number | boolean}} [attributes] false leaves an attribute out
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children);
  return element;
}

/**
 * @param {string} text
 * @param {() => void} press
 * @param {{[name: string]: string | number | boolean}} [attributes]
 */
export function button(text, press, attributes = {}) {
  const element = make("button", { type: "button", ...attributes }, text);
  element.addEventListener("click", press);
  return element;
}

/**
 * Typed text without what cannot be seen, which typing programs leave behind and a response may not hold.
 * @param {string} text
 */
export function clean(text) {
  return text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu, (found) => (found === "\n" || found === "\t" ? found : ""));
}

/**
 * What is typed goes out a moment after the last key, at the latest `most` ms after the first, and when the candidate
 * goes on; one after the other, so that no older text arrives after a newer one. What the disk refused is tried again with
 * the next key. The document hears “draft” whenever `open` may change.
 */
export class Draft {
  /**
   * @param {() => Promise<boolean>} send
   * @param {number} [pause] ms
   * @param {number} [most] ms
   */
  constructor(send, pause = 600, most = 3000) {
    this.send = send;
    this.pause = pause;
    this.most = most;
    this.since = 0;
    /** @type {Promise<boolean> | null} what is on its way */
    this.sending = null;
    this.dirty = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** Whether the page holds something that the agent does not. */
  get open() {
    return this.dirty || this.sending !== null;
  }

  touched() {
    const now = performance.now();
    if (!this.dirty) this.since = now;
    this.dirty = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), Math.max(0, Math.min(this.pause, this.since + this.most - now)));
    tell();
  }

  /** Returns when everything is where it goes, or was refused. */
  async flush() {
    clearTimeout(this.timer);
    while (this.sending) await this.sending;
    if (!this.dirty) return;
    this.dirty = false;
    this.sending = this.send();
    const kept = await this.sending;
    this.sending = null;
    if (!kept && !this.dirty) {
      this.dirty = true;
      this.since = performance.now();
    }
    tell();
  }

  drop() {
    clearTimeout(this.timer);
    this.dirty = false;
    tell();
  }
}

function tell() {
  document.dispatchEvent(new Event("draft"));
}

/**
 * Shows a response in fields, but never over what is being typed, and never again what they show already.
 * @param {Draft} draft
 * @param {(response: Response | null) => void} write
 */
export function shownOnce(draft, write) {
  let shown = "";
  return {
    /** @param {Response | null} response */
    paint(response) {
      const now = JSON.stringify(response);
      if (draft.open || now === shown) return;
      shown = now;
      write(response);
    },
    /** @param {Response | null} response as the fields show it now */
    sent(response) {
      shown = JSON.stringify(response);
    },
  };
}

/**
 * Something the mouse or a finger drags; a click that goes nowhere stays a click.
 * @param {HTMLElement} handle
 * @param {{start: () => void, move: (x: number, y: number) => void, end: (x: number, y: number, dropped: boolean) => void}} on
 */
export function draggable(handle, on) {
  handle.style.touchAction = "none";
  handle.addEventListener("pointerdown", (down) => {
    if (down.button !== 0) return;
    let moving = false;
    /** @param {PointerEvent} event */
    const move = (event) => {
      if (event.pointerId !== down.pointerId) return;
      if (!moving && Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) < 6) return;
      if (!moving) on.start();
      moving = true;
      on.move(event.clientX, event.clientY);
    };
    /** @param {PointerEvent} event */
    const end = (event) => {
      if (event.pointerId !== down.pointerId) return;
      document.removeEventListener("pointermove", move);
      for (const name of /** @type {const} */ (["pointerup", "pointercancel"])) document.removeEventListener(name, end);
      if (!moving) return;
      on.end(event.clientX, event.clientY, event.type === "pointerup");
      // The click that follows a drag is none.
      const swallow = (/** @type {Event} */ click) => { click.stopPropagation(); click.preventDefault(); };
      document.addEventListener("click", swallow, { capture: true, once: true });
      setTimeout(() => document.removeEventListener("click", swallow, { capture: true }), 0);
    };
    document.addEventListener("pointermove", move);
    for (const name of /** @type {const} */ (["pointerup", "pointercancel"])) document.addEventListener(name, end);
  });
}
