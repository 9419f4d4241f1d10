// @ts-check
/** One option of several. */

import { choices } from "../../front/paper/choice.js";

/** @typedef {import("../../front/paper/widget.js").Option} Option */

/**
 * @param {import("../../front/paper/widget.js").Item} item
 * @param {import("../../front/paper/widget.js").Tools} tools
 * @returns {import("../../front/paper/widget.js").Widget}
 */
export default function widget(item, tools) {
  /** @type {Option[]} */
  const options = item.view.options;
  const shown = choices(options.map(({ option_id, text }) => ({ value: option_id, text })), {
    several: false, text: tools.text, waits: tools.word("waits"),
    choose: (value) => void tools.save({ options: [value] }),
  });
  return {
    how: tools.word("how"), element: shown.element, key: shown.key, marksWaiting: true,
    paint: (response, waiting) => shown.paint(response?.options ?? [], waiting?.options ?? []),
  };
}
