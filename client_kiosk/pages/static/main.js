// @ts-check
/** The candidate's page: hears of changes, shows the right screen, and passes on what is clicked. */

import { tellDisplay } from "./display.js";
import { Exam } from "./exam.js";
import { attachHall, paintHall, tickHall } from "./hall.js";
import { bind, byId, call, fill, show, word } from "./page.js";

/** @typedef {import("./page.js").View} View */

const exam = new Exam();
let shown = "";
/** @type {View | null} */
let view = null;
/** When the view arrived, on this page's own monotonic clock (ms). */
let arrivedAt = 0;
let spokenMinutes = -1;
/** A technician was asked whether this machine is to leave its room. */
let leaving = false;
/** Whose turn it is at this machine, as the agent counts people. */
let turn = -1;
/** So long before the end nothing typed waits for its writer to pause. */
const LAST_MS = 3000;
/** Screens on which nobody is told what concerns the technician alone. */
const AT_WORK = ["confirm", "rules", "typing", "waiting", "exam", "paused", "switching", "locked", "time_up", "submitting"];

/** @param {number} ms */
function timeText(ms) {
  const seconds = Math.ceil(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${two(m)}:${two(s)}`;
}

function remainingMs() {
  const clock = view?.clock;
  if (!clock) return 0;
  return clock.running ? Math.max(0, clock.remaining_ms - (performance.now() - arrivedAt)) : clock.remaining_ms;
}

/**
 * What stands under the time.
 * @param {NonNullable<View["clock"]>} clock
 * @param {boolean} low
 */
function clockText(clock, low) {
  if (shown === "waiting") return word("clock_before");
  if (!clock.running) return word("clock_stands");
  if (!clock.ends_at) return word("left");
  return fill(word(low ? "ends_soon" : "ends_at"), { at: clock.ends_at });
}

function paintClock() {
  tickHall(performance.now() - arrivedAt);
  const clock = view?.clock;
  const visible = !!clock && ["exam", "review", "paused", "locked", "waiting"].includes(shown);
  byId("clock").hidden = !visible;
  if (!clock || !visible) return;
  const left = remainingMs();
  bind("time", timeText(left));
  bind("frozen", timeText(left));
  const low = clock.running && left < 300_000;
  byId("clock").toggleAttribute("data-low", low);
  bind("ends", clockText(clock, low));
  if (clock.running && left < LAST_MS) exam.paper.leave();  // what is typed would come after the time
  const minutes = Math.ceil(left / 60_000);
  if (clock.running && [10, 5, 1].includes(minutes) && minutes !== spokenMinutes) {
    spokenMinutes = minutes;
    byId("spoken").textContent = fill(word("minutes_left"), { minutes });
  }
}

/** @param {string} screen */
function goTo(screen) {
  if (screen === shown) return;
  shown = screen;
  document.body.dataset.screen = screen;
  for (const section of document.querySelectorAll("[data-on]")) {
    show(section, (section.getAttribute("data-on") ?? "").split(" ").includes(screen));
  }
  const heading = document.querySelector(`[data-on~="${screen}"] h1`);
  if (heading instanceof HTMLElement) {
    heading.tabIndex = -1;
    heading.focus();
  }
  const field = document.querySelector(`[data-on~="${screen}"] [data-first]`);
  if (field instanceof HTMLInputElement) {
    field.value = "";
    field.dispatchEvent(new Event("input"));
    field.focus();
  }
}

/** @param {View} now */
async function paint(now) {
  view = now;
  paintLook(now);
  arrivedAt = performance.now();
  const part = now.part ? text(now.part.title) : "";
  const seat = now.seat_label ? fill(word("seat"), { seat: now.seat_label }) : "";
  bind("headline", now.candidate ? fill(word("candidate_number"), now.candidate) : (now.room_name ?? word("room")));
  bind("subline", now.candidate ? `${now.candidate.full_name}${part ? ` · ${part}` : ""}` : seat);
  bind("seat", [now.room_name, seat].filter(Boolean).join(" · "));
  bind("sitting", now.sitting ? text(now.sitting.title) : "");
  bind("staging", now.staging.total ? fill(word("staging"), now.staging) : "");
  for (const name of /** @type {const} */ (["full_name", "birth_date", "unit", "sbd"])) {
    bind(name, now.candidate ? now.candidate[name] : "");
  }
  bind("notice", now.notice?.text ?? "");
  paintPairing(now);
  paintAfter(now);
  paintHall(now);
  if (now.screen === "exam") {
    if (!(await exam.ready(now)) || view !== now) return;  // the paper may come after a newer view
    exam.paint(now);
    goTo(exam.reviewing ? "review" : "exam");
  } else {
    exam.leave(now);
    goTo(now.screen);
  }
  paintClock();
}

/** @param {{[language: string]: string}} titles */
function text(titles) {
  return titles[document.documentElement.lang] ?? titles.vi ?? Object.values(titles)[0] ?? "";
}

/** @param {View} now */
function paintPairing(now) {
  paintCode(now.code ?? "");
  paintStopped(now);
  const soon = now.sitting?.show_result === "at_once";  // also while a mark is disputed: it comes once that is settled
  for (const part of document.querySelectorAll("[data-when]")) {
    const name = part.getAttribute("data-when");
    const on = {
      code_open: !now.code_confirmed, code_confirmed: !!now.code_confirmed,
      result: !!now.result, result_soon: !now.result && soon, result_later: !now.result && !soon,
      staged: now.staging.ready >= now.staging.total, not_staged: now.staging.ready < now.staging.total,
      leaving, not_leaving: !leaving, may_leave: now.stopped !== "wrong_protocol", kept: !!now.kept,
    }[name ?? ""];
    if (on !== undefined) show(part, on);
  }
  const list = document.querySelector('[data-bind="rooms"]');
  const rooms = now.rooms ?? [];
  if (!list || list.getAttribute("data-shown") === JSON.stringify(rooms)) return;
  list.setAttribute("data-shown", JSON.stringify(rooms));
  list.replaceChildren(...rooms.map((room) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "room";
    const name = document.createElement("strong");
    name.textContent = room.name;
    const detail = document.createElement("span");
    detail.className = "muted small figures";
    detail.textContent = `${room.fingerprint} · ${room.addresses.join(", ")}`;
    button.append(name, detail);
    button.addEventListener("click", () => call("/api/pair/choose", { room_id: room.room_id }));
    return button;
  }));
}

/** @param {View} now */
function paintStopped(now) {
  if (!now.stopped) leaving = false;
  bind("stopped_title", now.stopped_text?.title ?? "");
  bind("stopped_text", now.stopped_text?.text ?? "");
  bind("leave_kept", !now.kept ? "" : word(now.stopped === "replaced" ? "leave_kept_replaced" : "leave_kept"));
  bind("kept", now.kept?.text ?? "");
  const technician = byId("technician");
  const quiet = ["sign_in", "submitted"].includes(now.screen);  // where a candidate sits
  const place = `${now.screen}${now.kept?.text ?? ""}`;
  if (technician instanceof HTMLDetailsElement && technician.dataset.shown !== place) {
    technician.dataset.shown = place;
    technician.open = !quiet;
    show(technician, !!now.kept && !AT_WORK.includes(now.screen));
  }
}

/** @param {boolean} on */
function askToLeave(on) {
  leaving = on;
  if (view) void paint(view);
  if (on) byId("leave-no").focus();
}

async function leave() {
  const answer = await call("/api/room/leave", {});
  leaving = false;
  byId("stopped-fault").textContent = answer.text ?? "";
  show(byId("stopped-fault"), !answer.ok);
  if (view) void paint(view);
}

/**
 * Another person sits here now: the page looks as it does for everybody at first.
 * @param {View} now
 */
function paintLook(now) {
  const root = document.documentElement;
  if (!now.look || now.look.turn === turn) return;  // what this person chose meanwhile is newer than any view
  turn = now.look.turn;
  if (root.lang !== now.look.language) location.reload();
  root.dataset.textSize = now.look.text_size;
  root.dataset.contrast = now.look.contrast;
  byId("contrast").setAttribute("aria-pressed", String(now.look.contrast === "high"));
}

/**
 * The code in two halves, as the console shows it; read as one number.
 * @param {string} code
 */
function paintCode(code) {
  const place = byId("pair-code");
  if (place.textContent === code) return;
  place.replaceChildren(...[code.slice(0, 3), code.slice(3)].map((digits) => {
    const half = document.createElement("span");
    half.className = "code-half";
    half.textContent = digits;
    return half;
  }));
}

/** @param {View} now */
function paintAfter(now) {
  bind("pause_reason", now.pause?.reason ?? "");
  bind("rest_ends", now.rest?.ends_at ? fill(word("rest_ends"), { at: now.rest.ends_at }) : "");
  bind("pause_since", now.pause ? fill(word("pause_since"), now.pause) : "");
  const done = now.submitted;
  bind("receipt", done?.receipt ?? "");
  bind("submitted", done ? fill(word(done.forced ? "forced_counts" : "submitted_counts"), done) : "");
  const result = now.result;
  bind("result", result ? fill(word("result_right"), result) : "");
  bind("result_jury", result?.jury ? word("result_jury") : "");
  const taken = result?.time_taken_s ?? 0;
  bind("result_time", fill(word("result_time"), { minutes: Math.floor(taken / 60), seconds: taken % 60 }));
  paintSavedLine(now);
}

/** @param {View} now */
function paintSavedLine(now) {
  const state = exam.savedState(now);
  const detail = state === "machine" ? ` · ${fill(word("saved_machine_detail"), now.saved)}` : "";
  bind("saved_line", word(`saved_${state}`) + detail);
  for (const place of document.querySelectorAll("[data-saved]")) place.setAttribute("data-state", state);
}

function listen() {
  const events = new EventSource("/api/events");
  events.addEventListener("view", (event) => { void paint(JSON.parse(event.data)); });
  // EventSource comes back by itself after a break; after a refusal it does not, and a reload is the way in again.
  events.addEventListener("error", () => {
    if (events.readyState === EventSource.CLOSED) setTimeout(listen, 1000);
  });
}

function preferences() {
  const sizes = ["100", "110", "125", "150", "175", "200"];
  const root = document.documentElement;
  /** @param {number} step */
  const resize = (step) => {
    const at = Math.min(sizes.length - 1, Math.max(0, sizes.indexOf(root.dataset.textSize ?? "100") + step));
    root.dataset.textSize = sizes[at];
    exam.showPlace();
    void call("/api/preferences", { text_size: sizes[at] });
  };
  byId("text-smaller").addEventListener("click", () => resize(-1));
  byId("text-larger").addEventListener("click", () => resize(1));
  const contrast = byId("contrast");
  contrast.setAttribute("aria-pressed", String(root.dataset.contrast === "high"));
  contrast.addEventListener("click", () => {
    root.dataset.contrast = root.dataset.contrast === "high" ? "normal" : "high";
    contrast.setAttribute("aria-pressed", String(root.dataset.contrast === "high"));
    void call("/api/preferences", { contrast: root.dataset.contrast });
  });
}

function forms() {
  for (const form of document.querySelectorAll("form[data-form]")) {
    if (!(form instanceof HTMLFormElement)) continue;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const fields = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
      const path = form.dataset.form === "address" ? "/api/pair/address" : "/api/sign-in";
      const button = form.querySelector("button");
      if (button) button.disabled = true;
      const answer = await call(path, fields);
      if (button) button.disabled = false;
      const error = form.parentElement?.querySelector("[data-error]");
      if (!error) return;
      show(error, !answer.ok);
      error.textContent = answer.ok ? "" : (answer.text ?? word("address_wrong"));
      const last = [...form.querySelectorAll("input")].at(-1);
      if (answer.ok) form.reset();
      else last?.select();  // what was mistyped is typed anew, not mended letter by letter
    });
  }
  for (const button of document.querySelectorAll("button[data-call]")) {
    button.addEventListener("click", () => call(button.getAttribute("data-call") ?? "", {}));
  }
}

function typingTest() {
  const field = byId("typing-field");
  const wanted = (byId("typing-sample").textContent ?? "").normalize("NFC").trim();
  field.addEventListener("input", () => {
    if (!(field instanceof HTMLInputElement)) return;
    const right = field.value.normalize("NFC").trim().replace(/\s+/g, " ") === wanted;
    const done = byId("typing-done");
    if (done instanceof HTMLButtonElement) done.disabled = !right;
    byId("typing-word").textContent = right
      ? word("typing_right") : field.value.length >= wanted.length ? word("typing_wrong") : "";
  });
}

/** What a browser offers and an exam does not: leaving the page, second windows, menus, dragging texts about. */
function stayHere() {
  for (const name of ["contextmenu", "dragstart", "drop", "auxclick"]) {
    document.addEventListener(name, (event) => event.preventDefault());
  }
}

/** Four keys at once, which nobody presses by a slip: the technician's page for carrying answers away. */
function technicianKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey && event.altKey && event.shiftKey && event.code === "KeyR") {
      event.preventDefault();
      location.assign("/rescue");  // what is being typed is kept as the page goes
    }
  });
}

technicianKeys();
preferences();
forms();
typingTest();
stayHere();
attachHall((number) => { exam.review(false); exam.go(number); });
byId("leave-ask").addEventListener("click", () => askToLeave(true));
byId("leave-no").addEventListener("click", () => askToLeave(false));
byId("leave-yes").addEventListener("click", () => void leave());
exam.attach(() => { if (view) void paint(view); });
document.addEventListener("draft", () => {
  if (!view) return;
  exam.paintSaved(view);
  paintSavedLine(view);
});
setInterval(paintClock, 250);
listen();
void tellDisplay();
window.addEventListener("resize", () => void tellDisplay());
