// @ts-check
/** Answers on their way to this machine's disk: what the page shows until the agent's view includes them. */

import { call, word } from "./page.js";

/** @typedef {import("./page.js").View} View */
/** @typedef {import("./page.js").Response} Response */

/**
 * The same text for the same value, whatever the order of its fields.
 * @param {unknown} value
 * @returns {string}
 */
function spelled(value) {
  return JSON.stringify(value, (_, part) => (part && typeof part === "object" && !Array.isArray(part)
    ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1))) : part));
}

export class Answers {
  /** @param {() => void} repaint */
  constructor(repaint) {
    this.repaint = repaint;
    /** By item; null: cleared. @type {Map<number, Response | null>} */
    this.sending = new Map();
    /** The call that was made last: the next one waits for its answer. @type {Promise<unknown>} */
    this.line = Promise.resolve();
    this.fault = "";
  }

  forget() {
    this.sending.clear();
    this.fault = "";
  }

  /**
   * @param {View | null} view
   * @param {number} number
   * @returns {Response | null}
   */
  of(view, number) {
    const sent = this.sending.get(number);
    return sent !== undefined ? sent : view?.responses[String(number)] ?? null;
  }

  /**
   * @param {View} view
   * @param {number} number
   */
  waits(view, number) {
    return !this.sending.has(number) && view.waiting?.[String(number)] !== undefined;
  }

  /**
   * Ask the agent in the order of the clicks: requests of their own would overtake each other on a slow disk, and an
   * earlier choice would stand as the later one.
   * @param {string} path
   * @param {object} body
   */
  inOrder(path, body) {
    const answer = this.line.then(() => call(path, body));
    this.line = answer;
    return answer;
  }

  /**
   * Whether it is on the disk.
   * @param {() => View | null} view the latest there is
   * @param {number} number
   * @param {Response | null} response
   */
  async send(view, number, response) {
    this.sending.set(number, response);
    this.repaint();
    const answer = await this.inOrder(response ? "/api/save" : "/api/clear", response ? { number, response } : { number });
    if (this.sending.get(number) === response) this.sending.delete(number);
    if (answer.ok) this.kept(view(), number, response);
    else this.failed(answer.text ?? "");
    return answer.ok;
  }

  /**
   * It is on this machine's disk; a view that does not know of it yet must not say more, or less.
   * @param {View | null} view
   * @param {number} number
   * @param {Response | null} response
   */
  kept(view, number, response) {
    this.fault = "";
    if (view) {
      const { [String(number)]: before, ...others } = view.responses;
      if (spelled(before ?? null) !== spelled(response)) {
        view.saved = { ...view.saved, state: "machine", pending: view.saved.pending + 1 };
      }
      view.responses = response ? { ...others, [String(number)]: response } : others;
      const { [String(number)]: replaced, ...waiting } = view.waiting ?? {};
      view.waiting = waiting;
    }
    this.repaint();
  }

  /** @param {string} text */
  failed(text) {
    this.fault = text || word("not_saved");
    this.repaint();
  }
}
