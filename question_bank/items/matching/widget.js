// @ts-check
/** Two lists: each thing on the left gets one of those on the right, which have letters. */

import { LETTERS } from "../../front/paper/choice.js";
import { plain } from "../../front/paper/content.js";
import { freshId, make } from "../../front/paper/widget.js";

/** @typedef {import("../../front/paper/widget.js").Option} Option */

const SHORT = 40;

/**
 * @param {import("../../front/paper/widget.js").Item} item
 * @param {import("../../front/paper/widget.js").Tools} tools
 * @returns {import("../../front/paper/widget.js").Widget}
 */
export default function widget(item, tools) {
  /** @type {{left: {left_id: string, text: any}[], right: Option[], reuse: boolean}} */
  const { left, right, reuse } = /** @type {any} */ (item.view);
  /** @type {{[left: string]: string}} */
  let pairs = {};
  const rows = left.map(({ left_id, text }, at) => {
    const words = freshId();
    const select = make("select", { "aria-labelledby": words }, make("option", { value: "" }, tools.word("choose")),
      ...right.map((one, place) => make("option", { value: one.option_id }, `${LETTERS[place]}. ${short(plain(one.text))}`)));
    select.addEventListener("change", () => pair(left_id, select.value));
    const element = make("div", { class: "pair" }, make("span", { class: "letter", "aria-hidden": "true" }, String(at + 1)),
      make("span", { class: "words", id: words }, tools.text(text)), select);
    return { id: left_id, select, element };
  });

  /**
   * @param {string} id
   * @param {string} mate
   */
  function pair(id, mate) {
    const after = { ...pairs };
    if (mate) after[id] = mate;
    else delete after[id];
    if (Object.keys(after).length) void tools.save({ pairs: after });
    else void tools.clear();
  }

  const column = make("ol", { class: "lettered", "aria-label": tools.word("right") },
    ...right.map(({ text }, at) => make("li", {}, make("span", { class: "letter" }, LETTERS[at]),
      make("span", { class: "words" }, tools.text(text)))));
  return {
    how: tools.word(reuse ? "how_reuse" : "how"),
    element: make("div", { class: "matching" }, make("div", { class: "pairs" }, ...rows.map(({ element }) => element)), column),
    paint(response) {
      pairs = response?.pairs ?? {};
      for (const { id, select } of rows) {
        select.value = pairs[id] ?? "";
        // What serves another is not offered: walking over it with the arrow keys would take it away.
        for (const option of select.options) {
          option.disabled = !reuse && !!option.value && rows.some((one) => one.id !== id && pairs[one.id] === option.value);
        }
      }
    },
  };
}

/** @param {string} words */
function short(words) {
  const line = words.replace(/\s+/g, " ").trim();
  return line.length > SHORT ? `${line.slice(0, SHORT - 1)}…` : line;
}
