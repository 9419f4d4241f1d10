// @ts-check
/** What stands above and below the map: the sitting, the counters, and which acts are possible now. */

import { BAD, short, titled } from "./model.js";
import { byId, text } from "./page.js";
import { figures, lasted, minute, say } from "./words.js";

/** @typedef {import("./model.js").Room} Room */
/** @typedef {"no_sitting" | "absent" | "preparing" | "unsealed" | "between" | "running" | "paused" | "switching" | "ended" | "closed"} Standing */

const MANY_UNSAFE = 10; // one in so many: then it is no longer single machines, and the number itself turns red

/** Where the sitting stands, in one word. @param {Room} room @returns {Standing} */
export function standing(room) {
  const { sitting, part } = room;
  if (sitting?.stage === "absent") return "absent";
  if (!sitting || !part) return "no_sitting";
  if (sitting.stage === "closed") return "closed";
  if (part.stage === "closed") return "ended";
  if (sitting.hall.switch) return "switching";
  if (part.stage === "waiting" && sitting.stage !== "unsealed") return "preparing";
  if (part.stage === "waiting") return part.index > 0 ? "between" : "unsealed";
  const running = room.running();
  return running.length > 0 && running.every((seat) => seat.attempt?.phase === "paused") ? "paused" : "running";
}

/** The sitting, its set and its state. @param {Room} room */
export function paintBar(room) {
  const now = standing(room);
  const stage = byId("stage");
  text(stage, say(`stage_${now}`));
  stage.dataset.tone = ["paused", "switching"].includes(now) ? "paused" : ["closed", "ended"].includes(now) ? "closed" : "";
  text(byId("seat-count"), room.seats.size > 0 ? `· ${say("seats", { n: room.seats.size })}` : "");
  const { sitting } = room;
  if (sitting) text(document.querySelector(".bar-sitting"), titled(sitting.title));
  const set = byId("set");
  const shown = sitting?.set && sitting.digest ? [say(`set_${sitting.set}`), short(sitting.digest)] : [];
  if (set.dataset.shown === shown.join()) return;
  set.dataset.shown = shown.join();
  const code = document.createElement("b");
  code.textContent = shown[1] ?? "";
  set.replaceChildren(...(shown[0] ? [`· ${shown[0]} `, code] : []));
}

/** The big number and its five neighbours. @param {Room} room */
export function paintCounts(room) {
  const { totals, sitting } = room;
  paintSafe(room);
  /** @type {Map<string, number>} */
  const worst = new Map();
  for (const problem of room.problems) {
    const key = problem.id ?? problem.code;
    worst.set(key, Math.max(worst.get(key) ?? 0, problem.harm));
  }
  const bad = [...worst.values()].filter((harm) => harm >= BAD).length;
  tally("work", totals.open + totals.paused, totals.paused > 0 ? say("count_work_paused", { n: totals.paused }) : say("count_work"));
  tally("done", totals.submitted + totals.closed, totals.closed > 0 ? say("count_done_closed", { n: totals.closed }) : say("count_done"));
  tally("warn", worst.size - bad, say("count_warn"));
  tally("bad", bad, say("count_bad"));
  tally("none", Math.max(0, (sitting?.candidates ?? 0) - totals.seated), sitting?.absent ? say("count_none_noted", { n: sitting.absent }) : say("count_none"));
}

/** Whose work is in all its copies; before the start, which machines are ready. @param {Room} room */
function paintSafe(room) {
  const { totals, sitting } = room;
  const begun = totals.open + totals.paused + totals.submitted + totals.closed > 0;
  if (sitting && !sitting.stored) return count(`● ${say("not_stored")}`, say("advice_not_stored"), "bad");
  if (!begun) {
    const ready = [...room.seats.values()].filter((seat) => seat.connected && seat.ready === "ready").length;
    const all = room.seats.size > 0 && ready === room.seats.size;
    return count(
      `${all ? "✓ " : ""}${say("ready_of", { ready, of: room.seats.size })}`,
      say("ready_text", { confirmed: totals.confirmed, n: totals.seated }), all ? "ok" : "",
    );
  }
  const unsafe = totals.seated - totals.safe;
  const many = unsafe > Math.max(3, totals.seated / MANY_UNSAFE);
  // An answer on its way for a second is no reason for alarm; a problem row says when it is one.
  const lasting = room.problems.some((problem) => problem.harm >= BAD);
  const alone = (sitting?.copies ?? 1) < (sitting?.copies_required ?? 1);
  const level = many ? "bad" : alone || (unsafe > 0 && lasting) ? "warn" : "ok";
  const shape = { bad: "●", warn: "▲", ok: "✓" }[level];
  return count(`${shape} ${say("safe_of", { safe: totals.safe, of: totals.seated })}`, copies(room), level);
}

/** In how many copies the work is, and what waits longest. @param {Room} room */
function copies(room) {
  const servers = room.sitting?.copies ?? 1;
  const held = servers < (room.sitting?.copies_required ?? 1)
    ? say("copies_missing", { n: servers + 1 })
    : say("copies", { n: servers + 1, where: say(servers > 1 ? "copies_with_standby" : "copies_alone") });
  const waits = [...room.seats.values()].flatMap((seat) => seat.pending_since_ms ?? []);
  const oldest = waits.length > 0 ? say("copies_oldest", { lasted: lasted(room.now() - Math.min(...waits)) }) : say("copies_none_wait");
  return `${held} · ${oldest}`;
}

/** @param {string} figure @param {string} words @param {string} level */
function count(figure, words, level) {
  const card = byId("safe");
  card.dataset.level = level;
  text(card.querySelector('[data-part="figure"]'), figure);
  text(card.querySelector('[data-part="text"]'), words);
}

/** @param {string} name @param {number} n @param {string} words */
function tally(name, n, words) {
  const card = document.querySelector(`[data-count="${name}"]`);
  card?.toggleAttribute("data-some", n > 0);
  text(card?.querySelector('[data-part="figure"]') ?? null, figures(n));
  text(card?.querySelector('[data-part="text"]') ?? null, words);
}

/** Which acts are possible now, and what is missing where none is. @param {Room} room */
export function paintActs(room) {
  const now = standing(room);
  const { totals } = room;
  const waiting = [...room.seats.values()].some((seat) => seat.attempt?.phase === "waiting" && seat.attempt.confirmed);
  /** @type {{[act: string]: boolean}} */
  const on = {
    start: ["unsealed", "between"].includes(now) || (now === "running" && waiting),
    pause: totals.open > 0 && now !== "switching",
    resume: now !== "switching" && (totals.paused > 1 || (totals.paused === 1 && totals.open === 0)),
    extend: now !== "switching" && totals.open + totals.paused > 0,
    incident: !["no_sitting", "absent", "closed"].includes(now),
    close_part: ["running", "paused"].includes(now),
    close_sitting: now === "ended",
    message: totals.seated > 0 && now !== "closed",
    next_word: totals.seated > 0 && now !== "closed",
    no_word: !!room.sitting?.hall.next_word && now !== "closed",
  };
  for (const button of document.querySelectorAll("[data-act]")) {
    if (!(button instanceof HTMLButtonElement)) continue;
    const act = button.dataset.act ?? "";
    button.hidden = !on[act];
    if (act === "pause") button.classList.toggle("primary", !on.start);
    if (act === "resume") {
      const together = room.pausedTogether();
      button.classList.toggle("primary", totals.open === 0);
      text(button, together.everybody ? say("resume_everybody") : say("resume_many", { n: together.who.length }));
    }
    if (act === "start") button.disabled = !waiting;
  }
  const word = room.sitting?.hall.next_word;
  const button = document.querySelector('[data-act="next_word"]');
  if (button) text(button, word ? say("next_word_button", { at: minute(word.due_ms) }) : say("next_word_none"));
  const advised = ["no_sitting", "absent", "preparing", "closed"].includes(now) || (now === "unsealed" && !waiting);
  text(byId("advice"), advised ? say(`advice_${now}`) : "");
}
