// @ts-check
/** The acts of the hall in words: what will happen to whom, and how it is taken back where it can be. */

import { names } from "./commands.js";
import { bySeat } from "./model.js";
import { minute, say } from "./words.js";

/** @typedef {import("./model.js").Seat} Seat */

const MOST = 300; // characters of a message
const SOON_MS = 10 * 60_000;
const FIVE_MS = 5 * 60_000;
const DAY_MS = 86_400_000;
const VIETNAM_MS = 7 * 3_600_000; // one time zone, no summer time

export class HallActs {
  /** @param {import("./model.js").Room} room @param {import("./acts.js").Acts} acts */
  constructor(room, acts) {
    this.room = room;
    this.acts = acts;
  }

  /** The other paper in place of the first, for everybody at one moment. */
  giveReserve() {
    const begun = [...this.room.seats.values()].filter((seat) => seat.attempt && seat.attempt.phase !== "waiting").sort(bySeat);
    const ended = begun.filter((seat) => seat.attempt?.finish?.cause === "officer");
    const since = this.room.sitting?.hall.switch?.since_ms ?? 0;
    const stood = begun.filter((seat) => seat.attempt?.pause && seat.attempt.pause.since_ms < since);
    const lost = begun.filter((seat) => !seat.connected);
    const list = [];
    if (stood.length > 0) list.push(say("give_reserve_paused", { n: stood.length, seats: names(stood) }));
    if (ended.length > 0) list.push(say("give_reserve_ended", { n: ended.length, seats: names(ended) }));
    if (lost.length > 0) list.push(say("give_reserve_lost", { n: lost.length, seats: names(lost) }));
    this.acts.ask("give_reserve", {
      kind: "give_reserve",
      title: say("give_reserve", { n: begun.length - ended.length }),
      what: say("give_reserve_what"),
      list,
      args: () => ({ who: null }),
      done: (_, count) => say("done_give_reserve", { n: count }),
    });
  }

  /** Tell everybody, some seats, or one candidate something. @param {Seat} [seat] */
  message(seat) {
    const among = (/** @type {Seat} */ one) => one.attempt !== null;
    const all = [...this.room.seats.values()].filter(among).length;
    const one = seat?.attempt ? [seat.attempt.attempt_id] : null;
    const id = `m${[...crypto.getRandomValues(new Uint8Array(8))].map((octet) => octet.toString(16).padStart(2, "0")).join("")}`;
    this.acts.ask("message", {
      kind: "message",
      title: seat ? say("message_one", { seat: seat.seat, name: this.room.name(seat) }) : say("message_all"),
      what: say("message_what"),
      all: seat ? undefined : say("everybody", { n: all }),
      among,
      args: (filled) => {
        const text = filled.more.text ?? "";
        if (!text || text.length > MOST) return say("message_needed", { n: MOST });
        return { message_id: id, who: one ?? filled.who, text, confirm: filled.more.confirm === "on" };
      },
      done: (filled) => say("done_message", { whom: one ? (seat?.seat ?? "") : filled.who ? say("candidates", { n: filled.who.length }) : say("everybody", { n: all }) }),
      undo: () => () => this.acts.now("withdraw_message", { message_id: id }, () => say("done_withdraw_message")),
    });
  }

  /** Somebody has been there. @param {Seat[]} seats */
  answer(seats) {
    const who = seats.flatMap((seat) => (seat.attempt?.hand ? [seat.attempt.attempt_id] : []));
    const [first] = seats;
    if (who.length === 0 || !first?.attempt?.hand) return;
    this.acts.ask("answer_hand", {
      kind: "answer_hand",
      title: who.length === 1 ? say("answer_one", { seat: first.seat, name: this.room.name(first) }) : say("answer_some", { n: who.length }),
      what: who.length === 1 ? say("answer_what", { what: say(`hand_${first.attempt.hand.category}`) }) : say("answer_what_some"),
      args: (filled) => ({ who, note: filled.reason }),
      done: (_, count) => say("done_answer", { whom: who.length === 1 ? first.seat : say("candidates", { n: count }) }),
    });
  }

  /** When the hall hears more. */
  nextWord() {
    const known = this.room.sitting?.hall.next_word ?? null;
    this.acts.ask("next_word", {
      kind: "next_word",
      title: say("next_word_ask"),
      what: known ? say("next_word_known", { at: minute(known.due_ms) }) : say("next_word_what"),
      reason: known?.text ?? "",
      args: (filled) => {
        const wanted = untilMs(filled.more.at ?? "", this.room.now());
        return wanted === null ? say("next_word_needed") : { text: filled.reason, in_ms: wanted };
      },
      done: (filled) => say("done_next_word", { at: filled.more.at ?? "" }),
      undo: () => () => this.acts.now("next_word", { text: "", in_ms: null }, () => say("done_no_word")),
    });
    const field = document.querySelector('#act-next_word [name="at"]');
    if (field instanceof HTMLInputElement) field.value = minute(Math.ceil((this.room.now() + SOON_MS) / FIVE_MS) * FIVE_MS);
  }

  /** Nothing is announced any more. */
  noWord() {
    const dialog = document.getElementById("act-next_word");
    if (dialog instanceof HTMLDialogElement) dialog.close();
    this.acts.now("next_word", { text: "", in_ms: null }, () => say("done_no_word"));
  }

  /** Cover one candidate's screen. @param {Seat} seat */
  lock(seat) {
    const attempt = seat.attempt;
    if (!attempt) return;
    this.acts.ask("lock", {
      kind: "lock",
      title: say("lock_one", { seat: seat.seat, name: this.room.name(seat) }),
      what: say("lock_what"),
      list: seat.connected ? [] : [say("lock_lost", { seat: seat.seat })],
      args: (filled) => filled.reason
        ? { who: [attempt.attempt_id], sentence: filled.reason, stands: filled.more.stands === "yes", cause: filled.cause }
        : say("lock_needed"),
      done: () => say("done_lock", { seat: seat.seat }),
      undo: () => () => this.unlock(seat),
    });
  }

  /** Give one candidate's screen back. @param {Seat} seat */
  unlock(seat) {
    const attempt = seat.attempt;
    if (attempt) this.acts.now("unlock", { who: [attempt.attempt_id] }, () => say("done_unlock", { seat: seat.seat }));
  }
}

/** From now until the next time a clock shows HH:MM, in ms; null for what is no time, or more than half a day away. @param {string} at @param {number} now */
export function untilMs(at, now) {
  const parts = /^(\d{1,2}):(\d{2})$/.exec(at);
  if (!parts || Number(parts[1]) > 23 || Number(parts[2]) > 59) return null;
  const wanted = (Number(parts[1]) * 60 + Number(parts[2])) * 60_000;
  const ms = (wanted - ((now + VIETNAM_MS) % DAY_MS) + DAY_MS) % DAY_MS;
  return ms > 0 && ms <= DAY_MS / 2 ? Math.ceil(ms) : null;
}
