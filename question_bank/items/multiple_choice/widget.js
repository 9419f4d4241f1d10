// @ts-check
/** Several options of many, at most as many as the item says. */

import { choices } from "../../front/paper/choice.js";

/** @typedef {import("../../front/paper/widget.js").Option} Option */

/**
 * @param {import("../../front/paper/widget.js").Item} item
 * @param {import("../../front/paper/widget.js").Tools} tools
 * @returns {import("../../front/paper/widget.js").Widget}
 */
export default function widget(item, tools) {
  /** @type {{options: Option[], most: number}} */
  const { options, most } = /** @type {any} */ (item.view);
  /** @type {string[]} */
  let chosen = [];
  /** @type {string[]} */
  let late = [];
  const shown = choices(options.map(({ option_id, text }) => ({ value: option_id, text })), {
    several: true, text: tools.text, waits: tools.word("waits"), choose,
  });

  /** @param {string} value */
  function choose(value) {
    const after = chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value].sort();
    if (after.length > most) {
      shown.paint(chosen, late);
      tools.say(tools.word("enough", { most }));
    } else if (after.length) void tools.save({ options: after });
    else void tools.clear();
  }

  return {
    how: most < options.length ? tools.word("how_most", { most }) : tools.word("how"),
    element: shown.element, key: shown.key, marksWaiting: true,
    paint(response, waiting) {
      chosen = response?.options ?? [];
      late = waiting?.options ?? [];
      shown.paint(chosen, late);
    },
  };
}
