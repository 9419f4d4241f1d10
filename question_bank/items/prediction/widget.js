// @ts-check
/** A whole number to predict; it earns nothing and decides between equals. */

import { Draft, freshId, make, shownOnce } from "../../front/paper/widget.js";

/**
 * @param {import("../../front/paper/widget.js").Item} item
 * @param {import("../../front/paper/widget.js").Tools} tools
 * @returns {import("../../front/paper/widget.js").Widget}
 */
export default function widget(item, tools) {
  /** @type {{least: number, most: number}} */
  const { least, most } = /** @type {any} */ (item.view);
  const told = freshId();
  const input = make("input", {
    type: "text", class: "number figures", inputmode: "numeric", autocomplete: "off", maxlength: 8, "aria-label": tools.word("number"),
    "aria-describedby": told,
  });
  const line = make("p", { class: "understood", id: told, role: "status" });
  const typed = () => (/^[0-9]{1,8}$/.test(input.value.trim()) ? input.value.trim() : null);
  const fits = () => typed() !== null && Number(typed()) >= least && Number(typed()) <= most;
  const draft = new Draft(() => {
    const response = fits() ? { number: typed() } : null;
    shown.sent(response);
    return response ? tools.save(response) : tools.clear();
  });
  const shown = shownOnce(draft, (response) => {
    input.value = response?.number ?? "";
    tell();
  });

  function tell() {
    const bad = input.value.trim() !== "" && !fits();
    input.toggleAttribute("aria-invalid", bad);
    line.toggleAttribute("data-bad", bad);
    line.textContent = tools.word(bad ? "no_number" : "bounds", { least, most });
  }

  input.addEventListener("input", () => { tell(); draft.touched(); });
  input.addEventListener("change", () => void draft.flush());
  tell();
  return {
    how: tools.word("how"), element: make("div", { class: "typed" }, input, line), paint: shown.paint,
    draft,
  };
}
