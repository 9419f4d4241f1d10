// @ts-check
/** The right places drawn on the picture, with the mouse or the keyboard; their numbers stay beside it as fields. */

import { button, freshId, make } from "../../front/paper/widget.js";

/**
 * @typedef {import("../../studio/static/fields.js").Editor} Editor
 * @typedef {import("../../studio/static/fields.js").Field} Field
 * @typedef {[number, number]} Point
 * @typedef {{shape: string, numbers: number[], at: number}} Region `at` is its place in the list
 */

const SCALE = 10000; // ten-thousandths of the picture's width and height
const LEAST = 60;  // a drag over less is a click
const MOST_CORNERS = 20;
const MOST_REGIONS = 10;
const LENGTH = /** @type {{[shape: string]: number}} */ ({ rectangle: 4, ellipse: 4 });
const WAYS = /** @type {{[key: string]: Point}} */ ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] });

/** What a drag draws; which region has its corners shown. They outlive the board, which is made anew with the form. */
let tool = "rectangle";
let chosen = 0;
let focusLater = "";

/** @param {number} value */
const bounded = (value) => Math.min(SCALE, Math.max(0, Math.round(value)));

/** @param {{[shape: string]: string}[]} written @returns {Region[]} */
function readable(written) {
  return written.flatMap((one, at) => {
    const [shape, text] = Object.entries(one ?? {})[0] ?? ["", ""];
    const numbers = (String(text).match(/[0-9]+/g) ?? []).map(Number);
    const whole = shape === "polygon" ? numbers.length >= 6 && numbers.length % 2 === 0 : numbers.length === LENGTH[shape];
    return whole ? [{ shape, numbers, at }] : [];
  });
}

/**
 * What is moved to change a region's form: points, and the numbers that each of them gives.
 * @param {Region} region
 * @returns {{at: Point, move: (to: Point) => number[]}[]}
 */
function corners({ shape, numbers }) {
  if (shape === "polygon") {
    return pairs(numbers).map((at, n) => ({ at, move: (to) => numbers.map((one, place) => (place >> 1 === n ? to[place & 1] : one)) }));
  }
  const [a, b, c, d] = numbers;
  if (shape === "ellipse") {
    return [
      { at: /** @type {Point} */ ([a + c, b]), move: ([x]) => [a, b, Math.max(1, Math.abs(x - a)), d] },
      { at: /** @type {Point} */ ([a, b + d]), move: ([, y]) => [a, b, c, Math.max(1, Math.abs(y - b))] },
    ];
  }
  return [[0, 1], [2, 1], [2, 3], [0, 3]].map(([across, down]) => ({
    at: /** @type {Point} */ ([numbers[across], numbers[down]]),
    move: ([x, y]) => ordered(numbers.map((one, place) => (place === across ? x : place === down ? y : one))),
  }));
}

/** @param {number[]} numbers of a rectangle, its corners in any order */
function ordered([a, b, c, d]) {
  return [Math.min(a, c), Math.min(b, d), Math.max(a, c, Math.min(a, c) + 1), Math.max(b, d, Math.min(b, d) + 1)];
}

/** @param {number[]} numbers @returns {Point[]} */
function pairs(numbers) {
  return numbers.flatMap((one, n) => (n % 2 ? [] : [/** @type {Point} */ ([one, numbers[n + 1]])]));
}

/** A region moved as far as it stays on the picture. @param {Region} region @param {number} dx @param {number} dy */
function shifted({ shape, numbers }, dx, dy) {
  const [x, y, rx, ry] = numbers;
  const all = shape === "ellipse" ? [x, y] : numbers;
  const xs = all.filter((_, n) => n % 2 === 0);
  const ys = all.filter((_, n) => n % 2 === 1);
  const right = Math.round(Math.min(SCALE - Math.max(...xs), Math.max(-Math.min(...xs), dx)));
  const down = Math.round(Math.min(SCALE - Math.max(...ys), Math.max(-Math.min(...ys), dy)));
  return shape === "ellipse" ? [x + right, y + down, rx, ry] : numbers.map((one, n) => one + (n % 2 ? down : right));
}

/** What a drag from one point to another draws. @param {string} shape @param {Point} from @param {Point} to */
function drawn(shape, from, to) {
  if (shape === "rectangle") return ordered([...from, ...to]);
  return [...from.map((one, axis) => Math.round((one + to[axis]) / 2)), ...from.map((one, axis) => Math.max(1, Math.round(Math.abs(to[axis] - one) / 2)))];
}

/** A shape in the middle, for those who draw with the keyboard. @param {string} shape */
function middle(shape) {
  if (shape === "polygon") return [5000, 4000, 6000, 6000, 4000, 6000];
  return shape === "ellipse" ? [5000, 5000, 1000, 1000] : [4000, 4000, 6000, 6000];
}

/**
 * @param {string} name
 * @param {{[name: string]: string | number}} attributes
 * @returns {SVGElement}
 */
function drawing(name, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

/** @param {string} shape @param {number[]} numbers @param {{[name: string]: string | number}} look */
function outline(shape, [a, b, c, d, ...rest], look) {
  if (shape === "rectangle") return drawing("rect", { x: a, y: b, width: c - a, height: d - b, ...look });
  if (shape === "ellipse") return drawing("ellipse", { cx: a, cy: b, rx: c, ry: d, ...look });
  return drawing("polygon", { points: [a, b, c, d, ...rest].join(" "), ...look });
}

/**
 * The type's form: the board stands before the numbers of the regions.
 * @param {Field[]} form
 * @param {{[name: string]: any}} values
 * @param {Editor} editor
 * @returns {HTMLElement[]}
 */
export default function hotspotForm(form, values, editor) {
  const board = new Board(values, editor);
  const fields = editor.general(form, values, { ...editor, changed: () => { editor.changed(); board.draw(); } });
  const at = fields.findIndex((one) => one.dataset.path === "regions");
  board.draw();
  return [...fields.slice(0, at), board.element, ...fields.slice(at)];
}

class Board {
  /**
   * @param {{[name: string]: any}} values
   * @param {Editor} editor
   */
  constructor(values, editor) {
    this.values = values;
    this.editor = editor;
    /** The corners of a polygon that is being drawn. @type {Point[]} */
    this.begun = [];
    /** What a drag shows before it is let go. @type {number[] | null} */
    this.sketch = null;
    this.image = make("img", { alt: editor.word("board"), draggable: "false" });
    this.svg = /** @type {SVGSVGElement} */ (drawing("svg", { viewBox: `0 0 ${SCALE} ${SCALE}`, preserveAspectRatio: "none" }));
    this.handles = make("div");
    const help = freshId();
    this.surface = make("div", { class: "drawing-board", tabindex: "0", role: "group", "aria-label": editor.word("board"), "aria-describedby": help }, this.image, this.handles);
    this.surface.insertBefore(this.svg, this.handles);
    this.help = make("p", { class: "small muted", id: help });
    this.none = make("p", { class: "small muted" }, editor.word("no_picture"));
    this.element = make("section", { class: "drawing" }, this.tools(), this.none, this.surface, this.help);
    this.surface.addEventListener("pointerdown", (event) => this.pressed(event));
    this.surface.addEventListener("keydown", (event) => this.key(event));
  }

  tools() {
    const { word, bring } = this.editor;
    const group = freshId();
    const shapes = ["rectangle", "ellipse", "polygon"].map((shape) => {
      const box = make("input", { type: "radio", name: group, checked: shape === tool });
      box.addEventListener("change", () => { tool = shape; this.begun = []; this.draw(); });
      return make("label", { class: "check" }, box, ` ${word(shape)}`);
    });
    const file = make("input", { type: "file", accept: "image/*", class: "visually-hidden" });
    file.addEventListener("change", async () => {
      const name = file.files?.[0] ? await bring(file.files[0]) : "";
      if (!name) return;
      const label = /\|([^}]*)\}\}/.exec(this.values.picture ?? "")?.[1] ?? word("describe");
      this.values.picture = `{{picture:${name}|${label}}}`;
      this.editor.changed();
      this.editor.again("picture");
    });
    return make("div", { class: "row drawing-tools" }, make("label", { class: "button file-button" }, word("choose"), file),
      make("span", { class: "small" }, word("draws")), ...shapes, button(`+ ${word("middle")}`, () => this.add(tool, middle(tool))));
  }

  regions() {
    return readable(this.values.regions ?? []);
  }

  /** One pixel of the picture. @returns {Point} */
  step() {
    const { naturalWidth, naturalHeight } = this.image;
    return [Math.max(1, Math.round(SCALE / (naturalWidth || 100))), Math.max(1, Math.round(SCALE / (naturalHeight || 100)))];
  }

  /** @param {PointerEvent} event @returns {Point} */
  point(event) {
    const box = this.image.getBoundingClientRect();
    return [bounded(((event.clientX - box.left) / box.width) * SCALE), bounded(((event.clientY - box.top) / box.height) * SCALE)];
  }

  /**
   * New numbers of a region: into the values, into its field, onto the picture.
   * @param {Region} region
   * @param {number[]} numbers
   */
  put(region, numbers) {
    const text = numbers.map(bounded).join(" ");
    this.values.regions[region.at][region.shape] = text;
    const field = this.element.parentElement?.querySelector(`[data-path="regions/${region.at}/${region.shape}"] :is(input, textarea)`);
    if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) field.value = text;
    this.editor.changed();
    this.draw();
  }

  /** @param {string} shape @param {number[]} numbers */
  add(shape, numbers) {
    const all = this.values.regions ?? [];
    const empty = all.findIndex((/** @type {{[shape: string]: string}} */ one) => !Object.values(one ?? {}).some(Boolean));
    if (empty < 0 && all.length >= MOST_REGIONS) return;
    chosen = empty < 0 ? all.length : empty;
    this.values.regions = [...all.slice(0, chosen), { [shape]: numbers.join(" ") }, ...all.slice(chosen + 1)];
    this.begun = [];
    this.again(`region ${chosen}`);
  }

  /** @param {number} at */
  remove(at) {
    this.values.regions = this.values.regions.filter((/** @type {unknown} */ _, /** @type {number} */ place) => place !== at);
    chosen = Math.max(0, at - 1);
    this.again("board");
  }

  /** The form made anew, and with it the board; the focus goes on where it was. @param {string} focus */
  again(focus) {
    focusLater = focus;
    this.editor.changed();
    this.editor.again();
  }

  draw() {
    const name = /\{\{picture:([A-Za-z0-9._-]+)\|/.exec(this.values.picture ?? "")?.[1];
    const address = name ? `/media/named/${name}` : "";
    if (address && this.image.getAttribute("src") !== address) this.image.src = address;
    this.surface.hidden = this.help.hidden = !address;
    this.none.hidden = !!address;
    this.help.textContent = this.editor.word(tool === "polygon" ? "help_polygon" : "help");
    const active = document.activeElement;
    const focus = focusLater || (active instanceof Element && this.surface.contains(active) ? active.getAttribute("data-key") ?? "" : "");
    const regions = this.regions();
    this.svg.replaceChildren(...regions.map((region) => this.shape(region)), ...this.unfinished());
    const open = regions.find(({ at }) => at === chosen);
    this.handles.replaceChildren(...(open ? corners(open).map(({ at }, n) => this.handle(open, at, n)) : []), ...regions.map((region) => this.number(region)));
    if (!focus) return;
    if (this.surface.isConnected) this.focus(focus);
    else queueMicrotask(() => this.focus(focus));
  }

  /** @param {string} key */
  focus(key) {
    if (!this.surface.isConnected) return;
    focusLater = "";
    const target = this.surface.querySelector(`[data-key="${CSS.escape(key)}"]`) ?? this.surface;
    if (target instanceof HTMLElement || target instanceof SVGElement) target.focus();
  }

  /** @param {Region} region */
  shape(region) {
    const label = this.editor.word("place", { number: region.at + 1, shape: this.editor.word(region.shape), numbers: region.numbers.join(" ") });
    const group = drawing("g", { tabindex: 0, role: "button", "aria-pressed": String(region.at === chosen), "aria-label": label, "data-key": `region ${region.at}` });
    const seen = { fill: "none", "vector-effect": "non-scaling-stroke" };
    group.append(outline(region.shape, region.numbers, { ...seen, fill: region.at === chosen ? "#0b4f6c55" : "#0b4f6c22", stroke: "#ffffff", "stroke-width": 5 }),
      outline(region.shape, region.numbers, { ...seen, stroke: "#000000", "stroke-width": 2 }));
    group.addEventListener("focus", () => {
      if (chosen === region.at) return;
      chosen = region.at;
      this.draw();
    });
    return group;
  }

  /** What is being drawn and is not a region yet. */
  unfinished() {
    const look = { fill: "none", stroke: "#b3261e", "stroke-width": 2, "vector-effect": "non-scaling-stroke" };
    const line = this.begun.length ? [drawing("polyline", { points: this.begun.flat().join(" "), ...look })] : [];
    return this.sketch ? [...line, outline(tool, this.sketch, look)] : line;
  }

  /** @param {Region} region @param {Point} at @param {number} n */
  handle(region, at, n) {
    const made = make("button", { type: "button", class: "corner", "data-key": `corner ${region.at} ${n}`, "aria-label": this.editor.word("corner", { number: region.at + 1, corner: n + 1 }) });
    [made.style.left, made.style.top] = [`${at[0] / 100}%`, `${at[1] / 100}%`];
    return made;
  }

  /** @param {Region} region */
  number(region) {
    const all = region.shape === "ellipse" ? [region.numbers.slice(0, 2)] : pairs(region.numbers);
    const made = make("span", { class: "region-number", "aria-hidden": "true" }, String(region.at + 1));
    [made.style.left, made.style.top] = [0, 1].map((axis) => `${all.reduce((sum, one) => sum + one[axis], 0) / all.length / 100}%`);
    return made;
  }

  /** @param {PointerEvent} down */
  pressed(down) {
    if (down.button !== 0 || this.surface.hidden) return;
    down.preventDefault();
    const key = down.target instanceof Element ? down.target.closest("[data-key]")?.getAttribute("data-key") ?? "" : "";
    const [kind, at, n] = key.split(" ");
    const from = this.point(down);
    if (tool === "polygon" && kind !== "corner" && (this.begun.length || kind !== "region")) return this.corner(from);
    const region = this.regions().find((one) => one.at === Number(at));
    if (region && key) chosen = region.at;
    if (region && kind === "corner") this.follow(down, (to) => this.put(region, corners(region)[Number(n)].move(to)));
    else if (region && kind === "region") this.follow(down, (to) => this.put(region, shifted(region, to[0] - from[0], to[1] - from[1])));
    else this.follow(down, (to) => { this.sketch = drawn(tool, from, to); this.draw(); }, (to) => this.finish(from, to));
    this.draw();
    this.focus(key);
    return undefined;
  }

  /** @param {Point} from @param {Point} to */
  finish(from, to) {
    this.sketch = null;
    if (Math.abs(to[0] - from[0]) < LEAST || Math.abs(to[1] - from[1]) < LEAST) this.draw();
    else this.add(tool, drawn(tool, from, to));
  }

  /**
   * The pointer until it is let go.
   * @param {PointerEvent} down
   * @param {(to: Point) => void} move
   * @param {(to: Point) => void} [end]
   */
  follow(down, move, end = () => {}) {
    const stop = new AbortController();
    const { signal } = stop;
    /** @param {PointerEvent} event @param {(to: Point) => void} on */
    const mine = (event, on) => { if (event.pointerId === down.pointerId) on(this.point(event)); };
    addEventListener("pointermove", (event) => mine(event, move), { signal });
    addEventListener("pointerup", (event) => mine(event, (to) => { stop.abort(); end(to); }), { signal });
    addEventListener("pointercancel", (event) => mine(event, () => { stop.abort(); this.sketch = null; this.draw(); }), { signal });
  }

  /** The next corner of a polygon; on the first one it is closed. @param {Point} at */
  corner(at) {
    const near = this.begun.length > 2 && this.begun[0].every((one, axis) => Math.abs(one - at[axis]) < 2 * LEAST);
    if (near) return this.close();
    if (this.begun.length < MOST_CORNERS) this.begun.push(at);
    this.draw();
    return this.surface.focus();
  }

  close() {
    const numbers = this.begun.flat();
    this.begun = [];
    if (numbers.length >= 6) this.add("polygon", numbers);
    else this.draw();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (this.begun.length && this.drawingKey(event.key)) return event.preventDefault();
    const [kind, at, n] = (event.target instanceof Element ? event.target.getAttribute("data-key") ?? "" : "").split(" ");
    const region = this.regions().find((one) => one.at === Number(at));
    if (!kind || !region) return;
    const way = WAYS[event.key];
    const by = event.shiftKey ? 10 : 1;
    const [dx, dy] = way ? this.step().map((one, axis) => one * by * way[axis]) : [0, 0];
    if (way && kind === "region") this.put(region, shifted(region, dx, dy));
    else if (way) {
      const { at: [x, y], move } = corners(region)[Number(n)];
      this.put(region, move([bounded(x + dx), bounded(y + dy)]));
    } else if (event.key === "Delete" && kind === "region") this.remove(region.at);
    else if (event.key === "Delete" && region.numbers.length > 6) this.put(region, region.numbers.filter((_, place) => place >> 1 !== Number(n)));
    else if (event.key === "Insert" && kind === "corner" && region.shape === "polygon" && region.numbers.length < 2 * MOST_CORNERS) this.put(region, withCorner(region.numbers, Number(n)));
    else return;
    event.preventDefault();
  }

  /** A key while a polygon is being drawn; whether it was used. @param {string} key */
  drawingKey(key) {
    if (key === "Enter") this.close();
    else if (key === "Escape") this.begun = [];
    else if (key === "Backspace") this.begun.pop();
    else return false;
    this.draw();
    return true;
  }
}

/** Another corner half way to the next one. @param {number[]} numbers @param {number} n */
function withCorner(numbers, n) {
  const all = pairs(numbers);
  const next = all[(n + 1) % all.length];
  const half = all[n].map((one, axis) => Math.round((one + next[axis]) / 2));
  return [...numbers.slice(0, 2 * n + 2), ...half, ...numbers.slice(2 * n + 2)];
}
