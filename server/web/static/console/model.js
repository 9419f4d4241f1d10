// @ts-check
/** The room as the server last told it: whole at first (`picture`), then only what changed. docs/console-protocol.md */

/**
 * @typedef {{ [language: string]: string }} Titles
 * @typedef {{ reason: string, since_ms: number }} Pause
 * @typedef {{ at_ms: number, receipt: string, forced: boolean, disputed: boolean, cause: "deadline" | "officer" | null }} Finish
 * @typedef {"waiting" | "open" | "paused" | "grace" | "submitted" | "closed"} Phase
 * @typedef {{
 *   attempt_id: string, candidate_id: string, sbd: string, name: string, unit: string, confirmed: boolean, generation: number,
 *   part: number, phase: Phase, answered: number, of: number, deadline_ms: number | null, remaining_ms: number,
 *   hand: { category: string, since_ms: number } | null, lock: { sentence: string, since_ms: number, stands: boolean } | null,
 *   pause: Pause | null, extended_ms: number, finish: Finish | null, late: number, lost_ms: number
 * }} Attempt
 * @typedef {"ready" | "fetching" | "fault" | "unknown"} Ready
 * @typedef {{ n: number, where: "everywhere" | "machine" | "servers" }} Copies
 * @typedef {{
 *   id: string, seat: string, connected: boolean, since_ms: number | null, ack_ms: number | null, screen: string,
 *   pending: number, pending_since_ms: number | null, disk_free_bytes: number | null, uncertainty_ms: number | null,
 *   ready: Ready, lacks: string[], safe: boolean | null, copies: Copies | null, attempt: Attempt | null
 * }} Seat
 * @typedef {{ index: number, title: Titles, duration_ms: number, stage: "waiting" | "open" | "closed" }} Part
 * @typedef {{
 *   sitting_id: string, title: Titles, stage: "absent" | "prepared" | "chosen" | "unsealed" | "closed", parts: Part[],
 *   set: "primary" | "reserve" | null, digest: string | null, copies: number, copies_required: number,
 *   stored: boolean, candidates: number, absent: number, late: number,
 *   hall: { switch: { since_ms: number, opened: boolean } | null, next_word: { text: string, due_ms: number } | null }
 * }} Sitting
 * @typedef {{ kind: string, args: {[name: string]: unknown} }} Act
 * @typedef {{
 *   code: string, harm: number, id: string | null, attempt_id: string | null, since_ms: number | null, act: Act | null,
 *   until_ms?: number, need_mb?: number, n?: number, other?: string
 * }} Problem
 * @typedef {{
 *   seats: number, connected: number, seated: number, confirmed: number, open: number, paused: number,
 *   submitted: number, closed: number, safe: number, answered: number
 * }} Totals
 * @typedef {{
 *   now_ms: number, epoch?: number, standby?: string, head?: { seq: number, hash: string }, sitting?: Sitting | null,
 *   seats?: (Partial<Seat> & { id: string })[], gone?: string[], problems?: Problem[], totals?: Totals
 * }} News
 */

export const BAD = 65; // harm from which a problem cannot wait (docs/console-protocol.md)

/** @type {Totals} */
const NOBODY = {
  seats: 0, connected: 0, seated: 0, confirmed: 0, open: 0, paused: 0, submitted: 0, closed: 0, safe: 0, answered: 0,
};

export class Room {
  /** @type {Map<string, Seat>} */
  seats = new Map();
  /** @type {Sitting | null} */
  sitting = null;
  /** @type {Problem[]} */
  problems = [];
  totals = NOBODY;
  /** Where the other server is, `host:port`; "" where there is none. */
  standby = "";
  /** Where the journal stood at the last news. */
  #seq = 0;
  /** @type {{ seq: number, seen: () => void }[]} */
  #awaited = [];

  /** Room time less this page's monotonic clock; both go on evenly. */
  #offsetMs = Date.now() - performance.now();

  /** Room time now. */
  now() {
    return this.#offsetMs + performance.now();
  }

  /** Everything anew. @param {News} news */
  replace(news) {
    this.seats.clear();
    this.#offsetMs = news.now_ms - performance.now();
    this.change(news);
  }

  /**
   * Take in what changed.
   * @param {News} news
   * @returns {{ seats: Set<string>, came: boolean }} the seats to look at, and whether seats came, went or were renamed
   */
  change(news) {
    // A message can only come late: the earliest arrival is the truest, until the room's clock itself is moved.
    const offset = news.now_ms - performance.now();
    if (offset > this.#offsetMs || this.#offsetMs - offset > 1000) this.#offsetMs = offset;
    const seats = new Set(/** @type {string[]} */ ([]));
    let came = false;
    for (const id of news.gone ?? []) came = this.seats.delete(id) || came;
    for (const fresh of news.seats ?? []) {
      const known = this.seats.get(fresh.id);
      came ||= !known || (fresh.seat !== undefined && fresh.seat !== known.seat);
      this.seats.set(fresh.id, /** @type {Seat} */ ({ ...known, ...fresh }));
      seats.add(fresh.id);
    }
    if (news.sitting !== undefined) this.sitting = news.sitting;
    if (news.totals) this.totals = news.totals;
    if (news.standby !== undefined) this.standby = news.standby;
    if (news.problems) {
      for (const problem of [...this.problems, ...news.problems]) {
        for (const id of [problem.id, this.#named(problem.other)]) if (id) seats.add(id);
      }
      this.problems = news.problems;
    }
    this.#seq = Math.max(this.#seq, news.head?.seq ?? 0);
    for (const one of this.#awaited.filter(({ seq }) => seq <= this.#seq)) one.seen();
    this.#awaited = this.#awaited.filter(({ seq }) => seq > this.#seq);
    return { seats, came };
  }

  /** Resolves once the picture shows what the journal held at `seq`; after a second in any case. @param {number} seq */
  seen(seq) {
    return new Promise((/** @type {(seen: void) => void} */ seen) => {
      if (seq <= this.#seq) return seen();
      this.#awaited.push({ seq, seen });
      setTimeout(seen, 1000);
    });
  }

  /** The part that is open for the room, else the next that waits, else the last. @returns {Part | null} */
  get part() {
    const parts = this.sitting?.parts ?? [];
    return parts.find((part) => part.stage === "open") ?? parts.find((part) => part.stage === "waiting") ??
      parts.at(-1) ?? null;
  }

  /** Time a candidate has left now; it stands still while their clock does. @param {Seat} seat */
  remaining(seat) {
    const attempt = seat.attempt;
    if (!attempt) return 0;
    return attempt.deadline_ms === null ? attempt.remaining_ms : Math.max(0, attempt.deadline_ms - this.now());
  }

  /** Who sits there: the number for officers whom the server tells no names. @param {Seat} seat */
  name(seat) {
    return seat.attempt ? seat.attempt.name || seat.attempt.sbd : "";
  }

  /** The worst problem of a seat; of somebody on two machines it is both seats'. @param {string} id */
  worst(id) {
    const name = this.seats.get(id)?.seat;
    return this.problems.find((problem) => problem.id === id || (problem.other !== undefined && problem.other === name)) ?? null;
  }

  /** The machine at a seat. @param {string | undefined} name */
  #named(name) {
    return name === undefined ? null : [...this.seats.values()].find((seat) => seat.seat === name)?.id ?? null;
  }

  /** @param {string} attemptId */
  seatOf(attemptId) {
    return [...this.seats.values()].find((seat) => seat.attempt?.attempt_id === attemptId) ?? null;
  }

  /** Seats whose candidate's clock runs, or stands still and will run again. */
  running() {
    return [...this.seats.values()].filter((seat) => ["open", "paused", "grace"].includes(seat.attempt?.phase ?? ""));
  }

  /** The most candidates that one act has paused, and whether that is everybody who is paused. */
  pausedTogether() {
    /** @type {Map<string, string[]>} */
    const acts = new Map();
    const paused = [...this.seats.values()].flatMap((seat) => (seat.attempt?.pause ? [seat.attempt] : []));
    for (const { attempt_id, pause } of paused) {
      const key = `${pause?.since_ms} ${pause?.reason}`;
      acts.set(key, [...(acts.get(key) ?? []), attempt_id]);
    }
    const who = [...acts.values()].sort((one, other) => other.length - one.length)[0] ?? [];
    return { who, everybody: who.length === paused.length };
  }

  /** The deadline most running candidates share. @returns {number | null} */
  deadline() {
    /** @type {Map<number, number>} */
    const counted = new Map();
    for (const seat of this.running()) {
      const at = seat.attempt?.deadline_ms;
      if (at !== null && at !== undefined) counted.set(at, (counted.get(at) ?? 0) + 1);
    }
    const most = [...counted].sort((one, other) => other[1] - one[1] || one[0] - other[0])[0];
    return most ? most[0] : null;
  }
}

/** A title in the page's language. @param {Titles} titles */
export function titled(titles) {
  return titles[document.documentElement.lang] ?? titles.vi ?? Object.values(titles)[0] ?? "";
}

const collator = new Intl.Collator("vi", { numeric: true });

/** The order of seat names: A2 before A10. @param {{seat: string}} one @param {{seat: string}} other */
export function bySeat(one, other) {
  return collator.compare(one.seat, other.seat);
}

/** A digest as people compare it: its first eight signs in two groups, 9F3C-71B2. @param {string} digest */
export function short(digest) {
  return `${digest.slice(0, 4)}-${digest.slice(4, 8)}`.toUpperCase();
}

/**
 * The seats a person means by "C01-C12, D05"; names that are no seat come back in `unknown`.
 * @param {string} text @param {Iterable<Seat>} seats
 */
export function named(text, seats) {
  const sorted = [...seats].sort(bySeat);
  /** @type {Map<string, Seat>} */
  const found = new Map();
  /** @type {string[]} */
  const unknown = [];
  for (const word of text.toUpperCase().split(/[\s,;]+/).filter(Boolean)) {
    const exact = sorted.find((seat) => seat.seat === word);
    const [first, last] = word.split(/[-–—]/);
    const from = sorted.findIndex((seat) => seat.seat === first);
    const to = sorted.findIndex((seat) => seat.seat === last);
    const row = sorted.filter((seat) => /^[A-Z]+$/.test(word) && new RegExp(`^${word}\\d+$`).test(seat.seat));
    const meant = exact ? [exact] : from >= 0 && to >= from ? sorted.slice(from, to + 1) : row;
    if (meant.length === 0) unknown.push(word);
    for (const seat of meant) found.set(seat.id, seat);
  }
  return { seats: [...found.values()], unknown };
}
