// @ts-check
/** The room map: is everyone safe, who needs me, what did I just do. */

import { Acts } from "./acts.js";
import { Commands } from "./commands.js";
import { Drawer } from "./drawer.js";
import { HallActs } from "./hall.js";
import { Issues } from "./issues.js";
import { Line } from "./line.js";
import { BAD, Room } from "./model.js";
import { byId, text } from "./page.js";
import { paintActs, paintBar, paintCounts } from "./summary.js";
import { TimeActs } from "./time.js";
import { Tiles, details, stateOf } from "./tiles.js";
import { clock, lasted, left, minute, say } from "./words.js";

/** @typedef {import("./model.js").Seat} Seat */
/** @typedef {import("./issues.js").Issue} Issue */

const GONE_MS = 10_000; // a server that only died has started again by then
const RESORT_MS = 5000; // an order by problems or progress follows what happens, but never under the hand

/** @type {{ may: {[act: string]: boolean}, seat: string, pages: {[act: string]: string | null} }} */
const settings = JSON.parse(byId("settings").textContent ?? "{}");
const may = (/** @type {string} */ act) => act in settings.pages
  ? settings.pages[act] !== null
  : ({ incident: settings.may.incident, close_sitting: settings.may.close })[act] ?? settings.may.run ?? false;

const room = new Room();
/** @type {string | null} */
let looked = null;
let spotlight = "";

const line = new Line({
  picture: (news) => {
    room.replace(news);
    tiles.place();
    tiles.sift();
    paintAll();
    arrive();
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
const acts = new Acts(room, line, () => drawer.changed());
const commands = new Commands(room, acts);
const hall = new HallActs(room, acts);
const time = new TimeActs(room, acts);
const tiles = new Tiles(byId("seats"), room, { open: (id) => drawer.open(id), look: paintAbout });
const drawer = new Drawer(room, commands, hall, may, settings.seat, (id) => {
  tiles.mark(id);
  if (id === null) tiles.focus(looked);
});
const issues = new Issues(byId("issues"), room, { look, help, may });

// --- painting ---------------------------------------------------------------------------------------------------------

function paintAll() {
  paintBar(room);
  paintCounts(room);
  paintActs(room);
  const rows = issues.paint();
  text(byId("issues-count"), rows.length > 0 ? say("issues_count", { n: rows.length }) : "");
  byId("issues-none").hidden = rows.length > 0;
  byId("seats-none").hidden = room.seats.size > 0;
  paintClock();
  paintAbout(looked);
}

/** The line under the map: the seat somebody points at. @param {string | null} id */
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
  if (!lost) return;
  const ago = performance.now() - line.lostAt;
  const words = line.standing === "lost" ? say("line_lost", { lasted: lasted(ago), at: clock(room.now() - ago) }) : say("line_signed_out");
  // At the server itself there is nowhere to go; at a laptop there is, once the other server has taken over.
  const elsewhere = line.standing === "lost" && ago >= GONE_MS && room.standby && location.hostname !== "127.0.0.1";
  text(place, `● ${elsewhere ? `${words} ${say("line_elsewhere", { address: room.standby })}` : words}`);
}

function paintClock() {
  text(byId("clock"), clock(room.now()));
  const deadline = room.deadline();
  const place = byId("left");
  place.hidden = deadline === null;
  if (deadline !== null) text(place, say("left_until", { left: left(deadline - room.now()), at: minute(deadline) }));
}

function tick() {
  paintClock();
  issues.tick();
  drawer.tick();
  if (line.standing === "lost") paintLine();
  paintAbout(looked);
}

// --- acting -----------------------------------------------------------------------------------------------------------

/** To what needs the officer, or to the seat they were on last; keys F2 and F4 (nav.js). @param {string} place */
function goTo(place) {
  if (place === "issues") issues.focus();
  else tiles.focus(looked);
}

/** Another page led here with one of these keys. */
function arrive() {
  const place = location.hash.slice(1);
  if (!["issues", "seats"].includes(place)) return;
  history.replaceState(null, "", location.pathname);
  goTo(place);
}

/** Show these seats: one opens, many stand out. @param {Seat[]} seats */
function look(seats) {
  const [first] = seats;
  if (!first) return;
  if (seats.length === 1) return drawer.open(first.id);
  const ids = new Set(seats.map((seat) => seat.id));
  shine(`these ${[...ids].join()}`, (seat) => ids.has(seat.id));
  tiles.focus(first.id);
}

/** The act on a problem's first button. @param {string} act @param {Issue} issue */
function help(act, issue) {
  const seats = issue.seats;
  const [first] = seats;
  const [problem] = issue.problems;
  if (!problem) return;
  if (act === "start") commands.start(seats);
  else if (act === "resume") commands.resumeThese(seats.flatMap((seat) => seat.attempt?.attempt_id ?? []));
  else if (act === "incident") commands.incident(seats.length === 1 ? first : undefined, category(issue));
  else if (act === "give_reserve") hall.giveReserve();
  else if (settings.pages[act]) location.assign(settings.pages[act] ?? "");
  else if (act === "compensate" && first) time.give(first, problem);
  else if (act === "refuse_time" && first) time.refuse(first, problem);
  else if (act === "answer") hall.answer(seats);
  else if (act === "next_word") hall.nextWord();
  else if (act === "unlock" && first && seats.length === 1) hall.unlock(first);
  else if (act === "move" && first && seats.length === 1) commands.move(first);
  else look(seats);
}

/** What the server says the incident is about, when it noticed it itself. @param {Issue} issue */
function category(issue) {
  const named = issue.problems[0]?.act?.args.category;
  return typeof named === "string" ? named : undefined;
}

/** Keep some seats bright; the same again lets go. @param {string} name @param {(seat: Seat) => boolean} filter */
function shine(name, filter) {
  spotlight = spotlight === name ? "" : name;
  tiles.filter = spotlight ? filter : null;
  for (const card of document.querySelectorAll("[data-count]")) {
    card.setAttribute("aria-pressed", String(`count ${card.getAttribute("data-count")}` === spotlight));
  }
  tiles.sift();
}

const harm = (/** @type {Seat} */ seat) => room.worst(seat.id)?.harm ?? 0;
/** Whom each counter counts. @type {{[name: string]: (seat: Seat) => boolean}} */
const COUNTED = {
  work: (seat) => ["works", "paused"].includes(stateOf(seat)),
  done: (seat) => ["done", "closed"].includes(stateOf(seat)),
  warn: (seat) => harm(seat) > 0 && harm(seat) < BAD,
  bad: (seat) => harm(seat) >= BAD,
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
    close_sitting: () => commands.closeSitting(), message: () => hall.message(), next_word: () => hall.nextWord(),
    no_word: () => hall.noWord(),
  };
  for (const button of document.querySelectorAll("[data-act]")) {
    button.addEventListener("click", () => named[button.getAttribute("data-act") ?? ""]?.());
  }
  listenToKeys();
}

function listenToKeys() {
  document.addEventListener("go", (event) => { if (event instanceof CustomEvent) goTo(String(event.detail)); });
  const find = byId("find");
  if (!(find instanceof HTMLInputElement)) return;
  find.addEventListener("input", () => {
    tiles.query = find.value.trim();
    const hits = tiles.sift();
    text(byId("found"), tiles.query === "" ? "" : say("found", { n: hits }));
    if (hits === 1) paintAbout(tiles.firstHit());
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
    if (event.key.toLowerCase() === "z" && event.ctrlKey && !event.shiftKey && !event.altKey && !typing && !byId("undo").hidden) {
      event.preventDefault();
      byId("undo").click();
    }
    if (event.key === "Escape" && !document.querySelector("dialog[open]")) escape(find, event.target === find);
  });
}

/** Back to the whole map: the drawer, then what was sought, then what stands out. @param {HTMLInputElement} find @param {boolean} finding */
function escape(find, finding) {
  if (drawer.id) return drawer.close();
  if (finding) tiles.focus(tiles.firstHit());
  find.value = "";
  find.dispatchEvent(new Event("input"));
  if (spotlight) shine(spotlight, () => true);
}

listen();
setInterval(tick, 1000);
setInterval(() => {
  const busy = byId("seats").matches(":hover, :focus-within");
  if (["problem", "progress"].includes(tiles.order) && !busy) tiles.place();
}, RESORT_MS);
