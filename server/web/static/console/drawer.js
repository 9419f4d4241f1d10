// @ts-check
/** One seat beside the map: what happened, minute by minute, the time ledger, and the acts on this candidate. */

import { byId, text } from "./page.js";
import { copies, saved } from "./tiles.js";
import { clock, left, say } from "./words.js";

/** @typedef {import("./model.js").Seat} Seat */

const SETTLE_MS = 400; // a burst of changes at one seat is one look at its history

export class Drawer {
  /** @type {string | null} */
  id = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #soon;
  #shown = "";
  /** What had the focus when it was opened. @type {Element | null} */
  #from = null;

  /**
   * @param {import("./model.js").Room} room @param {import("./commands.js").Commands} commands
   * @param {import("./hall.js").HallActs} hall
   * @param {(act: string) => boolean} may @param {string} address of a seat's details, "ID" for its id
   * @param {(id: string | null) => void} moved
   */
  constructor(room, commands, hall, may, address, moved) {
    this.room = room;
    this.commands = commands;
    this.hall = hall;
    this.may = may;
    this.address = address;
    this.moved = moved;
    byId("drawer-close").addEventListener("click", () => this.close());
    byId("drawer").addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.close();
    });
  }

  /** @param {string} id */
  open(id) {
    if (this.id === null) this.#from = document.activeElement;
    this.id = id;
    this.#shown = "";
    byId("drawer").hidden = false;
    byId("drawer-body").textContent = say("loading");
    this.paint();
    void this.#load();
    byId("drawer").focus();
    this.moved(id);
  }

  close() {
    if (this.id === null) return;
    byId("drawer").hidden = true;
    this.id = null;
    this.moved(null);
    // Who came from the list goes on in the list.
    if (this.#from instanceof HTMLElement && this.#from.isConnected && this.#from.closest("#issues")) this.#from.focus();
  }

  /** Something at this seat changed: its acts now, its history as soon as it settles. */
  changed() {
    this.paint();
    this.tick();
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => void this.#load(), SETTLE_MS);
  }

  /** What changes by the second. */
  tick() {
    const seat = this.room.seats.get(this.id ?? "");
    if (!seat?.attempt) return;
    const live = (/** @type {string} */ name) => byId("drawer-body").querySelector(`[data-live="${name}"]`);
    if (seat.attempt.finish === null) text(live("remaining"), left(this.room.remaining(seat)));
    text(live("saved"), seat.ack_ms === null ? saved(seat, this.room) : `${saved(seat, this.room)} · ${clock(seat.ack_ms)}`);
    if (seat.copies) text(live("copies"), copies(seat.copies));
  }

  paint() {
    const seat = this.room.seats.get(this.id ?? "");
    if (!seat) return;
    const attempt = seat.attempt;
    const phase = attempt?.phase ?? "none";
    const name = this.room.name(seat);
    const looks = JSON.stringify([seat.seat, name, phase, attempt?.confirmed, seat.connected, attempt?.hand, attempt?.lock]);
    if (looks === this.#shown) return;
    this.#shown = looks;
    byId("drawer-title").textContent = [seat.seat, name].filter(Boolean).join(" · ");
    const page = byId("drawer-page");
    if (page instanceof HTMLAnchorElement) page.href = this.address.replace("ID", encodeURIComponent(seat.id));
    const open = this.room.part?.stage === "open";
    /** @type {[boolean, string, string, () => void][]} */
    const acts = [
      [phase === "open", "pause", say("act_pause"), () => this.commands.pause(seat)],
      [phase === "paused" && !!attempt, "resume", say("act_resume"), () => this.commands.resumeThese([attempt?.attempt_id ?? ""])],
      [phase === "waiting" && open && !!attempt, "start", say("help_start"), () => this.commands.start([seat])],
      [["open", "paused", "grace"].includes(phase), "extend", say("act_extend"), () => this.commands.extend(seat)],
      [["open", "paused"].includes(phase), "pause", say("help_move"), () => this.commands.move(seat)],
      [!!attempt?.hand, "answer", say("help_answer"), () => this.hall.answer([seat])],
      [!!attempt, "message", say("act_message"), () => this.hall.message(seat)],
      [["waiting", "open", "paused"].includes(phase) && !attempt?.lock, "lock", say("act_lock"), () => this.hall.lock(seat)],
      [!!attempt?.lock, "unlock", say("help_unlock"), () => this.hall.unlock(seat)],
      [true, "incident", say("help_incident"), () => this.commands.incident(seat)],
      [["open", "paused", "grace"].includes(phase), "close_seat", say("act_close"), () => this.commands.closeSeat(seat)],
    ];
    byId("drawer-acts").replaceChildren(...acts.filter(([on, name]) => on && this.may(name)).map(([, name, text, act]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = name === "close_seat" ? "button danger" : "button";
      button.textContent = text;
      button.addEventListener("click", act);
      return button;
    }));
  }

  async #load() {
    const id = this.id;
    if (id === null) return;
    const answer = await fetch(`${this.address.replace("ID", encodeURIComponent(id))}?part=details`, { credentials: "same-origin" })
      .catch(() => null);
    if (this.id !== id) return; // another seat was opened meanwhile
    const body = byId("drawer-body");
    if (!answer?.ok) {
      body.textContent = say("details_later");
      return;
    }
    // Our own server's page, escaped by its templates; scripts in it would not run (CSP, and template parsing).
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const at = body.scrollTop;
    body.replaceChildren(...page.body.childNodes);
    body.scrollTop = at;
    this.tick();
  }
}
