// @ts-check
/** Each act in words: whom it touches, what it means for them, and how it is taken back where it can be. */

import { whom } from "./acts.js";
import { bySeat, titled } from "./model.js";
import { minute, say } from "./words.js";

/** @typedef {import("./model.js").Seat} Seat */
/** @typedef {import("./acts.js").Filled} Filled */

const MINUTE_MS = 60_000;
const NAMED = 12; // seats named in a dialog; the rest are counted

export class Commands {
  /** @param {import("./model.js").Room} room @param {import("./acts.js").Acts} acts */
  constructor(room, acts) {
    this.room = room;
    this.acts = acts;
  }

  /** Stop the clock of everybody, of some seats, or of one candidate. @param {Seat} [seat] */
  pause(seat) {
    const among = (/** @type {Seat} */ one) => one.attempt?.phase === "open";
    const open = this.#attempts(among);
    const one = seat?.attempt ? [seat.attempt.attempt_id] : null;
    const touched = (/** @type {Filled} */ filled) => one ?? filled.who ?? open;
    this.acts.ask("pause", {
      kind: "pause",
      title: seat ? say("pause_one", { seat: seat.seat, name: this.room.name(seat) }) : say("pause_all", { n: open.length }),
      what: say("pause_what"),
      all: seat ? undefined : say("everybody", { n: open.length }),
      among,
      titled: (count) => say("pause_all", { n: count }),
      args: (filled) => filled.reason ? { who: one ?? filled.who, reason: filled.reason, cause: filled.cause } : say("reason_needed"),
      done: (filled, count) => say("done_pause", { whom: whom(one ?? filled.who, this.room, count), reason: filled.reason }),
      undo: (filled) => () => this.#takeBack(touched(filled)),
    });
  }

  /** Everybody who was paused together goes on; who was paused alone, for a reason of their own, stays so. */
  resumeAll() {
    const together = this.room.pausedTogether();
    this.#resume(together.who, together.everybody);
  }

  /** These go on, those of them who are still paused. @param {string[]} who */
  resumeThese(who) {
    this.#resume(this.#paused(who), false);
  }

  /** The usual reason stands there already: one more key and the clocks run. @param {string[]} who @param {boolean} everybody */
  #resume(who, everybody) {
    if (who.length === 0) return;
    const one = who.length === 1 ? this.room.seatOf(who[0] ?? "") : undefined;
    const among = (/** @type {Seat} */ seat) => seat.attempt?.phase === "paused";
    this.acts.ask("resume", {
      kind: "resume",
      all: one ? undefined : say("everybody", { n: who.length }),
      among,
      titled: (count) => say("resume_some", { n: count }),
      title: one ? say("resume_one", { seat: one.seat, name: this.room.name(one) }) : say("resume_some", { n: who.length }),
      what: say("resume_what"),
      reason: say("cause_is_gone"),
      args: (filled) => filled.reason ? { who: filled.who ?? (everybody ? null : who), reason: filled.reason } : say("reason_needed"),
      done: (filled, count) => say("done_resume", { whom: whom(filled.who ?? (everybody ? null : who), this.room, count), reason: filled.reason }),
      undo: (filled) => this.#pauseAgain(filled.who ?? who)(),
    });
  }

  /** A pause that should not have been. @param {string[]} who */
  #takeBack(who) {
    const still = this.#paused(who);
    if (still.length === 0) return;
    const reason = say("paused_by_mistake");
    this.acts.now(
      "resume", { who: still, reason },
      (count) => say("done_resume", { whom: whom(still, this.room, count), reason }), this.#pauseAgain(still),
    );
  }

  /** @param {string[]} who */
  #paused(who) {
    return who.filter((id) => this.room.seatOf(id)?.attempt?.phase === "paused");
  }

  /** @param {string[]} who */
  #pauseAgain(who) {
    return () => () => {
      const again = who.filter((id) => this.room.seatOf(id)?.attempt?.phase === "open");
      if (again.length === 0) return;
      const reason = say("resumed_by_mistake");
      this.acts.now(
        "pause", { who: again, reason, cause: "hall" },
        (count) => say("done_pause", { whom: whom(again, this.room, count), reason }),
        () => () => this.#takeBack(again),
      );
    };
  }

  /** Give time: cannot be taken back, so it says to whom. @param {Seat} [seat] */
  extend(seat) {
    const among = (/** @type {Seat} */ one) => ["open", "paused", "grace"].includes(one.attempt?.phase ?? "");
    const running = this.#attempts(among);
    const one = seat?.attempt ? [seat.attempt.attempt_id] : null;
    this.acts.ask("extend", {
      kind: "extend",
      title: seat ? say("extend_one", { seat: seat.seat, name: this.room.name(seat) }) : say("extend_all"),
      what: say("extend_what"),
      all: seat ? undefined : say("everybody", { n: running.length }),
      among,
      args: (filled) => {
        if (!Number.isInteger(filled.minutes) || filled.minutes < 1 || filled.minutes > 180) return say("minutes_needed");
        if (!filled.reason) return say("reason_needed");
        return { who: one ?? filled.who, ms: filled.minutes * MINUTE_MS, reason: filled.reason, cause: filled.cause };
      },
      done: (filled, count) => say("done_extend", { n: filled.minutes, whom: whom(one ?? filled.who, this.room, count), reason: filled.reason }),
    });
  }

  /** End the part for one candidate. @param {Seat} seat */
  closeSeat(seat) {
    const attempt = seat.attempt;
    if (!attempt) return;
    const warned = seat.connected && seat.pending === 0 ? [] : [say("close_unsent", { seats: seat.seat })];
    this.acts.ask("close_seat", {
      kind: "close_seat",
      title: say("close_one", { seat: seat.seat, name: this.room.name(seat) }),
      what: say("close_one_what", { answered: attempt.answered, of: attempt.of }),
      list: warned,
      args: (filled) => filled.reason ? { attempt_id: attempt.attempt_id, reason: filled.reason } : say("reason_needed"),
      done: () => say("done_close", { seat: seat.seat }),
    });
  }

  /** Start the clock: for all who are ready, or for late-comers. @param {Seat[]} [seats] */
  start(seats) {
    const part = this.room.part;
    if (!part) return;
    const everyone = [...this.room.seats.values()].filter((seat) => seat.attempt && seat.attempt.phase === "waiting");
    const ready = seats ?? everyone.filter((seat) => seat.attempt?.confirmed);
    const unready = seats ? [] : everyone.filter((seat) => !seat.attempt?.confirmed).sort(bySeat);
    const absent = (this.room.sitting?.candidates ?? 0) - this.room.totals.seated;
    const list = [];
    if (unready.length > 0) list.push(say("start_unconfirmed", { n: unready.length, seats: names(unready) }));
    if (!seats && absent > 0) list.push(say("start_absent", { n: absent }));
    if (!seats) list.push(say("start_later"));
    const locked = ready.filter((seat) => seat.lacks.length > 0).sort(bySeat);
    if (locked.length > 0) return this.#locked(part, locked, ready.filter((seat) => seat.lacks.length === 0));
    const who = seats ? ready.flatMap((seat) => seat.attempt?.attempt_id ?? []) : null;
    this.acts.ask("start", {
      kind: "start",
      title: seats ? say("start_late", { seats: names(seats) }) : say("start_all", { n: ready.length, part: titled(part.title) }),
      what: say("start_what", { n: Math.round(part.duration_ms / MINUTE_MS), at: minute(this.room.now() + part.duration_ms) }),
      list,
      args: () => ({ part: part.index, who }),
      done: (_, count) => say("done_start", { n: count }),
    });
  }

  /** Some machines do not agree: say which and why, and offer to start the others. @param {import("./model.js").Part} part @param {Seat[]} locked @param {Seat[]} others */
  #locked(part, locked, others) {
    const who = others.flatMap((seat) => seat.attempt?.attempt_id ?? []);
    const why = (/** @type {Seat} */ seat) => seat.lacks.map((code) => say(`lack_${code}`)).join(", ");
    const list = locked.slice(0, NAMED).map((seat) => say("start_locked_seat", { seat: seat.seat, what: why(seat) }));
    if (locked.length > NAMED) list.push(names(locked));
    this.acts.ask("start", {
      kind: "start",
      title: say("start_locked", { n: locked.length }),
      what: say("start_locked_what"),
      list,
      button: who.length > 0 ? say("start_others", { n: who.length }) : undefined,
      args: () => who.length > 0 ? { part: part.index, who } : say("start_locked_none"),
      done: (_, count) => say("done_start", { n: count }),
    });
  }

  /** A candidate whose machine fails goes on at another one. @param {Seat} seat */
  move(seat) {
    const attempt = seat.attempt;
    if (!attempt) return;
    const claimed = this.room.problems.flatMap((one) => one.other ?? []); // somebody may still sit there
    const free = [...this.room.seats.values()].filter((one) => one.connected && !one.attempt && one.ready === "ready" && !claimed.includes(one.seat));
    const near = free.sort((one, other) => apart(seat, one) - apart(seat, other) || bySeat(one, other));
    const places = near.map((one) => ({ value: one.id, text: one.seat }));
    this.acts.ask("move", {
      kind: "move",
      title: say("move_title", { seat: seat.seat, name: this.room.name(seat) }),
      what: say("move_what", { sbd: attempt.sbd }),
      list: [
        ...(places.length ? [] : [say("move_nowhere")]), say("move_there", { answered: attempt.answered, of: attempt.of }),
        say("move_keep", { seat: seat.seat }), say("move_slip"),
      ],
      places: [...places, { value: "", text: say("move_free") }],
      reason: say("machine_fails"),
      cause: "equipment",
      args: (filled) => filled.reason
        ? {
            attempt_id: attempt.attempt_id, to: filled.to || null, seat: this.room.seats.get(filled.to)?.seat ?? "",
            reason: filled.reason, cause: filled.cause, pause: filled.stand,
          }
        : say("reason_needed"),
      done: (filled) => say("done_move", { name: this.room.name(seat), seat: seat.seat, to: this.room.seats.get(filled.to)?.seat ?? say("move_free") }),
    });
  }

  /** End the part for the whole room. */
  closePart() {
    const part = this.room.part;
    if (!part) return;
    const still = this.room.running().sort(bySeat);
    const unsent = still.filter((seat) => !seat.connected || seat.pending > 0);
    const list = [say("close_done", { n: this.room.totals.submitted + this.room.totals.closed })];
    if (still.length > 0) list.push(say("close_forced", { n: still.length, seats: names(still) }));
    if (unsent.length > 0) list.push(say("close_unsent", { seats: names(unsent) }));
    this.acts.ask("close_part", {
      kind: "close_part",
      title: say("close_part", { part: titled(part.title), n: this.room.totals.seated }),
      what: say("close_part_what"),
      list,
      args: (filled) => filled.reason || still.length === 0 ? { part: part.index, reason: filled.reason } : say("reason_needed"),
      done: (_, count) => say("done_close_part", { n: count }),
    });
  }

  /** End the journal: nothing is taken in any more. */
  closeSitting() {
    const unsent = [...this.room.seats.values()].filter((seat) => seat.attempt && (seat.pending > 0 || seat.safe === false)).sort(bySeat);
    this.acts.ask("close_sitting", {
      kind: "close_sitting",
      title: say("close_sitting"),
      what: say("close_sitting_what"),
      list: [unsent.length > 0 ? say("close_sitting_unsent", { n: unsent.length, seats: names(unsent) }) : say("close_sitting_safe")],
      args: (filled) => filled.reason || unsent.length === 0 ? { reason: filled.reason } : say("reason_needed"),
      done: () => say("done_close_sitting"),
    });
  }

  /** Note what happened, at a seat or in the room. @param {Seat} [seat] @param {string} [category] */
  incident(seat, category) {
    this.acts.ask("incident", {
      kind: "incident",
      title: seat ? say("incident_at", { seat: seat.seat }) : say("incident_room"),
      what: say("incident_what"),
      category: category ?? "equipment",
      args: (filled) => filled.note ? { attempt_id: seat?.attempt?.attempt_id ?? null, category: filled.category, note: filled.note } : say("note_needed"),
      done: () => say("done_incident", { where: seat?.seat ?? say("the_room") }),
    });
  }

  /** @param {(seat: Seat) => boolean} chosen */
  #attempts(chosen) {
    return [...this.room.seats.values()].filter(chosen).flatMap((seat) => seat.attempt?.attempt_id ?? []);
  }
}

/** How far two seats are from each other, by their names: the same row first, then the neighbours. @param {Seat} one @param {Seat} other */
function apart(one, other) {
  const place = (/** @type {Seat} */ seat) => [seat.seat.replace(/\d+$/, ""), Number(/\d+$/.exec(seat.seat)?.[0] ?? 0)];
  const [[row, number], [otherRow, otherNumber]] = [place(one), place(other)];
  return Math.abs(Number(number) - Number(otherNumber)) + (row === otherRow ? 0 : 1000);
}

/** Some seats by name; beyond a dozen, how many more. @param {Seat[]} seats */
export function names(seats) {
  const shown = seats.slice(0, NAMED).map((seat) => seat.seat).join(", ");
  return seats.length > NAMED ? say("and_others", { seats: shown, n: seats.length - NAMED }) : shown;
}
