// @ts-check
/** Work with files: nothing is answered on this page. */

import { make } from "../../front/paper/widget.js";

/**
 * @param {import("../../front/paper/widget.js").Item} _item
 * @param {import("../../front/paper/widget.js").Tools} tools
 * @returns {import("../../front/paper/widget.js").Widget}
 */
export default function widget(_item, tools) {
  return {
    how: tools.word("how"),
    element: make("p", { class: "warn-box" }, tools.word("elsewhere")),
    paint() {},
  };
}
