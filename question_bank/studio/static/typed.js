// @ts-check
/** What is typed into one thing of the bank: saved as a rough copy at every pause, undone by pauses, kept as a revision. */

import { Draft } from "/front/paper/widget.js";

import { byId, post, word } from "./common.js";

/** @typedef {import("./common.js").Answer} Answer */
/** @typedef {{[name: string]: any}} Values */
/**
 * @typedef {{
 *   first: Values, seen: number, rough: string, keep: string, away: string,
 *   painted: (answer: Answer) => void | Promise<void>, refill: () => void,
 * }} Options `rough` and `keep` are addresses; `painted` shows an answer, `refill` shows values that were another's
 */

const MOST_STEPS = 200; // of undoing; a step is an item, some kB

/** Works with the elements `saved`, `undo`, `redo`, `keep` and `refused` of the page. */
export class Typed {
  /** @param {Options} options */
  constructor(options) {
    this.options = options;
    /** @type {Values} */
    this.values = options.first;
    /** @type {string[]} */
    this.past = [];
    /** @type {string[]} */
    this.ahead = [];
    this.last = "";
    this.draft = new Draft(() => this.send(), 500, 2000);
  }

  /** From now on what is typed is followed; once the page shows what it begins with. */
  start() {
    this.last = JSON.stringify(this.values);
    byId("keep").addEventListener("click", () => void this.keep());
    byId("undo").addEventListener("click", () => this.undo());
    byId("redo").addEventListener("click", () => this.redo());
    document.addEventListener("keydown", (event) => this.pressed(event));
    document.addEventListener("refused", (event) => this.refused(event instanceof CustomEvent ? String(event.detail) : ""));
    addEventListener("beforeunload", (event) => { if (this.draft.open) event.preventDefault(); });
    addEventListener("pagehide", () => void this.draft.flush());
    this.steps();
    this.state("idle");
  }

  body() {
    return { fields: this.values, seen: this.options.seen };
  }

  changed() {
    this.draft.touched();
    this.state("typed");
  }

  async send() {
    this.step();
    this.state("saving");
    const answer = await post(this.options.rough, this.body());
    if (answer.ok) this.state("saved", { at: answer.at ?? "" });
    else this.state("not_saved", { why: answer.text ?? "" });
    await this.options.painted(answer);
    return answer.ok;
  }

  async keep() {
    this.step();
    await this.draft.flush();
    const answer = await post(this.options.keep, this.body());
    this.refused(answer.ok ? "" : answer.text ?? "");
    if (answer.faults) await this.options.painted(answer);
    if (!answer.ok) return;
    this.draft.drop();
    location.assign(answer.to ?? this.options.away);
  }

  /** @param {string} text */
  refused(text) {
    byId("refused").hidden = !text;
    byId("refused").textContent = text;
  }

  /**
   * Where what was typed is.
   * @param {string} which
   * @param {{[name: string]: string}} [said]
   */
  state(which, said = {}) {
    const open = which === "saved" && this.draft.dirty ? "typed" : which;
    byId("saved").dataset.state = open;
    byId("saved").textContent = word(open, said);
  }

  /** What was before becomes a step to go back to. */
  step() {
    const now = JSON.stringify(this.values);
    if (now === this.last) return;
    this.past = [...this.past, this.last].slice(-MOST_STEPS);
    this.ahead = [];
    this.last = now;
    this.steps();
  }

  steps() {
    byId("undo").toggleAttribute("disabled", !this.past.length);
    byId("redo").toggleAttribute("disabled", !this.ahead.length);
  }

  undo() {
    this.step();
    const to = this.past.pop();
    if (to === undefined) return;
    this.ahead.push(this.last);
    this.go(to);
  }

  redo() {
    const to = this.ahead.pop();
    if (to === undefined) return;
    this.past.push(this.last);
    this.go(to);
  }

  /** @param {string} to */
  go(to) {
    this.last = to;
    this.values = JSON.parse(to);
    this.options.refill();
    this.steps();
    this.changed();
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    const key = event.key.toLowerCase();
    if (key === "s") void this.keep();
    else if (key === "z" && !event.shiftKey) this.undo();
    else if (key === "y" || key === "z") this.redo();
    else return;
    event.preventDefault();
  }
}
