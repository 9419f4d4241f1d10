// @ts-check
/** Gaps in the text itself: fields and lists to choose from. */

import { LETTERS } from "../../front/paper/choice.js";
import { plain } from "../../front/paper/content.js";
import { numberText, readNumber } from "../../front/paper/numbers.js";
import { Draft, clean, make, shownOnce } from "../../front/paper/widget.js";

/** @typedef {import("../../front/paper/widget.js").Option} Option */
/** @typedef {{gap_id: string, kind: string, options: Option[]}} Gap */

/**
 * @param {import("../../front/paper/widget.js").Item} item
 * @param {import("../../front/paper/widget.js").Tools} tools
 * @returns {import("../../front/paper/widget.js").Widget}
 */
export default function widget(item, tools) {
  /** @type {Gap[]} */
  const gaps = item.view.gaps;
  const understood = make("p", { class: "understood", role: "status" });
  const fields = new Map(gaps.map((gap, at) => [gap.gap_id, { gap, at, field: field(gap, at) }]));
  const draft = new Draft(() => {
    const made = Object.fromEntries(filled());
    const response = Object.keys(made).length ? { gaps: made } : null;
    shown.sent(response);
    return response ? tools.save(response) : tools.clear();
  });
  const shown = shownOnce(draft, (response) => {
    for (const [id, { field: one }] of fields) one.value = response?.gaps[id] ?? "";
    tell();
  });

  /**
   * @param {Gap} gap
   * @param {number} at
   */
  function field(gap, at) {
    const name = tools.word("gap", { number: at + 1 });
    const element = gap.kind === "choice"
      ? make("select", { class: "gap", "aria-label": name }, make("option", { value: "" }, "…"),
        ...gap.options.map((one, place) => make("option", { value: one.option_id }, apart(gap) ? LETTERS[place] : plain(one.text))))
      : make("input", {
        type: "text", class: gap.kind === "number" ? "gap number figures" : "gap", autocomplete: "off", spellcheck: "false",
        maxlength: gap.kind === "number" ? 40 : 200, "aria-label": name,
        ...(gap.kind === "number" ? { inputmode: "decimal" } : {}),
      });
    element.addEventListener("input", () => { tell(); draft.touched(); });
    element.addEventListener("change", () => void draft.flush());
    return element;
  }

  /** @returns {[string, string][]} */
  function filled() {
    const found = [...fields.values()].map(({ gap, field: one }) => /** @type {const} */ ([gap, clean(one.value)]));
    return found.filter(([gap, value]) => (gap.kind === "number" ? readNumber(value) !== null : value.trim() !== ""))
      .map(([gap, value]) => [gap.gap_id, value]);
  }

  function tell() {
    const said = [];
    for (const { gap, at, field: one } of fields.values()) {
      if (gap.kind !== "number") continue;
      const value = readNumber(clean(one.value));
      const bad = value === null && one.value.trim() !== "";
      one.toggleAttribute("aria-invalid", bad);
      if (value !== null) said.push(tools.word("understood", { number: at + 1, value: numberText(value, tools.language) }));
      else if (bad) said.push(tools.word("no_number", { number: at + 1 }));
    }
    understood.textContent = said.join(" · ");
  }

  const lists = gaps.map((gap, at) => ({ gap, at })).filter(({ gap }) => apart(gap)).map(({ gap, at }) =>
    make("div", {}, make("strong", {}, tools.word("gap", { number: at + 1 })), make("ol", { class: "lettered" },
      ...gap.options.map(({ text }, place) => make("li", {}, make("span", { class: "letter" }, LETTERS[place]),
        make("span", { class: "words" }, tools.text(text)))))));
  tell();
  return {
    how: tools.word("how"), element: make("div", { class: "typed" }, ...lists, understood), paint: shown.paint,
    gap(id) {
      const found = fields.get(id);
      if (!found) return document.createTextNode("…");
      return make("span", { class: "gap-place" }, make("sup", { class: "gap-number", "aria-hidden": "true" }, String(found.at + 1)), found.field);
    },
    draft,
  };
}

/**
 * Options with more than plain words stand in a list of their own: a list to choose from shows words alone.
 * @param {Gap} gap
 */
function apart(gap) {
  return gap.options.some(({ text }) => typeof text !== "string");
}
