// @ts-check
/** Words for the gaps of a text: click a word, then a gap (or the other way round), or drag it there. */

import { plain } from "../../front/paper/content.js";
import { draggable, make } from "../../front/paper/widget.js";

/** @typedef {import("../../front/paper/widget.js").Option} Option */

/**
 * @param {import("../../front/paper/widget.js").Item} item
 * @param {import("../../front/paper/widget.js").Tools} tools
 * @returns {import("../../front/paper/widget.js").Widget}
 */
export default function widget(item, tools) {
  /** @type {{words: Option[], gaps: {gap_id: string}[], reuse: boolean}} */
  const { words, gaps, reuse } = /** @type {any} */ (item.view);
  /** @type {{[gap: string]: string}} */
  let placed = {};
  /** What was clicked first: a word or a gap, by id. */
  let word = "";
  let gap = "";
  const longest = Math.min(28, Math.max(4, ...words.map(({ text }) => plain(text).length)));
  const places = new Map(gaps.map(({ gap_id }, at) => {
    const place = make("button", { type: "button", class: "gap drop" });
    place.style.setProperty("--longest", `${longest}ch`);
    place.addEventListener("click", () => press(gap_id));
    drag(place, () => placed[gap_id] ?? "", gap_id);
    return [gap_id, { place, at }];
  }));
  const bank = new Map(words.map(({ option_id, text }) => {
    const chip = make("button", { type: "button", class: "word" }, tools.text(text));
    chip.addEventListener("click", () => take(option_id));
    drag(chip, () => (chip.disabled ? "" : option_id), "");
    return [option_id, { chip, text }];
  }));

  /** @param {string} id */
  function take(id) {
    if (gap) put(gap, id);
    else {
      word = word === id ? "" : id;
      show();
      if (word) tools.say(tools.word("then_gap"));
    }
  }

  /** @param {string} id */
  function press(id) {
    if (word) put(id, word);
    else if (placed[id]) put(id, "");
    else {
      gap = gap === id ? "" : id;
      show();
      if (gap) tools.say(tools.word("then_word"));
    }
  }

  /**
   * @param {string} id of the gap
   * @param {string} which word; none empties the gap
   */
  function put(id, which) {
    word = gap = "";
    const after = { ...placed };
    delete after[id];
    if (which && !reuse) for (const [other, taken] of Object.entries(after)) if (taken === which) delete after[other];
    if (which) after[id] = which;
    placed = after;
    show();
    if (Object.keys(after).length) void tools.save({ gaps: after });
    else void tools.clear();
  }

  /**
   * @param {HTMLButtonElement} handle
   * @param {() => string} which
   * @param {string} from the gap it leaves, "" for the row of words
   */
  function drag(handle, which, from) {
    let carried = "";
    let ghost = make("span");
    draggable(handle, {
      start() {
        carried = which();
        ghost = make("span", { class: "word ghost", "aria-hidden": "true" }, tools.text(bank.get(carried)?.text ?? ""));
        if (carried) document.body.append(ghost);
      },
      move(x, y) {
        ghost.style.translate = `${x}px ${y}px`;
      },
      end(x, y, dropped) {
        ghost.remove();
        if (!carried || !dropped) return;
        const under = document.elementFromPoint(x, y);
        const to = [...places].find(([, { place }]) => under && place.contains(under))?.[0];
        if (to === from) return;
        if (from) {
          const { [from]: left, ...rest } = placed;
          if (left) placed = rest;
        }
        if (to) put(to, carried);
        else if (from) put(from, "");
      },
    });
  }

  function show() {
    const used = new Set(reuse ? [] : Object.values(placed));
    for (const [id, { chip }] of bank) {
      chip.disabled = used.has(id);
      chip.setAttribute("aria-pressed", String(word === id));
    }
    for (const [id, { place, at }] of places) {
      const text = bank.get(placed[id] ?? "")?.text;
      place.replaceChildren(text === undefined ? String(at + 1) : tools.text(text));
      place.toggleAttribute("data-empty", text === undefined);
      place.setAttribute("aria-pressed", String(gap === id));
      place.setAttribute("aria-label", text === undefined ? tools.word("gap", { number: at + 1 })
        : tools.word("filled", { number: at + 1, word: plain(text) }));
    }
  }

  show();
  return {
    how: tools.word(reuse ? "how_reuse" : "how"),
    element: make("div", { class: "words-bank", role: "group", "aria-label": tools.word("words") }, ...[...bank.values()].map(({ chip }) => chip)),
    gap: (id) => places.get(id)?.place ?? document.createTextNode("…"),
    forget() { word = gap = ""; },
    paint(response) {
      placed = response?.gaps ?? {};
      show();
    },
  };
}
