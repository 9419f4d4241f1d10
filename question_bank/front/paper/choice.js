// @ts-check
/** Options to choose among, with their letters: one of them, or several. */

import { freshId, make } from "./widget.js";

/** @typedef {import("./widget.js").Text} Text */

export const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
/** Options a letter key chooses, A to E: F is for the flag. */
const LETTER_KEYS = 5;

/**
 * @param {{value: string, text: Text, letter?: string}[]} options
 * @param {{several: boolean, text: (text: Text) => DocumentFragment, waits: string, choose: (value: string) => void}} say
 */
export function choices(options, { several, text, waits, choose }) {
  const name = freshId();
  const rows = options.map(({ value, text: words, letter }, at) => {
    const input = make("input", { type: several ? "checkbox" : "radio", name, value });
    input.addEventListener("change", () => choose(value));
    const tag = make("span", { class: "tag" });
    const label = make("label", { class: "option", "data-kind": several ? "several" : "one" }, input,
      make("span", { class: "letter" }, letter ?? LETTERS[at]), make("span", { class: "words" }, text(words)), tag);
    return { value, input, label, tag };
  });
  const element = make("div", { class: "options" }, ...rows.map(({ label }) => label));
  return {
    element,
    /**
     * @param {string[]} chosen
     * @param {string[]} waiting
     */
    paint(chosen, waiting) {
      for (const { value, input, label, tag } of rows) {
        input.checked = chosen.includes(value);
        const late = !input.checked && waiting.includes(value);
        label.toggleAttribute("data-waiting", late);
        tag.textContent = late ? waits : "";
      }
    },
    /** @param {KeyboardEvent} event */
    key(event) {
      const key = event.key.toUpperCase();
      const letter = key.length === 1 ? LETTERS.indexOf(key) + 1 : 0;
      const option = key >= "1" && key <= "9" && key.length === 1 ? Number(key) : letter <= LETTER_KEYS ? letter : 0;
      if (option < 1 || option > rows.length) return false;
      choose(rows[option - 1].value);
      return true;
    },
  };
}
