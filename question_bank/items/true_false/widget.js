// @ts-check
/** True or false. */

import { choices } from "../../front/paper/choice.js";

/**
 * @param {import("../../front/paper/widget.js").Item} _item
 * @param {import("../../front/paper/widget.js").Tools} tools
 * @returns {import("../../front/paper/widget.js").Widget}
 */
export default function widget(_item, tools) {
  const shown = choices([
    { value: "true", text: tools.word("true"), letter: "1" }, { value: "false", text: tools.word("false"), letter: "2" },
  ], {
    several: false, text: tools.text, waits: tools.word("waits"),
    choose: (value) => void tools.save({ truth: value === "true" }),
  });
  /** @param {{truth?: boolean} | null | undefined} response */
  const values = (response) => (response?.truth === undefined ? [] : [String(response.truth)]);
  return {
    how: tools.word("how"), element: shown.element, key: shown.key, marksWaiting: true,
    paint: (response, waiting) => shown.paint(values(response), values(waiting)),
  };
}
