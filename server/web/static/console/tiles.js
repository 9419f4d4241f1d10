// @ts-check
/** The seats as tiles: one node each, kept for ever, and painted only when what it shows has changed. */

import { titleOf } from "./issues.js";
import { BAD, bySeat } from "./model.js";
import { text } from "./page.js";
import { ago, folded, left, say } from "./words.js";

/** @typedef {import("./model.js").Seat} Seat */
/** @typedef {import("./model.js").Room} Room */
/** @typedef {"place" | "problem" | "number" | "progress" | "unit"} Order */
/** @typedef {"none" | "waits" | "works" | "paused" | "done" | "closed"} State */

const MARKS = { none: "□", waits: "", works: "", paused: "⏸", done: "✓", closed: "■" };
const WIDEST = 30; // seats in a row that still fit an old monitor

/** What a seat is doing, for its colour and shape. @param {Seat} seat @returns {State} */
export function stateOf(seat) {
  switch (seat.attempt?.phase) {
    case undefined: return "none";
    case "open": case "grace": return "works";
    case "paused": return "paused";
    case "submitted": return "done";
    case "closed": return "closed";
    default: return "waits";
  }
}

/** A seat's line of words: what a screen reader says, and what stands under the map. @param {Seat} seat @param {Room} room */
export function described(seat, room) {
  const attempt = seat.attempt;
  const problem = room.worst(seat.id);
  const words = [seat.seat];
  if (attempt) words.push(`${say("sbd")} ${attempt.sbd}`, ...(attempt.name ? [attempt.name] : []));
  if (attempt?.lock) words.push(say("seat_locked"));
  if (problem) words.push(titleOf(problem, room));
  else if (!attempt && !seat.connected) words.push(say("seat_off"));
  else words.push(say(attempt ? `phase_${attempt.phase}` : "seat_free"));
  if (attempt && attempt.of > 0) words.push(say("answered_of", { answered: attempt.answered, of: attempt.of }));
  return words.join(" · ");
}

export class Tiles {
  /** @type {Map<string, HTMLButtonElement>} */
  #tiles = new Map();
  /** What each tile shows now. @type {Map<string, string>} */
  #shown = new Map();
  /** @type {Order} */
  order = "place";
  /** Which seats stay bright; null: all. @type {((seat: Seat) => boolean) | null} */
  filter = null;
  query = "";
  /** @type {string | null} */
  #current = null;

  /**
   * @param {HTMLElement} box @param {Room} room
   * @param {{ open: (id: string) => void, look: (id: string | null) => void }} acts
   */
  constructor(box, room, acts) {
    this.box = box;
    this.room = room;
    this.acts = acts;
    box.addEventListener("click", (event) => {
      const id = this.#idAt(event.target);
      if (id) acts.open(id);
    });
    box.addEventListener("keydown", (event) => this.#key(event));
    box.addEventListener("focusin", (event) => this.#look(this.#idAt(event.target)));
    box.addEventListener("pointerover", (event) => this.#look(this.#idAt(event.target)));
  }

  /** Paint these seats, those whose looks have changed. @param {Iterable<string>} ids */
  paint(ids) {
    for (const id of ids) {
      const seat = this.room.seats.get(id);
      if (seat) this.#paint(seat);
    }
  }

  /** Nodes for who came, none for who went, and everybody in their place. */
  place() {
    for (const [id, tile] of this.#tiles) {
      if (this.room.seats.has(id)) continue;
      tile.remove();
      this.#tiles.delete(id);
      this.#shown.delete(id);
    }
    const seats = [...this.room.seats.values()].sort((one, other) => this.#compare(one, other));
    const nodes = seats.map((seat) => this.#tiles.get(seat.id) ?? this.#make(seat));
    const moved = nodes.some((node, at) => this.box.children[at] !== node);
    if (moved || this.box.children.length !== nodes.length) {
      const focused = document.activeElement;
      this.box.replaceChildren(...nodes);
      if (focused instanceof HTMLElement && this.box.contains(focused)) focused.focus({ preventScroll: true });
    }
    this.#shape(seats);
    if (!this.#current || !this.#tiles.has(this.#current)) this.#reach(seats[0]?.id ?? null);
    this.paint(this.room.seats.keys());
  }

  /** Search and filter again; how many seats match what is typed. */
  sift() {
    let hits = 0;
    for (const [id, tile] of this.#tiles) {
      const seat = this.room.seats.get(id);
      if (!seat) continue;
      const hit = this.query !== "" && matches(seat, this.query);
      const dim = (this.query !== "" && !hit) || (this.filter !== null && !this.filter(seat));
      tile.toggleAttribute("data-hit", hit);
      tile.toggleAttribute("data-dim", dim);
      hits += hit ? 1 : 0;
    }
    return hits;
  }

  /** The first seat that matches what is typed. @returns {string | null} */
  firstHit() {
    for (const tile of this.box.children) if (tile.hasAttribute("data-hit")) return this.#idAt(tile);
    return null;
  }

  /** Put the focus on a seat. @param {string | null} id */
  focus(id) {
    const tile = this.#tiles.get(id ?? this.#current ?? "");
    tile?.focus();
    tile?.scrollIntoView({ block: "nearest" });
  }

  /** The seat whose details are open stands out. @param {string | null} id */
  mark(id) {
    for (const tile of this.box.querySelectorAll('[aria-current="true"]')) tile.removeAttribute("aria-current");
    if (id) this.#tiles.get(id)?.setAttribute("aria-current", "true");
  }

  /** @param {Seat} seat */
  #make(seat) {
    const tile = document.createElement("button");
    tile.type = "button";
    tile.className = "tile";
    tile.tabIndex = -1;
    tile.dataset.id = seat.id;
    for (const name of ["tile-name", "tile-says visually-hidden", "tile-more", "tile-mark", "tile-bar"]) {
      const part = document.createElement("span");
      part.className = name;
      if (/more|mark|bar/.test(name)) part.ariaHidden = "true"; // said in words by tile-says
      tile.append(part);
    }
    this.#tiles.set(seat.id, tile);
    return tile;
  }

  /** @param {Seat} seat */
  #paint(seat) {
    const tile = this.#tiles.get(seat.id);
    if (!tile) return;
    const { attempt } = seat;
    const harm = this.room.worst(seat.id)?.harm ?? 0;
    const level = harm >= BAD ? "bad" : harm > 0 ? "warn" : "";
    const state = stateOf(seat);
    const done = attempt && attempt.of > 0 ? Math.round((attempt.answered / attempt.of) * 100) : 0;
    const label = described(seat, this.room);
    const more = this.#more(seat);
    const looks = [seat.seat, level, state, done, label, more, attempt?.hand ? "?" : "", attempt?.lock ? "▣" : ""].join("\n");
    if (this.#shown.get(seat.id) === looks) return;
    this.#shown.set(seat.id, looks);
    tile.dataset.level = level;
    tile.dataset.state = state;
    tile.style.setProperty("--done", String(done));
    const [name, says, details, mark] = tile.children;
    text(name ?? null, seat.seat);
    text(says ?? null, label.slice(seat.seat.length));
    text(details ?? null, more);
    text(mark ?? null, attempt?.hand ? "?" : level === "bad" ? "●" : level === "warn" ? "▲" : attempt?.lock ? "▣" : MARKS[state]);
  }

  /** @param {Seat} seat */
  #more(seat) {
    const attempt = seat.attempt;
    const small = this.box.dataset.size === "small";
    if (!attempt) return small ? "" : say(seat.connected ? "seat_free" : "seat_off");
    if (attempt.of === 0 || (small && this.order === "number")) return small ? attempt.sbd : `${say("sbd")} ${attempt.sbd}`;
    const answered = `${attempt.answered}/${attempt.of}`;
    return { large: `${attempt.sbd} · ${answered}`, middle: `${attempt.sbd}\n${answered}` }[this.box.dataset.size ?? ""] ?? answered;
  }

  /** How many columns, and how large a tile may be. @param {Seat[]} seats sorted */
  #shape(seats) {
    const size = seats.length <= 24 ? "large" : seats.length <= 90 ? "middle" : "small";
    const widest = { large: 6, middle: 12, small: WIDEST }[size];
    const usual = Math.min(widest, 25);
    const rows = this.order === "place" ? rowsOf(seats) : null;
    const columns = rows && rows.columns <= widest && rows.columns >= usual / 2 ? rows.columns : usual;
    this.box.dataset.size = size;
    this.box.style.setProperty("--columns", String(Math.min(columns, Math.max(seats.length, 4))));
    const lines = Math.ceil(seats.length / columns);
    this.box.style.setProperty("--tallest", size === "large" ? "6rem" : lines > 14 ? "3rem" : "4rem");
    let band = "";
    for (const seat of seats) {
      // The first of a row, or of a unit, begins a line, so that rows stay rows when a machine is missing at the end.
      const unit = this.order === "unit" ? (seat.attempt?.unit ?? "–") : "";
      const begins = (rows !== null && rows.first.has(seat.id)) || (unit !== "" && unit !== band);
      band = unit;
      this.#tiles.get(seat.id)?.style.setProperty("grid-column-start", begins ? "1" : "auto");
    }
  }

  /** @param {Seat} one @param {Seat} other */
  #compare(one, other) {
    const alone = Number(one.attempt === null) - Number(other.attempt === null); // who sits nowhere is sought last
    const harm = () => (this.room.worst(other.id)?.harm ?? 0) - (this.room.worst(one.id)?.harm ?? 0);
    const share = (/** @type {Seat} */ seat) => (seat.attempt && seat.attempt.of > 0 ? seat.attempt.answered / seat.attempt.of : 0);
    switch (this.order) {
      case "problem": return harm() || bySeat(one, other);
      case "number": return alone || (one.attempt?.sbd ?? "").localeCompare(other.attempt?.sbd ?? "", "vi", { numeric: true }) || bySeat(one, other);
      case "unit": return alone || (one.attempt?.unit ?? "").localeCompare(other.attempt?.unit ?? "", "vi") || bySeat(one, other);
      case "progress": return alone || share(one) - share(other) || bySeat(one, other);
      default: return bySeat(one, other);
    }
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const tile = event.target instanceof Element ? event.target.closest(".tile") : null;
    const step = steps[/** @type {keyof typeof steps} */ (event.key)];
    if (!(tile instanceof HTMLElement) || event.ctrlKey || event.altKey || event.metaKey) return;
    const tiles = /** @type {HTMLElement[]} */ ([...this.box.children]);
    const at = tiles.indexOf(tile);
    /** @type {HTMLElement | undefined} */
    let next;
    if (step) next = step[1] === 0 ? tiles[at + (step[0] ?? 0)] : above(tiles, tile, step[1] ?? 0);
    else if (event.key === "Home") next = tiles[0];
    else if (event.key === "End") next = tiles.at(-1);
    else return;
    event.preventDefault();
    next?.focus();
  }

  /** @param {string | null} id */
  #look(id) {
    if (!id) return;
    if (document.activeElement === this.#tiles.get(id)) this.#reach(id);
    this.acts.look(id);
  }

  /** One tile is in the tab order: the one a person was on last. @param {string | null} id */
  #reach(id) {
    const before = this.#tiles.get(this.#current ?? "");
    if (before) before.tabIndex = -1;
    this.#current = id;
    const tile = this.#tiles.get(id ?? "");
    if (tile) tile.tabIndex = 0;
  }

  /** @param {EventTarget | null} target */
  #idAt(target) {
    const tile = target instanceof Element ? target.closest(".tile") : null;
    return tile instanceof HTMLElement ? (tile.dataset.id ?? null) : null;
  }
}

/** The tile in the next line above or below, nearest to this one. @param {HTMLElement[]} tiles @param {HTMLElement} from @param {number} step */
function above(tiles, from, step) {
  const here = from.getBoundingClientRect();
  const lines = tiles.map((tile) => ({ tile, box: tile.getBoundingClientRect() }))
    .filter(({ box }) => (step < 0 ? box.bottom <= here.top + 1 : box.top >= here.bottom - 1));
  const line = lines.map(({ box }) => box.top).sort((one, other) => (step < 0 ? other - one : one - other))[0];
  return lines.filter(({ box }) => box.top === line)
    .sort((one, other) => Math.abs(one.box.left - here.left) - Math.abs(other.box.left - here.left))[0]?.tile;
}

/** The hall's rows, where seat names tell them (A01 … A25, B01 …). @param {Seat[]} seats sorted by name */
function rowsOf(seats) {
  /** @type {Map<string, number>} */
  const counted = new Map();
  /** @type {Set<string>} */
  const first = new Set();
  for (const seat of seats) {
    const row = /^([A-Z]+)-?\d+$/.exec(seat.seat)?.[1];
    if (row === undefined) return null;
    if (!counted.has(row)) first.add(seat.id);
    counted.set(row, (counted.get(row) ?? 0) + 1);
  }
  return { columns: Math.max(0, ...counted.values()), first };
}

/** Whether a seat is the one somebody looks for. @param {Seat} seat @param {string} query */
export function matches(seat, query) {
  const wanted = folded(query);
  const { attempt } = seat;
  if (folded(seat.seat).startsWith(wanted)) return true;
  return attempt !== null && (folded(attempt.sbd).includes(wanted) || folded(attempt.name).includes(wanted) || folded(attempt.unit ?? "").includes(wanted));
}

/** The line under the map. @param {Seat} seat @param {Room} room */
export function details(seat, room) {
  const words = [described(seat, room)];
  const { attempt } = seat;
  if (attempt && ["open", "paused", "grace"].includes(attempt.phase)) words.push(say("time_left", { left: left(room.remaining(seat)) }));
  if (attempt?.unit) words.push(attempt.unit);
  if (attempt) words.push(saved(seat, room), ...(seat.copies ? [copies(seat.copies)] : []));
  if (seat.pending > 0) words.push(say("unsent", { n: seat.pending }));
  return words.join(" · ");
}

/** How long ago something of this seat was last acknowledged. @param {Seat} seat @param {Room} room */
export function saved(seat, room) {
  return seat.ack_ms === null ? say("saved_never") : say("saved_ago", { ago: ago(room.now() - seat.ack_ms) });
}

/** In how many places a candidate's work is known to be, and why not in more. @param {import("./model.js").Copies} held */
export function copies(held) {
  return say(`copies_${held.where}`, { n: held.n });
}
