// @ts-check
/** Places on a picture: clicked, or set with a cursor that the arrow keys move. */

import { picture as shownPicture } from "../../front/paper/media.js";
import { button, freshId, make } from "../../front/paper/widget.js";

const SCALE = 10000;
const STEP = 100;  // one percent; with Shift ten times as far

/**
 * @param {import("../../front/paper/widget.js").Item} item
 * @param {import("../../front/paper/widget.js").Tools} tools
 * @returns {import("../../front/paper/widget.js").Widget}
 */
export default function widget(item, tools) {
  /** @type {number} */
  const most = item.view.most;
  /** @type {[number, number][]} */
  let points = [];
  let at = [SCALE / 2, SCALE / 2];
  const image = shownPicture(item.view.picture[0]);
  const cursor = make("span", { class: "cursor", "aria-hidden": "true" });
  const marks = make("span", { class: "marks", "aria-hidden": "true" });
  const help = freshId();
  const board = make("div", {
    class: "board", tabindex: "0", role: "application", "aria-label": image.alt, "aria-describedby": help,
  }, image, marks, cursor);
  const list = make("div", { class: "points" });

  /** @param {[number, number]} point */
  function set(point) {
    if (points.length >= most && most > 1) {
      tools.say(tools.word("enough", { most }));
      return;
    }
    send(most === 1 ? [point] : [...points, point]);
  }

  /** @param {[number, number][]} after */
  function send(after) {
    points = after;
    show();
    if (after.length) void tools.save({ points: after });
    else void tools.clear();
  }

  board.addEventListener("click", (event) => {
    const box = image.getBoundingClientRect();
    const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    if (x >= 0 && x <= 1 && y >= 0 && y <= 1) set([Math.round(x * SCALE), Math.round(y * SCALE)]);
  });
  board.addEventListener("keydown", (event) => {
    /** @type {{[key: string]: [number, number]}} */
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const way = ways[event.key];
    if (way) {
      const step = STEP * (event.shiftKey ? 10 : 1);
      at = at.map((one, axis) => Math.min(SCALE, Math.max(0, one + way[axis] * step)));
      show();
      tools.say(tools.word("at", { x: Math.round(at[0] / 100), y: Math.round(at[1] / 100) }));
    } else if (event.key === "Enter" || event.key === " ") set([at[0], at[1]]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  /**
   * @param {HTMLElement} mark
   * @param {number[]} point
   */
  function stand(mark, point) {
    mark.style.left = `${point[0] / 100}%`;
    mark.style.top = `${point[1] / 100}%`;
  }

  function show() {
    stand(cursor, at);
    marks.replaceChildren(...points.map((point, n) => {
      const mark = make("span", { class: "mark" }, String(n + 1));
      stand(mark, point);
      return mark;
    }));
    const focused = list.contains(document.activeElement);
    list.replaceChildren(
      make("span", { class: "muted small" }, tools.word("set", { count: points.length, most })),
      ...points.map((_, n) => button(`${n + 1} ✕`, () => send(points.filter((_point, place) => place !== n)), {
        "aria-label": tools.word("remove", { number: n + 1 }),
      })));
    if (focused) (list.querySelector("button") ?? board).focus();
  }

  show();
  return {
    how: tools.word(most === 1 ? "how" : "how_several", { most }),
    element: make("div", { class: "hotspot" }, make("p", { class: "muted small", id: help }, tools.word("keys")), board, list),
    paint(response) {
      const now = response?.points ?? [];
      if (JSON.stringify(now) === JSON.stringify(points)) return;
      points = now;
      show();
    },
  };
}
