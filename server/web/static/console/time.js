// @ts-check
/** Time that a machine took from a candidate, from the row on the map: given back in one press, or refused with a reason. */

import { lasted, say } from "./words.js";

/** @typedef {import("./model.js").Seat} Seat */
/** @typedef {import("./model.js").Problem} Problem */

export class TimeActs {
  /** @param {import("./model.js").Room} room @param {import("./acts.js").Acts} acts */
  constructor(room, acts) {
    this.room = room;
    this.acts = acts;
  }

  /** As much as is proposed; the button has said how much. @param {Seat} seat @param {Problem} problem */
  give(seat, problem) {
    if (!problem.act) return;
    const amount = lasted(seat.attempt?.lost_ms ?? 0);
    this.acts.now("compensate", problem.act.args, () => say("done_compensate", { amount, seat: seat.seat }));
  }

  /** Nothing of it. @param {Seat} seat @param {Problem} problem */
  refuse(seat, problem) {
    const args = problem.act?.args;
    if (!args) return;
    const amount = lasted(seat.attempt?.lost_ms ?? 0);
    this.acts.ask("refuse_time", {
      kind: "compensate",
      title: say("refuse_time_one", { amount, seat: seat.seat, name: this.room.name(seat) }),
      what: say("refuse_time_what"),
      args: (filled) => filled.reason ? { ...args, accept: false, cause: filled.cause, reason: filled.reason } : say("reason_needed"),
      done: (filled) => say("done_refuse_time", { amount, seat: seat.seat, reason: filled.reason }),
    });
  }
}
