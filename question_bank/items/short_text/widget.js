// @ts-check
/** A word or a few to type. */

import { Draft, clean, make, shownOnce } from "../../front/paper/widget.js";

/**
 * @param {import("../../front/paper/widget.js").Item} _item
 * @param {import("../../front/paper/widget.js").Tools} tools
 * @returns {import("../../front/paper/widget.js").Widget}
 */
export default function widget(_item, tools) {
  const input = make("input", {
    type: "text", class: "text", autocomplete: "off", spellcheck: "false", maxlength: 200, "aria-label": tools.word("answer"),
  });
  const draft = new Draft(() => {
    const text = clean(input.value);
    const response = text.trim() ? { text } : null;
    shown.sent(response);
    return response ? tools.save(response) : tools.clear();
  });
  const shown = shownOnce(draft, (response) => { input.value = response?.text ?? ""; });
  input.addEventListener("input", () => draft.touched());
  input.addEventListener("change", () => void draft.flush());
  return {
    how: tools.word("how"), element: make("div", { class: "typed" }, input), paint: shown.paint,
    draft,
  };
}
