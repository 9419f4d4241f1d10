// @ts-check
/** What needs the proctor: one row for each problem, worst first, each with the act that most often helps. */

import { BAD, bySeat } from "./model.js";
import { lasted, say, sayIfKnown } from "./words.js";

/** @typedef {import("./model.js").Problem} Problem */
/** @typedef {import("./model.js").Room} Room */
/** @typedef {import("./model.js").Seat} Seat */

/**
 * One row: a problem, or many of one kind together.
 * @typedef {{ key: string, code: string, harm: number, since_ms: number | null, problems: Problem[], seats: Seat[] }} Issue
 */

/** The name of the act on a row's first button, by problem; the others are only to be looked at. */
const HELPS = { lost_in_exam: "move", disputed: "incident", two_machines: "incident", not_started: "start", paused_long: "resume", reserve_ready: "give_reserve", time_lost: "compensate",
  standby_lost: "servers", turned_away: "servers", reserve_sealed: "ceremony", seats_restored: "servers", sheets_waiting: "ceremony", sheets_other_set: "servers", late_answers: "late",
  standby_disk_full: "servers", standby_disk_soon: "servers", standby_disk_low: "servers",
  server_disk_full: "before", server_disk_soon: "before", server_disk_low: "before", backup_gone: "closing", backup_full: "closing",
  backup_read_only: "closing", backup_room_disk: "closing", backup_failed: "closing", backup_late: "closing",
  next_word_due: "next_word", next_word_missing: "next_word", locked_long: "unlock",
  hand_equipment: "answer", hand_paper: "answer", hand_health: "answer", hand_other: "answer",
};
const MANY_CALM = 3; // as many of one calm kind are one row …
const MANY_URGENT = 7; // … an urgent kind only when the list could not be read any more: then it is one cause
const NAMED = 6; // seats named in a row of many

/**
 * The rows, worst first; of equals the older first.
 * @param {Room} room @returns {Issue[]}
 */
export function issues(room) {
  /** @type {Map<string, Problem[]>} */
  const kinds = new Map();
  for (const problem of room.problems) kinds.set(problem.code, [...(kinds.get(problem.code) ?? []), problem]);
  /** @type {Issue[]} */
  const rows = [];
  for (const [code, problems] of kinds) {
    const many = problems.length >= ((problems[0]?.harm ?? 0) >= BAD ? MANY_URGENT : MANY_CALM);
    for (const group of many ? [problems] : problems.map((one) => [one])) rows.push(issue(room, code, group, many));
  }
  return rows.sort((one, other) => other.harm - one.harm || (one.since_ms ?? 0) - (other.since_ms ?? 0) || one.key.localeCompare(other.key));
}

/** @param {Room} room @param {string} code @param {Problem[]} problems @param {boolean} many @returns {Issue} */
function issue(room, code, problems, many) {
  const seats = problems.flatMap((one) => room.seats.get(one.id ?? "") ?? []).sort(bySeat);
  const since = problems.flatMap((one) => one.since_ms ?? []);
  const key = many ? code : `${code} ${problems[0]?.id ?? ""} ${problems[0]?.attempt_id ?? ""}`;
  return { key, code, harm: problems[0]?.harm ?? 0, since_ms: since.length ? Math.min(...since) : null, problems, seats };
}

/** One problem in words: how much time it cost, and both seats of somebody who signed in twice. @param {Problem} problem @param {Room} room */
export function titleOf(problem, room) {
  const seat = room.seats.get(problem.id ?? "");
  return sayIfKnown(`problem_${problem.code}`, {
    amount: lasted(seat?.attempt?.lost_ms ?? 0), others: problem.other ? `: ${problem.other}, ${seat?.seat ?? ""}` : "",
  });
}

/**
 * A row in words, without how long it has lasted. Where no seats are shown, how many it is about: “this machine” is none there.
 * @param {Issue} issue @param {Room} room @param {boolean} [seats]
 */
export function headline(issue, room, seats = true) {
  const [problem] = issue.problems;
  if (problem?.until_ms !== undefined) return sayIfKnown(`problem_${issue.code}`, { n: Math.max(0, Math.round((problem.until_ms - room.now()) / 60_000)) });
  if (problem?.n !== undefined) return sayIfKnown(`problems_${issue.code}`, { n: problem.n });
  return issue.problems.length > 1 || !problem || (!seats && problem.id !== null) ? sayIfKnown(`problems_${issue.code}`, { n: issue.problems.length }) : titleOf(problem, room);
}

export class Issues {
  /** @type {Map<string, { row: HTMLElement, issue: Issue }>} */
  #rows = new Map();
  #held = false;

  /**
   * @param {HTMLElement} list @param {Room} room
   * @param {{ look: (seats: Seat[]) => void, help: (act: string, issue: Issue) => void, may: (act: string) => boolean }} acts
   */
  constructor(list, room, acts) {
    this.list = list;
    this.room = room;
    this.acts = acts;
    // Nothing moves under a hand that is about to click.
    list.addEventListener("pointerenter", () => { this.#held = true; });
    list.addEventListener("pointerleave", () => { this.#held = false; this.paint(); });
    list.addEventListener("focusout", () => setTimeout(() => this.paint()));
    list.addEventListener("keydown", (event) => this.#key(event));
  }

  /** To the gravest row's first act; to the list when nothing is wrong. */
  focus() {
    const first = this.list.querySelector(".issue-acts button");
    (first instanceof HTMLElement ? first : this.list).focus();
  }

  /** Rows for what is wrong now. @returns {Issue[]} */
  paint() {
    const now = issues(this.room);
    const wanted = new Set(now.map((one) => one.key));
    for (const [key, { row }] of this.#rows) {
      if (wanted.has(key)) continue;
      // The next row, but none of its buttons: a second press of the key that ended this one does nothing there.
      const next = row.nextElementSibling ?? row.previousElementSibling ?? this.list;
      if (row.contains(document.activeElement) && next instanceof HTMLElement) next.focus({ preventScroll: true });
      row.remove();
      this.#rows.delete(key);
    }
    for (const one of now) this.#row(one);
    const held = this.#held || this.list.contains(document.activeElement);
    const rows = now.flatMap((one) => this.#rows.get(one.key)?.row ?? []);
    const kept = held ? [...this.list.children, ...rows.filter((row) => !row.isConnected)] : rows;
    if (kept.some((row, at) => this.list.children[at] !== row)) {
      const focused = document.activeElement;
      this.list.replaceChildren(...kept);
      if (focused instanceof HTMLElement && this.list.contains(focused)) focused.focus({ preventScroll: true });
    }
    this.tick();
    return now;
  }

  /** What changes by the second: how long it has lasted. */
  tick() {
    for (const { row, issue } of this.#rows.values()) {
      set(row, ".issue-title", this.#title(issue));
      set(row, ".issue-about", this.#about(issue));
      if (row.querySelector('[data-help="compensate"]')) set(row, '[data-help="compensate"]', say("help_compensate", { amount: amount(issue) }));
    }
  }

  /** @param {Issue} issue */
  #row(issue) {
    const known = this.#rows.get(issue.key);
    if (known) {
      known.issue = issue;
      set(known.row, ".issue-seat b", named(issue));
      return;
    }
    const row = document.createElement("li");
    row.className = `issue issue-${issue.harm >= BAD ? "bad" : "warn"}`;
    row.tabIndex = -1;
    const seat = element("button", "issue-seat");
    const name = element("b", "");
    name.textContent = named(issue);
    const shape = element("span", "shape");
    shape.ariaHidden = "true";
    shape.textContent = issue.harm >= BAD ? "●" : "▲";
    seat.append(name, shape);
    seat.addEventListener("click", () => this.#now(issue.key, (one) => this.acts.look(one.seats)));
    const words = element("div", "");
    words.append(element("h3", "issue-title"), element("p", "issue-about"), this.#buttons(issue));
    row.append(seat, words);
    this.#rows.set(issue.key, { row, issue });
  }

  /** @param {Issue} issue */
  #buttons(issue) {
    const buttons = element("p", "issue-acts");
    const usual = HELPS[/** @type {keyof typeof HELPS} */ (issue.code)];
    const help = usual === "compensate" && issue.problems.length > 1 ? "decide" : usual; // of many each amount is looked at
    const first = help && this.acts.may(help) ? help : null;
    if (first) {
      const button = this.#button(issue.key, help === "compensate" ? say("help_compensate", { amount: amount(issue) }) : say(`help_${first}`), "button primary", (one) => this.acts.help(first, one));
      button.dataset.help = first;
      buttons.append(button);
    }
    if (first === "compensate") buttons.append(this.#button(issue.key, say("help_refuse_time"), "button", (one) => this.acts.help("refuse_time", one)));
    if (first !== "incident" && issue.harm >= BAD && issue.seats.length && this.acts.may("incident")) {
      buttons.append(this.#button(issue.key, say("help_incident"), "button", (one) => this.acts.help("incident", one)));
    }
    if (issue.seats.length) buttons.append(this.#button(issue.key, say("help_look"), first ? "button" : "button primary", (one) => this.acts.look(one.seats)));
    return buttons;
  }

  /** @param {string} key @param {string} text @param {string} looks @param {(issue: Issue) => void} act */
  #button(key, text, looks, act) {
    const button = element("button", looks);
    button.textContent = text;
    button.addEventListener("click", () => this.#now(key, act));
    return button;
  }

  /** @param {string} key @param {(issue: Issue) => void} act */
  #now(key, act) {
    const known = this.#rows.get(key);
    if (known) act(known.issue);
  }

  /** Up and down go from row to row, to the button in the same place. @param {KeyboardEvent} event */
  #key(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const row = event.target instanceof Element ? event.target.closest(".issue") : null;
    if (!step || !row || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const next = this.list.children[[...this.list.children].indexOf(row) + step];
    const at = [...row.querySelectorAll(".issue-acts button")].findIndex((one) => one === document.activeElement);
    const buttons = next?.querySelectorAll(".issue-acts button");
    const button = buttons?.[Math.min(Math.max(at, 0), buttons.length - 1)];
    if (button instanceof HTMLElement) button.focus();
  }

  /** @param {Issue} issue */
  #title(issue) {
    const title = headline(issue, this.room);
    const lasting = ["lost_in_exam", "lost", "unsent", "paused_long", "reserve_sealed", "reserve_ready", "next_word_missing", "locked_long", "hand_equipment", "hand_paper", "hand_health", "hand_other"].includes(issue.code) && issue.since_ms !== null;
    return lasting ? say("lasting", { what: title, lasted: lasted(this.room.now() - (issue.since_ms ?? 0)) }) : title;
  }

  /** @param {Issue} issue */
  #about(issue) {
    const need = issue.problems[0]?.need_mb;
    const advice = sayIfKnown(`advice_${issue.code}`, need === undefined ? {} : { mb: need });
    if (issue.problems.length > 1) {
      const names = issue.seats.slice(0, NAMED).map((seat) => seat.seat).join(", ");
      const rest = issue.seats.length - NAMED;
      return `${rest > 0 ? say("and_others", { seats: names, n: rest }) : names} · ${advice}`;
    }
    const seat = issue.seats[0];
    if (!seat?.attempt) return advice;
    const words = [`${say("sbd")} ${seat.attempt.sbd}`];
    if (seat.attempt.of > 0) words.push(say("answered_of", { answered: seat.attempt.answered, of: seat.attempt.of }));
    if (seat.pending > 0) words.push(say("unsent", { n: seat.pending }));
    if (issue.code === "paused_long" && seat.attempt.pause) words.push(`“${seat.attempt.pause.reason}”`);
    return [...words, advice].filter(Boolean).join(" · ");
  }
}

/** The time that a candidate lost. @param {Issue} issue */
function amount(issue) {
  return lasted(issue.seats[0]?.attempt?.lost_ms ?? 0);
}

/** @param {Issue} issue */
function named(issue) {
  if (issue.problems.length > 1) return String(issue.problems.length);
  return issue.seats[0]?.seat ?? "—";
}

/** @template {keyof HTMLElementTagNameMap} T @param {T} name @param {string} looks */
function element(name, looks) {
  const made = document.createElement(name);
  made.className = looks;
  if (made instanceof HTMLButtonElement) made.type = "button";
  return made;
}

/** @param {Element} row @param {string} where @param {string} text */
function set(row, where, text) {
  const place = row.querySelector(where);
  if (place && place.textContent !== text) place.textContent = text;
}
