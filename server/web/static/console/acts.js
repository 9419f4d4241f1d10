// @ts-check
/** The acts of an officer: what will happen to whom, the reason, then one command; and what was done last. */

import { named } from "./model.js";
import { byId, text } from "./page.js";
import { clock, say, sayCode } from "./words.js";

/** @typedef {import("./model.js").Seat} Seat */
/** @typedef {import("./model.js").Room} Room */
/** @typedef {import("./line.js").Line} Line */
/** @typedef {import("./line.js").Answer} Answer */
/** @typedef {{[name: string]: unknown}} Args */

/**
 * What a dialog asks for: `what` and `list` say what will happen to whom; `args` makes the command's arguments of the
 * filled form, or says what is missing; `places` are machines to choose from; `all` offers everybody or named seats, `among` whom it can touch, `titled` the question for so many of them; `done` is the sentence afterwards; `undo` takes it back.
 * @typedef {{
 *   title: string, what: string, list?: string[], kind: string, reason?: string, cause?: string, category?: string,
 *   button?: string, places?: { value: string, text: string }[], all?: string, among?: (seat: Seat) => boolean, titled?: (count: number) => string,
 *   args: (form: Filled) => Args | string, done: (form: Filled, count: number) => string,
 *   undo?: (form: Filled) => (() => void) | null
 * }} Ask
 * @typedef {{ reason: string, cause: string, minutes: number, note: string, category: string, who: string[] | null, to: string, stand: boolean, more: {[name: string]: string} }} Filled
 */

export class Acts {
  /** @type {(() => void) | null} */
  #undo = null;

  /** @param {Room} room @param {Line} line @param {() => void} done told when something was done */
  constructor(room, line, done) {
    this.room = room;
    this.line = line;
    this.done = done;
    byId("undo").addEventListener("click", () => {
      const undo = this.#undo;
      this.#undo = null;
      byId("undo").hidden = true;
      undo?.();
    });
    for (const dialog of document.querySelectorAll("dialog.act")) if (dialog instanceof HTMLDialogElement) prepare(dialog);
  }

  /** Ask in a dialog, and do it. @param {string} name @param {Ask} ask */
  ask(name, ask) {
    const dialog = byId(`act-${name}`);
    if (!(dialog instanceof HTMLDialogElement) || dialog.open) return;
    const form = dialog.querySelector("form");
    if (!form) return;
    form.reset();
    part(dialog, "title", ask.title);
    part(dialog, "what", ask.what);
    const button = dialog.querySelector('[data-part="do"]');
    if (button instanceof HTMLElement) {
      button.dataset.usual ??= button.textContent ?? "";
      button.textContent = ask.button ?? button.dataset.usual;
    }
    part(dialog, "whom-all", ask.all ?? "");
    part(dialog, "whom-count", "");
    show(dialog.querySelector('[data-part="whom"]'), ask.all !== undefined);
    offerUnits(dialog, this.room, ask);
    list(dialog.querySelector('[data-part="list"]'), ask.list ?? []);
    fault(dialog, "");
    const reason = form.elements.namedItem("reason");
    if (reason instanceof HTMLInputElement) reason.value = ask.reason ?? "";
    const category = form.elements.namedItem("category");
    if (category instanceof HTMLSelectElement && ask.category) category.value = ask.category;
    const places = form.elements.namedItem("to");
    if (places instanceof HTMLSelectElement) places.replaceChildren(...(ask.places ?? []).map((one) => new Option(one.text, one.value)));
    for (const radio of form.querySelectorAll('[name="cause"]')) {
      if (radio instanceof HTMLInputElement && ask.cause) radio.checked = radio.value === ask.cause;
    }
    form.oninput = () => {
      part(dialog, "whom-count", this.#counted(form, ask));
      part(dialog, "title", this.#titled(form, ask));
    };
    form.onsubmit = (event) => {
      event.preventDefault();
      const filled = this.#filled(form, ask);
      const args = typeof filled === "string" ? filled : ask.args(filled);
      if (typeof args === "string" || typeof filled === "string") return fault(dialog, String(args));
      dialog.close();
      void this.#do(ask, filled, args);
    };
    dialog.showModal();
    const first = form.querySelector('input[name="reason"], [data-first], textarea, [data-part="cancel"]');
    if (first instanceof HTMLElement) first.focus();
  }

  /** A command without a dialog: one that can be taken back. @param {string} kind @param {Args} args @param {(count: number) => string} done @param {() => (() => void) | null} [undo] */
  now(kind, args, done, undo) {
    void this.#do(
      { title: "", what: "", kind, args: () => args, done: (_, count) => done(count), undo },
      { reason: "", cause: "", minutes: 0, note: "", category: "", who: null, to: "", stand: false, more: {} }, args,
    );
  }

  /** @param {Ask} ask @param {Filled} filled @param {Args} args */
  async #do(ask, filled, args) {
    const undo = ask.undo?.(filled) ?? null; // who it will touch is known now, not afterwards
    this.#say(say(this.line.standing === "open" ? "doing" : "waits_for_line"), null);
    const answer = await this.line.command(ask.kind, args);
    if (answer.verdict === "accepted") {
      if (undo) await this.room.seen(answer.seq ?? 0); // what is taken back must be on the map first
      this.#say(`${say("just_done")} ${clock(this.room.now())}: ${ask.done(filled, answer.count ?? 0)}`, undo);
      this.done();
    } else {
      this.#say(`● ${say("not_done")}: ${refusal(answer, this.room)}`, null);
    }
  }

  /** @param {string} words @param {(() => void) | null} undo */
  #say(words, undo) {
    text(byId("just-done"), words);
    byId("just-done").title = words;
    this.#undo = undo;
    byId("undo").hidden = undo === null;
  }

  /** @param {HTMLFormElement} form @param {Ask} ask @returns {Filled | string} */
  #filled(form, ask) {
    const data = new FormData(form);
    const typed = (/** @type {string} */ name) => String(data.get(name) ?? "").trim();
    const found = ask.all !== undefined && typed("whom") !== "all" ? this.#meant(form, ask) : null;
    if (found?.unknown.length) return say("no_such_seat", { seats: found.unknown.join(", ") });
    if (found?.who.length === 0) return say("nobody_there");
    return {
      reason: typed("reason"), cause: typed("cause"), minutes: Number(typed("minutes")), note: typed("note"),
      category: typed("category"), who: found?.who ?? null, to: typed("to"), stand: typed("stand") !== "",
      more: Object.fromEntries([...data].map(([name, value]) => [name, String(value).trim()])),
    };
  }

  /** The attempts on the seats somebody typed. @param {HTMLFormElement} form @param {Ask} ask */
  #meant(form, ask) {
    const data = new FormData(form);
    const everyone = [...this.room.seats.values()];
    const unit = data.get("whom") === "unit" ? String(data.get("unit") ?? "") : null;
    const { seats, unknown } = unit === null
      ? named(String(data.get("seats") ?? ""), everyone)
      : { seats: everyone.filter((seat) => seat.attempt?.unit === unit), unknown: [] };
    const who = seats.filter(ask.among ?? (() => true)).flatMap((seat) => seat.attempt?.attempt_id ?? []);
    return { who, unknown };
  }

  /** The question, of those who are chosen now. @param {HTMLFormElement} form @param {Ask} ask */
  #titled(form, ask) {
    if (!ask.titled || ask.all === undefined || new FormData(form).get("whom") === "all") return ask.title;
    return ask.titled(this.#meant(form, ask).who.length);
  }

  /** @param {HTMLFormElement} form @param {Ask} ask */
  #counted(form, ask) {
    if (new FormData(form).get("whom") === "all") return "";
    const { who, unknown } = this.#meant(form, ask);
    return unknown.length ? say("no_such_seat", { seats: unknown.join(", ") }) : say("candidates", { n: who.length });
  }
}

/** Why the room said no. @param {Answer} answer @param {Room} room */
export function refusal(answer, room) {
  const seat = room.seatOf(answer.detail ?? "");
  const sentence = answer.verdict === undefined ? sayCode("denied", answer.refused ?? "") : sayCode("reason", answer.reason ?? answer.verdict);
  return seat ? `${seat.seat}: ${sentence}` : sentence;
}

/** How many candidates some attempts are. @param {string[] | null} who @param {Room} room @param {number} count */
export function whom(who, room, count) {
  if (who?.length === 1) return room.seatOf(who[0] ?? "")?.seat ?? say("candidates", { n: 1 });
  if (who === null) return say("everybody", { n: count });
  return say("candidates", { n: count });
}

/** @param {HTMLDialogElement} dialog */
function prepare(dialog) {
  dialog.querySelector('[data-part="cancel"]')?.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    const chip = event.target instanceof HTMLElement ? event.target.closest(".chip") : null;
    const form = dialog.querySelector("form");
    if (!(chip instanceof HTMLElement) || !form) return;
    const reason = form.elements.namedItem("reason");
    if (reason instanceof HTMLInputElement) {
      reason.value = chip.dataset.reason ?? "";
      reason.focus(); // Enter does it now
    }
    const cause = form.querySelector(`[name="cause"][value="${chip.dataset.cause ?? ""}"]`);
    if (cause instanceof HTMLInputElement) cause.checked = true;
  });
  dialog.addEventListener("keydown", (event) => { // Enter is a new line where much is written
    if (event.key === "Enter" && event.ctrlKey && event.target instanceof HTMLTextAreaElement) dialog.querySelector("form")?.requestSubmit();
  });
  const seats = dialog.querySelector('[name="seats"]');
  seats?.addEventListener("input", () => choose(dialog, "some"));
  dialog.querySelector('[name="unit"]')?.addEventListener("input", () => choose(dialog, "unit"));
}

/** @param {HTMLDialogElement} dialog @param {string} whom */
function choose(dialog, whom) {
  const radio = dialog.querySelector(`[name="whom"][value="${whom}"]`);
  if (radio instanceof HTMLInputElement) radio.checked = true;
}

/** The units of those whom it can touch; none where nobody may see them, or all are of one. @param {HTMLDialogElement} dialog @param {Room} room @param {Ask} ask */
function offerUnits(dialog, room, ask) {
  const chosen = [...room.seats.values()].filter(ask.among ?? (() => true));
  const units = [...new Set(chosen.flatMap((seat) => seat.attempt?.unit || []))].sort(new Intl.Collator("vi").compare);
  show(dialog.querySelector('[data-part="whom-units"]'), units.length > 1);
  dialog.querySelector('[name="unit"]')?.replaceChildren(...units.map((unit) => new Option(unit, unit)));
}

/** @param {HTMLDialogElement} dialog @param {string} words */
function fault(dialog, words) {
  const place = dialog.querySelector('[data-part="fault"]');
  show(place, words !== "");
  text(place, words === "" ? "" : `● ${words}`);
}

/** @param {Element | null} place @param {string[]} lines */
function list(place, lines) {
  show(place, lines.length > 0);
  place?.replaceChildren(...lines.map((line) => {
    const item = document.createElement("li");
    item.textContent = line;
    return item;
  }));
}

/** @param {Element} within @param {string} name @param {string} words */
function part(within, name, words) {
  text(within.querySelector(`[data-part="${name}"]`), words);
}

/** @param {Element | null} place @param {boolean} shown */
function show(place, shown) {
  if (place instanceof HTMLElement) place.hidden = !shown;
}
