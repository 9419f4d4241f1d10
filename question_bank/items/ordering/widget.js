// @ts-check
/** Entries to put into order: buttons up and down, or dragging. */

import { button, draggable, make } from "../../front/paper/widget.js";

/** @typedef {import("../../front/paper/widget.js").Option} Option */

/**
 * @param {import("../../front/paper/widget.js").Item} item
 * @param {import("../../front/paper/widget.js").Tools} tools
 * @returns {import("../../front/paper/widget.js").Widget}
 */
export default function widget(item, tools) {
  /** @type {Option[]} */
  const entries = item.view.entries;
  const drawn = entries.map(({ option_id }) => option_id);
  let order = [...drawn];
  const rows = new Map(entries.map(({ option_id, text }) => [option_id, row(option_id, text)]));
  const list = make("ol", { class: "entries" });
  const keep = button(tools.word("keep"), () => void tools.save({ order: [...order] }));
  const state = make("p", { class: "muted small" });

  /**
   * @param {string} id
   * @param {import("../../front/paper/widget.js").Text} text
   */
  function row(id, text) {
    const place = make("span", { class: "letter figures", "aria-hidden": "true" });
    const up = button("↑", () => step(id, -1), { class: "step" });
    const down = button("↓", () => step(id, 1), { class: "step" });
    const words = make("span", { class: "words" }, tools.text(text));
    const element = make("li", { class: "entry" }, place, words, up, down);
    draggable(words, {
      start: () => element.setAttribute("data-dragged", ""),
      move: (_, y) => dragTo(id, y),
      end: (_x, _y, dropped) => {
        element.removeAttribute("data-dragged");
        if (dropped) void tools.save({ order: [...order] });
      },
    });
    return { element, place, up, down, words };
  }

  /**
   * @param {string} id
   * @param {number} by
   */
  function step(id, by) {
    const at = order.indexOf(id);
    const to = at + by;
    if (to < 0 || to >= order.length) return;
    order.splice(to, 0, ...order.splice(at, 1));
    const used = by < 0 ? rows.get(id)?.up : rows.get(id)?.down;
    show();
    (used?.disabled ? (by < 0 ? rows.get(id)?.down : rows.get(id)?.up) : used)?.focus();  // the hand stays on the entry
    tools.say(tools.word("moved", { place: to + 1, of: order.length }));
    void tools.save({ order: [...order] });
  }

  /**
   * @param {string} id
   * @param {number} y
   */
  function dragTo(id, y) {
    const others = order.filter((one) => one !== id);
    const to = others.filter((one) => {
      const box = rows.get(one)?.element.getBoundingClientRect();
      return !!box && y > box.top + box.height / 2;
    }).length;
    if (order.indexOf(id) === to) return;
    order = [...others.slice(0, to), id, ...others.slice(to)];
    show();
  }

  function show() {
    order.forEach((id, at) => {
      const found = rows.get(id);
      if (!found) return;
      found.place.textContent = String(at + 1);
      found.up.disabled = at === 0;
      found.down.disabled = at === order.length - 1;
      const words = (found.words.textContent ?? "").slice(0, 60);
      found.up.setAttribute("aria-label", tools.word("up", { entry: words }));
      found.down.setAttribute("aria-label", tools.word("down", { entry: words }));
      if (list.children[at] !== found.element) list.insertBefore(found.element, list.children[at] ?? null);
    });
  }

  show();
  return {
    how: tools.word("how"),
    element: make("div", {}, list, make("div", { class: "beside" }, keep, state)),
    paint(response) {
      const now = response?.order ?? drawn;
      if (now.join() !== order.join() && !list.querySelector("[data-dragged]")) {
        order = [...now];
        show();
      }
      keep.disabled = !!response;
      state.textContent = tools.word(response ? "counts" : "not_yet");
    },
  };
}
