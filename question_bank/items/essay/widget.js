// @ts-check
/** A longer text, with a count of its words. */

import { Draft, clean, freshId, make, shownOnce } from "../../front/paper/widget.js";

const PAUSE_MS = 1500;
const MOST_MS = 5000;
const MAX_BYTES = 48 * 1024;  // as question_bank/items/essay has it: canonical JSON in UTF-8

/**
 * @param {import("../../front/paper/widget.js").Item} item
 * @param {import("../../front/paper/widget.js").Tools} tools
 * @returns {import("../../front/paper/widget.js").Widget}
 */
export default function widget(item, tools) {
  /** @type {{least_words: number, most_words: number}} */
  const { least_words: least, most_words: most } = /** @type {any} */ (item.view);
  const told = freshId();
  const area = make("textarea", { rows: 12, spellcheck: "false", "aria-label": tools.word("answer"), "aria-describedby": told });
  const count = make("p", { class: "understood figures", id: told });
  const draft = new Draft(() => {
    const text = clean(area.value);
    const response = text.trim() ? { text } : null;
    shown.sent(response);
    return response ? tools.save(response) : tools.clear();
  }, PAUSE_MS, MOST_MS);
  const shown = shownOnce(draft, (response) => {
    area.value = response?.text ?? "";
    tell();
  });

  function tell() {
    const words = countWords(area.value);
    const over = bytes(clean(area.value)) - MAX_BYTES;
    const bound = over > 0 ? "too_long" : least && words < least ? "below" : most && words > most ? "above" : "count";
    count.toggleAttribute("data-bad", bound === "above" || bound === "too_long");
    area.toggleAttribute("aria-invalid", bound === "too_long");
    count.textContent = tools.word(bound, { words, least, most, over });
  }

  area.addEventListener("input", () => { tell(); draft.touched(); });
  area.addEventListener("change", () => void draft.flush());
  tell();
  return {
    how: tools.word("how"), element: make("div", { class: "typed" }, area, count), paint: shown.paint,
    draft,
  };
}

/** @param {string} text */
function bytes(text) {
  return text.length * 3 < MAX_BYTES ? 0 :  // no letter has more than three: most texts need not be counted
    new TextEncoder().encode(JSON.stringify(text)).length;
}

/**
 * Syllables between spaces that hold a letter or a digit, as question_bank/items/essay counts them.
 * @param {string} text
 */
export function countWords(text) {
  return text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}
