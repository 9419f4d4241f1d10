// @ts-check
/** Four statements, each judged for itself. */

import { freshId, make } from "../../front/paper/widget.js";

/** @typedef {import("../../front/paper/widget.js").Option} Option */

const LABELS = "abcd";

/**
 * @param {import("../../front/paper/widget.js").Item} item
 * @param {import("../../front/paper/widget.js").Tools} tools
 * @returns {import("../../front/paper/widget.js").Widget}
 */
export default function widget(item, tools) {
  /** @type {{[id: string]: boolean}} */
  let truths = {};
  /** @type {Option[]} */
  const statements = item.view.statements;
  const rows = statements.map(({ option_id, text }, at) => {
    const name = freshId();
    const words = freshId();
    const answers = [true, false].map((truth) => {
      const input = make("input", { type: "radio", name, value: String(truth) });
      input.addEventListener("change", () => void tools.save({ truths: { ...truths, [option_id]: truth } }));
      return { truth, input };
    });
    const element = make("div", { class: "statement", role: "radiogroup", "aria-labelledby": words },
      make("span", { class: "letter", "aria-hidden": "true" }, LABELS[at] ?? ""),
      make("span", { class: "words", id: words }, tools.text(text)),
      make("span", { class: "judgements" }, ...answers.map(({ truth, input }) => make("label", { class: "judgement" }, input,
        make("span", {}, tools.word(truth ? "true" : "false"))))));
    return { id: option_id, answers, element };
  });
  return {
    how: tools.word("how"),
    element: make("div", { class: "statements" }, ...rows.map(({ element }) => element)),
    paint(response) {
      truths = response?.truths ?? {};
      for (const { id, answers } of rows) {
        for (const { truth, input } of answers) input.checked = truths[id] === truth;
      }
    },
  };
}
