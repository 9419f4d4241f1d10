// @ts-check
/** The room map: is everyone safe, who needs me, what did I just do. */

import { Acts, byId } from "./acts.js";
import { Commands } from "./commands.js";
import { Drawer } from "./drawer.js";
import { Issues } from "./issues.js";
import { Line } from "./line.js";
import { BAD, Room, short, titled } from "./model.js";
import { Tiles, details, stateOf } from "./tiles.js";
import { clock, figures, lasted, left, minute, say } from "./words.js";

/** @typedef {import("./model.js").Seat} Seat */

/** @type {{ may: {[act: string]: boolean}, seat: string }} */
const settings = JSON.parse(byId("settings").textContent ?? "{}");
const room = new Room();
const RESORT_MS = 5000; // an order by problems or progress follows what happens, but never under the hand

const may = (/** @type {string} */ act) =>
  ({ incident: settings.may.incident, close_sitting: settings.may.close })[act] ?? settings.may.run ?? false;

const line = new Line({
  picture: (news) => {
    room.replace(news);
    tiles.place();
    paintAll();
  },
  changes: (news) => {
    const { seats, came } = room.change(news);
    if (came) tiles.place();
    else tiles.paint(seats);
    if (came || seats.size > 0) tiles.sift();
    if (drawer.id && seats.has(drawer.id)) drawer.changed();
    paintAll();
  },
  standing: paintLine,
});
const acts = new Acts(room, line);
const commands = new Commands(room, acts);
const tiles = new Tiles(byId("seats"), room, { open: (id) => drawer.open(id), look: paintAbout });
const drawer = new Drawer(room, commands, may, settings.seat, (id) => {
  tiles.mark(id);
  if (id === null) tiles.focus(looked);
});
const issues = new Issues(byId("issues"), room, { look, help, may });

/** @type {string | null} */
let looked = null;
let spotlight = "";

// --- painting ---------------------------------------------------------------------------------------------------------

function paintAll() {
  paintBar();
  paintCounts();
  const rows = issues.paint();
  byId("issues-count").textContent = rows.length > 0 ? say("issues_count", { n: rows.length }) : "";
  byId("issues-none").hidden = rows.length > 0;
  paintFooter();
  paintAbout(looked);
  byId("seats-none").hidden = room.seats.size > 0;
}

/** Where the sitting stands, in one word. */
function standing() {
  const { sitting } = room;
  const part = room.part;
  if (!sitting || !part || sitting.stage === "absent") return "no_sitting";
  if (sitting.stage === "closed") return "closed";
  if (part.stage === "closed") return "ended";
  if (part.stage === "waiting") return sitting.stage === "unsealed" ? (part.index > 0 ? "between" : "unsealed") : "preparing";
  const running = room.running();
  return running.length > 0 && running.every((seat) => seat.attempt?.phase === "paused") ? "paused" : "running";
}

function paintBar() {
  const now = standing();
  const stage = byId("stage");
  text(stage, say(`stage_${now}`));
  stage.dataset.tone = now === "paused" ? "paused" : ["closed", "ended"].includes(now) ? "closed" : "";
  text(byId("seat-count"), room.seats.size > 0 ? `· ${say("seats", { n: room.seats.size })}` : "");
  const { sitting } = room;
  const title = document.querySelector(".bar-sitting");
  if (sitting && title) text(title, titled(sitting.title));
  const set = byId("set");
  const shown = sitting?.set && sitting.digest ? [say(`set_${sitting.set}`), short(sitting.digest)] : [];
  if (set.dataset.shown !== shown.join()) {
    set.dataset.shown = shown.join();
    const code = document.createElement("b");
    code.textContent = shown[1] ?? "";
    set.replaceChildren(...(shown[0] ? [`· ${shown[0]} `, code] : []));
  }
}

function paintCounts() {
  const { totals, sitting } = room;
  const safe = byId("safe");
  const begun = totals.open + totals.paused + totals.submitted + totals.closed > 0;
  const unsafe = totals.seated - totals.safe;
  if (sitting && !sitting.stored) {
    count(safe, `● ${say("not_stored")}`, say("advice_not_stored"), "bad");
  } else if (totals.seated === 0 || !begun) {
    const ready = [...room.seats.values()].filter((seat) => seat.connected && seat.ready === "ready").length;
    const level = room.seats.size > 0 && ready === room.seats.size ? "ok" : "";
    count(safe, `${level ? "✓ " : ""}${say("ready_of", { ready, of: room.seats.size })}`, say("ready_text", { confirmed: totals.confirmed, n: totals.seated }), level);
  } else {
    const level = unsafe === 0 ? "ok" : unsafe > Math.max(3, totals.seated / 10) ? "bad" : "ok";
    const shape = unsafe === 0 ? "✓" : level === "bad" ? "●" : "✓";
    count(safe, `${shape} ${say("safe_of", { safe: totals.safe, of: totals.seated })}`, copies(), level);
  }
  const levels = { warn: 0, bad: 0 };
  const worst = new Map(/** @type {[string, number][]} */ ([]));
  for (const problem of room.problems) {
    const key = problem.id ?? problem.code;
    worst.set(key, Math.max(worst.get(key) ?? 0, problem.harm));
  }
  for (const harm of worst.values()) levels[harm >= BAD ? "bad" : "warn"] += 1;
  const absent = Math.max(0, (sitting?.candidates ?? 0) - totals.seated);
  tally("work", totals.open + totals.paused, totals.paused > 0 ? say("count_work_paused", { n: totals.paused }) : say("count_work"));
  tally("done", totals.submitted + totals.closed, totals.closed > 0 ? say("count_done_closed", { n: totals.closed }) : say("count_done"));
  tally("warn", levels.warn, say("count_warn"));
  tally("bad", levels.bad, say("count_bad"));
  tally("none", absent, say("count_none", { noted: sitting?.absent ?? 0 }));
}

/** In how many copies the work is, and what waits longest. */
function copies() {
  const servers = room.sitting?.copies ?? 1;
  const held = servers < (room.sitting?.copies_required ?? 1) ? say("copies_missing", { n: servers + 1 }) : say("copies", { n: servers + 1, where: say(servers > 1 ? "copies_with_standby" : "copies_alone") });
  const waits = [...room.seats.values()].flatMap((seat) => seat.pending_since_ms ?? []);
  const oldest = waits.length > 0 ? say("copies_oldest", { lasted: lasted(room.now() - Math.min(...waits)) }) : say("copies_none_wait");
  return `${held} · ${oldest}`;
}

/** @param {HTMLElement} card @param {string} figure @param {string} words @param {string} level */
function count(card, figure, words, level) {
  card.dataset.level = level;
  text(card.querySelector('[data-part="figure"]'), figure);
  text(card.querySelector('[data-part="text"]'), words);
}

/** @param {string} name @param {number} n @param {string} words */
function tally(name, n, words) {
  const card = document.querySelector(`[data-count="${name}"]`);
  if (!(card instanceof HTMLElement)) return;
  card.toggleAttribute("data-some", n > 0);
  text(card.querySelector('[data-part="figure"]'), figures(n));
  text(card.querySelector('[data-part="text"]'), words);
}

function paintFooter() {
  const now = standing();
  const { totals, sitting } = room;
  const waiting = [...room.seats.values()].some((seat) => seat.attempt?.phase === "waiting" && seat.attempt.confirmed);
  const on = {
    start: ["unsealed", "between"].includes(now) || (now === "running" && waiting),
    pause: totals.open > 0,
    resume: totals.paused > 1 || (totals.paused === 1 && totals.open === 0),
    extend: totals.open + totals.paused > 0,
    incident: !["no_sitting", "closed"].includes(now),
    close_part: ["running", "paused"].includes(now),
    close_sitting: now === "ended",
  };
  for (const button of document.querySelectorAll("[data-act]")) {
    if (!(button instanceof HTMLButtonElement)) continue;
    button.hidden = !on[/** @type {keyof typeof on} */ (button.dataset.act)];
    if (button.dataset.act === "pause") button.classList.toggle("primary", !on.start && totals.open > 0);
    if (button.dataset.act === "resume") button.classList.toggle("primary", totals.open === 0);
    if (button.dataset.act === "start") button.disabled = totals.confirmed === 0 || !waiting;
  }
  const advice = now === "no_sitting" || now === "preparing" || now === "unsealed" || now === "closed" ? say(`advice_${now}`) : "";
  text(byId("advice"), sitting && now === "unsealed" && waiting ? "" : advice);
}

/** @param {string | null} id */
function paintAbout(id) {
  looked = id ?? looked;
  const seat = room.seats.get(looked ?? "");
  text(byId("about-seat"), seat ? details(seat, room) : "");
}

function paintLine() {
  const lost = line.standing === "lost" || line.standing === "signed_out";
  document.body.dataset.line = lost ? "lost" : line.standing;
  const place = byId("line");
  place.hidden = !lost;
  if (line.standing === "signed_out") text(place, `● ${say("line_signed_out")}`);
  else if (lost) text(place, `● ${say("line_lost", { lasted: lasted(performance.now() - line.lostAt), at: clock(room.now() - (performance.now() - line.lostAt)) })}`);
}

function tick() {
  text(byId("clock"), clock(room.now()));
  const deadline = room.deadline();
  const place = byId("left");
  place.hidden = deadline === null;
  if (deadline !== null) text(place, say("left_until", { left: left(deadline - room.now()), at: minute(deadline) }));
  issues.tick();
  if (line.standing === "lost") paintLine();
  paintAbout(looked);
}

/** @param {Element | null} place @param {string} words */
function text(place, words) {
  if (place && place.textContent !== words) place.textContent = words;
}

// --- acting -----------------------------------------------------------------------------------------------------------

/** Show these seats: one opens, many stand out. @param {Seat[]} seats */
function look(seats) {
  const [first] = seats;
  if (!first) return;
  if (seats.length === 1) return drawer.open(first.id);
  const ids = new Set(seats.map((seat) => seat.id));
  shine(`these ${[...ids].join()}`, (seat) => ids.has(seat.id));
  tiles.focus(first.id);
}

/** @param {string} act @param {import("./issues.js").Issue} issue */
function help(act, issue) {
  const seats = issue.seats;
  const [first] = seats;
  if (act === "start") commands.start(seats);
  else if (act === "resume") commands.resumeThese(seats.flatMap((seat) => seat.attempt?.attempt_id ?? []));
  else if (act === "incident") commands.incident(seats.length === 1 ? first : undefined);
  else if (act === "move" && first) seats.length === 1 ? commands.move(first) : look(seats);
}

/** Keep some seats bright; the same again lets go. @param {string} name @param {(seat: Seat) => boolean} filter */
function shine(name, filter) {
  spotlight = spotlight === name ? "" : name;
  tiles.filter = spotlight ? filter : null;
  for (const card of document.querySelectorAll("[data-count]")) card.setAttribute("aria-pressed", String(`count ${card.getAttribute("data-count")}` === spotlight));
  tiles.sift();
}

/** @type {{[name: string]: (seat: Seat) => boolean}} */
const COUNTED = {
  work: (seat) => ["works", "paused"].includes(stateOf(seat)),
  done: (seat) => ["done", "closed"].includes(stateOf(seat)),
  warn: (seat) => { const harm = room.worst(seat.id)?.harm ?? 0; return harm > 0 && harm < BAD; },
  bad: (seat) => (room.worst(seat.id)?.harm ?? 0) >= BAD,
  none: (seat) => seat.attempt === null,
};

function listen() {
  for (const card of document.querySelectorAll("[data-count]")) {
    const name = card.getAttribute("data-count") ?? "";
    card.addEventListener("click", () => shine(`count ${name}`, COUNTED[name] ?? (() => true)));
  }
  for (const button of document.querySelectorAll("[data-order]")) {
    button.addEventListener("click", () => {
      tiles.order = /** @type {import("./tiles.js").Order} */ (button.getAttribute("data-order"));
      for (const other of document.querySelectorAll("[data-order]")) other.setAttribute("aria-pressed", String(other === button));
      tiles.place();
    });
  }
  /** @type {{[act: string]: () => void}} */
  const named = {
    start: () => commands.start(), pause: () => commands.pause(), resume: () => commands.resumeAll(),
    extend: () => commands.extend(), incident: () => commands.incident(), close_part: () => commands.closePart(),
    close_sitting: () => commands.closeSitting(),
  };
  for (const button of document.querySelectorAll("[data-act]")) {
    button.addEventListener("click", () => named[button.getAttribute("data-act") ?? ""]?.());
  }
  listenToKeys();
}

function listenToKeys() {
  const find = byId("find");
  if (!(find instanceof HTMLInputElement)) return;
  find.addEventListener("input", () => {
    tiles.query = find.value.trim();
    const hits = tiles.sift();
    text(byId("found"), tiles.query === "" ? "" : say("found", { n: hits }));
  });
  find.addEventListener("keydown", (event) => {
    const hit = tiles.firstHit();
    if (event.key === "Enter" && hit) drawer.open(hit);
    else if (event.key === "ArrowDown" && hit) tiles.focus(hit);
    else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof Element && event.target.closest("input, textarea, select, dialog");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.altKey) {
      event.preventDefault();
      find.focus();
      find.select();
    }
    if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
    if (drawer.id) drawer.close();
    if (find.value) {
      find.value = "";
      find.dispatchEvent(new Event("input"));
    }
    if (spotlight) shine(spotlight, () => true);
    if (event.target === find) tiles.focus(tiles.firstHit());
  });
}

listen();
setInterval(tick, 1000);
setInterval(() => {
  const busy = byId("seats").matches(":hover, :focus-within");
  if (["problem", "progress"].includes(tiles.order) && !busy) tiles.place();
}, RESORT_MS);
