// @ts-check
/** A number to type, shown as it was understood; its unit where there are some. */

import { numberText, readNumber } from "../../front/paper/numbers.js";
import { Draft, clean, freshId, make, shownOnce } from "../../front/paper/widget.js";

/** @typedef {import("../../front/paper/widget.js").Option} Option */
/** @typedef {import("../../front/paper/widget.js").Response} Response */

/**
 * @param {import("../../front/paper/widget.js").Item} item
 * @param {import("../../front/paper/widget.js").Tools} tools
 * @returns {import("../../front/paper/widget.js").Widget}
 */
export default function widget(item, tools) {
  /** @type {Option[]} */
  const units = item.view.units;
  const heard = freshId();
  const input = make("input", {
    type: "text", class: "number figures", inputmode: "decimal", autocomplete: "off", maxlength: 40, "aria-label": tools.word("number"),
    "aria-describedby": heard,
  });
  const understood = make("p", { class: "understood", id: heard, role: "status" });
  const name = freshId();
  const radios = units.map(({ option_id, text }) => {
    const radio = make("input", { type: "radio", name, value: option_id });
    radio.addEventListener("change", () => draft.touched());
    return { radio, label: make("label", { class: "judgement" }, radio, make("span", {}, tools.text(text))) };
  });
  const draft = new Draft(() => {
    const response = typed();
    shown.sent(response);
    return response ? tools.save(response) : tools.clear();
  });
  const shown = shownOnce(draft, (response) => {
    input.value = response?.number ?? "";
    for (const { radio } of radios) radio.checked = radio.value === response?.unit;
    tell();
  });

  /** @returns {Response | null} */
  function typed() {
    const number = clean(input.value);
    if (readNumber(number) === null) return null;
    return { number, unit: radios.find(({ radio }) => radio.checked)?.radio.value ?? null };
  }

  function tell() {
    const value = readNumber(clean(input.value));
    const bad = value === null && input.value.trim() !== "";
    input.toggleAttribute("aria-invalid", bad);
    understood.toggleAttribute("data-bad", bad);
    understood.textContent = value !== null ? tools.word("understood", { number: numberText(value, tools.language) })
      : bad ? tools.word("no_number") : tools.word("example");
  }

  input.addEventListener("input", () => { tell(); draft.touched(); });
  input.addEventListener("change", () => void draft.flush());
  tell();
  const element = make("div", { class: "typed" }, make("div", { class: "line" }, input,
    ...(radios.length ? [make("div", { class: "units", role: "radiogroup", "aria-label": tools.word("unit") }, ...radios.map(({ label }) => label))] : [])),
  understood);
  return {
    how: tools.word(radios.length ? "how_unit" : "how"), element, paint: shown.paint,
    draft,
  };
}
