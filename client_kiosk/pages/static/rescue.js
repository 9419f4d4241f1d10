// @ts-check
/** The technician's page: says what there is, writes it to a stick, or shows it as codes one after another. */

import { byId, call, fill, show, word } from "./page.js";

/**
 * @typedef {{sittings: {sitting_id: string, text: string}[], sticks: string[], damaged: string | null}} Overview
 * @typedef {{show_id: string, blocks: number, count: number, note: string}} Shown
 */

const PACES_S = [0.5, 0.8, 1.2, 2, 3, 5];
let pace = 2;
let place = 0;
let paused = false;
/** @type {Shown | null} */
let shown = null;
/** @type {number | undefined} */
let timer;

/**
 * @param {string} text
 * @param {boolean} ok
 */
function say(text, ok) {
  const result = byId("result");
  result.textContent = text;
  result.toggleAttribute("data-ok", ok);
  show(result, text !== "");
}

/**
 * @param {string} label
 * @param {() => Promise<void>} act
 */
function button(label, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = label;
  made.addEventListener("click", async () => {
    made.disabled = true;
    say("", true);
    await act();
    made.disabled = false;
  });
  return made;
}

async function look() {
  const answer = /** @type {any} */ (await call("/api/rescue/overview", {}));
  if (!answer.ok) { say(answer.text ?? word("fault"), false); return; }
  const found = /** @type {Overview} */ (answer);
  byId("held").replaceChildren(...(found.sittings.length ? found.sittings.map((one) => one.text) : [word("no_answers")]).map((text) => {
    const line = document.createElement("p");
    line.textContent = text;
    return line;
  }));
  byId("damaged").textContent = found.damaged ?? "";
  show(byId("damaged"), !!found.damaged);
  const any = found.sittings.length > 0;
  byId("sticks").replaceChildren(...(any ? found.sticks : []).map((name, at) => button(name, () => write(at))));
  byId("stick-none").textContent = word("no_stick");
  show(byId("stick-none"), any && !found.sticks.length);
  byId("shows").replaceChildren(...found.sittings.map((one) => {
    const label = byId("shows").dataset.label ?? "";
    return button(found.sittings.length > 1 ? `${label}: ${one.sitting_id}` : label, () => begin(one.sitting_id));
  }));
}

/** @param {number} at */
async function write(at) {
  const answer = await call("/api/rescue/write", { stick: at });
  say(answer.text ?? word("fault"), answer.ok);
}

/** @param {string} sittingId */
async function begin(sittingId) {
  const answer = /** @type {any} */ (await call("/api/rescue/show", { sitting_id: sittingId }));
  if (!answer.ok) { say(answer.text ?? word("fault"), false); return; }
  shown = /** @type {Shown} */ (answer);
  place = 0;
  paused = false;
  byId("note").textContent = shown.note;
  show(byId("note"), shown.note !== "");
  byId("dots").replaceChildren(...Array.from({ length: shown.count }, (_, at) => {
    const dot = document.createElement("li");
    dot.toggleAttribute("data-spare", shown !== null && at >= shown.blocks);
    return dot;
  }));
  show(byId("choose"), false);
  show(byId("show"), true);
  document.body.classList.add("showing");
  paint();
  byId("code-of").focus();
}

function end() {
  shown = null;
  clearTimeout(timer);
  document.body.classList.remove("showing");
  show(byId("show"), false);
  show(byId("choose"), true);
}

/** The code that is shown now; the next one is due only after this one stood there for its time. */
function paint() {
  if (!shown) return;
  const at = { number: place + 1, count: shown.count, blocks: shown.blocks };
  const picture = byId("code");
  if (picture instanceof HTMLImageElement) {
    picture.alt = fill(word("code_alt"), at);
    picture.src = source(place);
  }
  byId("code-of").textContent = fill(word("code_of"), at);
  byId("code-kind").textContent = fill(word(place < shown.blocks ? "block" : "spare"), at);
  [...byId("dots").children].forEach((dot, n) => dot.toggleAttribute("data-now", n === place));
  byId("pause").textContent = word(paused ? "go_on" : "pause");
  byId("pace").textContent = fill(word("seconds"), { seconds: PACES_S[pace].toLocaleString(document.documentElement.lang) });
  new Image().src = source((place + 1) % shown.count);
}

/** @param {number} n */
function source(n) {
  return `/rescue/code/${shown?.show_id}/${n}.png`;
}

function stood() {
  clearTimeout(timer);
  if (shown && !paused) timer = setTimeout(() => step(1), PACES_S[pace] * 1000);
}

/** @param {number} by */
function step(by) {
  if (!shown) return;
  place = (place + by + shown.count) % shown.count;
  paint();
}

/** @param {boolean} on */
function hold(on) {
  paused = on;
  paint();
  stood();
}

/** @param {number} by */
function change(by) {
  pace = Math.min(PACES_S.length - 1, Math.max(0, pace + by));
  paint();
  stood();
}

byId("code").addEventListener("load", stood);
byId("look-again").addEventListener("click", () => void look());
byId("pause").addEventListener("click", () => hold(!paused));
byId("previous").addEventListener("click", () => { hold(true); step(-1); });
byId("next").addEventListener("click", () => { hold(true); step(1); });
byId("slower").addEventListener("click", () => change(1));
byId("faster").addEventListener("click", () => change(-1));
byId("end").addEventListener("click", end);
document.addEventListener("keydown", (event) => {
  if (!shown) return;
  const onButton = event.target instanceof HTMLButtonElement;
  /** @type {{[key: string]: () => void}} */
  const acts = {
    ArrowLeft: () => { hold(true); step(-1); }, ArrowRight: () => { hold(true); step(1); },
    "+": () => change(-1), "=": () => change(-1), "-": () => change(1), Escape: end,
    ...(onButton ? {} : { " ": () => hold(!paused) }),  // a button answers to the space bar itself
  };
  const act = acts[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
void look();
