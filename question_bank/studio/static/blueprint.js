// @ts-check
/** The editor of a blueprint: what is typed is saved at every pause, and the page says what the bank is short of. */

import { Draft, button, make } from "/front/paper/widget.js";

import { counted, grid, partFields, parts, walk } from "./blueprint_grid.js";
import { got, loaded, marks, minutes, newSection, page, put, said, spoken, stocked, stockVersion, sums, times, whole, written } from "./blueprint_model.js";
import { addGroup, briefs, exclusions, fixedItems, rules } from "./blueprint_rules.js";
import { byId, fetched, post, word } from "./common.js";

/**
 * @typedef {import("./common.js").Fault} Fault
 * @typedef {{code: string, message: string, cells: string[], brief?: string, item?: string}} Short
 * @typedef {{state: string, short: Short[], faults: Fault[], text?: string, stock?: import("./blueprint_model.js").Stock}} Checked
 */

const MOST_STEPS = 200; // of undoing; a step is a document, some kB
const LATER_MS = 1500; // before it is asked again where the question of another page came after ours
const CALM_MS = 400; // an answer that comes sooner needs no word that it is worked on

const saved = byId("saved");
let blueprint = loaded(page.document);
let seen = page.seen;
let chosen = 0;
/** @type {string[]} */
let past = [];
/** @type {string[]} */
let ahead = [];
let last = now();
let keptAs = page.restored ? "" : last;
let asked = 0;
/** @type {Short[]} */
let short = [];
/** @type {Fault[]} */
let faults = [];

function now() {
  return JSON.stringify(written(blueprint));
}

const draft = new Draft(send, 500, 2000);

async function send() {
  step();
  state(word("saving"), "saving");
  const answer = await post(`/blueprints/${page.name}/rough`, { document: written(blueprint), seen });
  if (answer.ok) state(word(draft.dirty ? "typed" : "saved", { at: answer.at ?? "" }), draft.dirty ? "typed" : "saved");
  else state(word("not_saved", { why: answer.text ?? "" }), "not_saved");
  if (answer.faults && !draft.dirty) paintFaults(answer.faults);
  if (!draft.dirty) void check();
  return answer.ok;
}

/** @param {string} text @param {string} which */
function state(text, which) {
  saved.dataset.state = which;
  saved.textContent = text;
}

/** Ask what is short. The answer may take its time: a newer question takes its place. */
async function check() {
  asked += 1;
  const mine = asked;
  const calm = setTimeout(() => verdict("computing"), CALM_MS);
  const body = { document: written(blueprint), stock: stockVersion() };
  const answer = /** @type {Checked & {ok: boolean}} */ (/** @type {unknown} */ (await post("/blueprints/check", body)));
  clearTimeout(calm);
  if (mine !== asked) return;
  if (!answer.ok) {
    verdict("no_answer", answer.text);
    return;
  }
  if (answer.state === "superseded") {
    // Only the page that somebody is in asks again, so that two of them do not end each other's for ever.
    setTimeout(() => { if (mine === asked && document.hasFocus()) void check(); }, LATER_MS);
    return;
  }
  if (answer.stock) stocked(answer.stock);
  short = answer.short;
  paintFaults(answer.faults);
  const empty = blueprint.sections.every((section) => !sums(section).items);
  verdict(empty ? "nothing_yet" : ["too_long", "broken"].includes(answer.state) ? "no_answer" : answer.state, answer.text);
  byId("short").replaceChildren(...short.map((one) => {
    const line = button(one.message, () => (one.item ? focusItem(one.item) : focusOn(one.cells[0] ?? "")), { class: "fault", "data-severity": one.code === "undecided" ? "warning" : "error" });
    return line;
  }));
  paintCounts();
}

/** @param {string} which @param {string} [text] */
function verdict(which, text) {
  const line = byId("verdict");
  line.dataset.state = which;
  const places = which === "short" && short.length > 1 ? ` (${short.length})` : "";
  const shape = { feasible: "✓ ", short: "● ", undecided: "▲ ", no_answer: "▲ ", unreadable: "▲ " }[which] ?? "";
  const named = which === "short" && short.some(({ code }) => code !== "short") ? "cannot" : which;
  line.textContent = shape + (text || said(named)) + places;
  byId("short").toggleAttribute("data-old", which === "computing");
  if (!["computing", "short", "undecided"].includes(which)) byId("short").replaceChildren();
}

// --- what is shown -----------------------------------------------------------------------------------------------------

const editor = { changed, again, show };

function changed() {
  draft.touched();
  state(word("typed"), "typed");
  paintCounts();
}

/** @param {number} part */
function show(part) {
  chosen = Math.max(0, Math.min(part, blueprint.sections.length - 1));
  again(`[data-part="${chosen}"]`);
}

/**
 * Make the page anew from the document; the focus goes to what is told, else to where it was.
 * @param {string} [focus]
 */
function again(focus) {
  const at = document.activeElement instanceof HTMLElement ? document.activeElement.dataset : {};
  const back = focus ?? (at.cell ? `[data-cell="${at.cell}"]` : at.path ? `[data-path="${at.path}"]` : "");
  chosen = Math.min(chosen, blueprint.sections.length - 1);
  parts(blueprint, chosen, editor, () => {
    blueprint.sections.push(newSection(blueprint.sections.map(({ code }) => String(code))));
    changed();
    show(blueprint.sections.length - 1);
  });
  partFields(blueprint, chosen, editor);
  grid(blueprint.sections[chosen], editor);
  rules(blueprint, chosen, editor);
  exclusions(blueprint, editor);
  fixedItems(blueprint, editor);
  fillFields();
  paintCounts();
  paintFaults(faults);
  const target = back ? document.querySelector(back) : null;
  if (target instanceof HTMLElement) target.focus();
}

function paintCounts() {
  /** @type {Map<import("./blueprint_model.js").Row, {[level: string]: string}>} */
  const marked = new Map();
  for (const one of short) {
    for (const path of one.cells) {
      const [, part, , row, level] = path.split("/");
      const section = blueprint.sections[Number(part)];
      const found = section && spoken(section)[Number(row)];
      if (found) marked.set(found, { ...marked.get(found), [level]: one.brief ?? "" });
    }
  }
  counted(blueprint, chosen, marked);
  briefs(blueprint, chosen);
  const often = times(blueprint);
  byId("times").textContent = often.times > 1 ? said("times", often) : "";
  paintSums();
}

function paintSums() {
  const all = blueprint.sections.map(sums);
  const total = all.reduce((sum, one) => ({ items: sum.items + one.items, worth: sum.worth + one.worth, seconds: sum.seconds + one.seconds }), { items: 0, worth: 0, seconds: 0 });
  /** @param {string} name @param {{items: number, worth: number, seconds: number}} one */
  const line = (name, one) => make("tr", {}, make("th", { scope: "row" }, name), ...[said(one.items === 1 ? "item" : "items", { count: one.items }), said("marks", { marks: marks(one.worth) }), said("minutes", { minutes: minutes(one.seconds) })].map((text) => make("td", {}, text)));
  byId("sums").replaceChildren(make("tbody", {}, ...(all.length > 1 ? all.map((one, place) => line(said("part", { number: place + 1 }), one)) : [])), make("tfoot", {}, line(said("all_parts"), total)));
}

/** @param {Fault[]} found */
function paintFaults(found) {
  faults = found;
  const empty = blueprint.sections.every((section) => !sums(section).items);
  const shown = found.filter(({ path }) => !empty || !/\/cells$/.test(path)); // an empty grid says so itself
  byId("faults-panel").hidden = !shown.length;
  byId("counts").textContent = shown.length ? word("errors", { count: shown.length }) : "";
  byId("faults").replaceChildren(...shown.map((fault) => {
    const line = button("", () => focusOn(fault.path), { class: "fault", "data-severity": fault.severity });
    line.append(...(fault.where ? [make("strong", {}, `${fault.where}: `)] : []), fault.message);
    if (fault.hint) line.append(make("span", { class: "muted small" }, ` ${fault.hint}`));
    return line;
  }));
  for (const marked of document.querySelectorAll("#fields [aria-invalid]")) marked.removeAttribute("aria-invalid");
  for (const fault of shown) if (fault.severity === "error") target(fault.path)?.setAttribute("aria-invalid", "true");
}

/**
 * The control that a path of the document leads to, or the nearest above it; of another part only when that is shown.
 * @param {string} path
 * @returns {HTMLElement | null}
 */
function target(path) {
  const [top, part, inner, row, level] = path.split("/");
  if (top === "sections" && inner === "cells") {
    const section = Number(part) === chosen ? blueprint.sections[chosen] : undefined;
    const place = section && row !== undefined ? section.cells.indexOf(spoken(section)[Number(row)]) : -1;
    const own = level === "mark_per_item" ? `[data-row-marks="${place}"], ` : "";
    return place < 0 ? document.querySelector(Number(part) === chosen ? "[data-cell]" : "[data-none]") : document.querySelector(`${own}[data-cell="${place}/${level ?? page.levels[0].value}"]`) ?? document.querySelector(`[data-cell^="${place}/"]`);
  }
  for (let at = path; at; at = at.slice(0, Math.max(0, at.lastIndexOf("/")))) {
    const found = document.querySelector(`#fields [data-path="${CSS.escape(at)}"]`)
      ?? document.querySelector(`#fields [data-path-box="${CSS.escape(at)}"]`)?.querySelector("input, select, button")
      ?? document.querySelector(`#fields details[data-holds~="${CSS.escape(at)}"] summary`);
    if (found instanceof HTMLElement) return found;
    if (!at.includes("/")) return null;
  }
  return null;
}

/** @param {string} path */
function focusOn(path) {
  const [top, part] = path.split("/");
  if (top === "sections" && part !== undefined && Number(part) !== chosen) show(Number(part));
  reveal(target(path));
}

/** @param {string} item */
function focusItem(item) {
  reveal(document.querySelector(`[data-fixed="${CSS.escape(item)}"] select`));
}

/** @param {Element | null} element */
function reveal(element) {
  const folded = element?.closest("details");
  if (folded) folded.open = true;
  if (element instanceof HTMLElement) element.focus();
}

/** @returns {NodeListOf<HTMLInputElement | HTMLSelectElement>} fields that stand in the page as it came */
function standing() {
  return document.querySelectorAll(".head-fields [data-path], .more .common > label > [data-path]:not([data-path^='fixed/'])");
}

function fillFields() {
  for (const field of standing()) {
    const value = got(blueprint, (field.dataset.path ?? "").split("/"));
    const text = "list" in field.dataset ? (Array.isArray(value) ? value.join(", ") : "") : String(value ?? field.dataset.default ?? "");
    if (field.value !== text && field !== document.activeElement || field instanceof HTMLSelectElement) field.value = text;
  }
  paintTitle();
}

/** @param {HTMLInputElement | HTMLSelectElement} field */
function read(field) {
  const path = (field.dataset.path ?? "").split("/");
  /** @type {any} */
  let value = field.value.trim();
  if ("number" in field.dataset) value = whole(field.value);
  else if ("list" in field.dataset) value = value.split(/[,;\s]+/).filter(Boolean);
  else if (path[0] === "title") value = field.value;
  if (value === field.dataset.default || (Array.isArray(value) && !value.length)) value = undefined;
  put(blueprint, path, value);
  if (path[0] === "title") paintTitle();
  changed();
}

/** The page is called what the blueprint is called. */
function paintTitle() {
  const { [document.documentElement.lang]: here, vi } = /** @type {{[language: string]: string}} */ (blueprint.title ?? {});
  byId("called").textContent = here || vi || page.name;
}

// --- undone, kept ------------------------------------------------------------------------------------------------------

/** What was before becomes a step to go back to. */
function step() {
  const there = now();
  if (there === last) return;
  past = [...past, last].slice(-MOST_STEPS);
  ahead = [];
  last = there;
  steps();
}

function steps() {
  byId("undo").toggleAttribute("disabled", !past.length);
  byId("redo").toggleAttribute("disabled", !ahead.length);
}

/** @param {string[]} from @param {string[]} to */
function go(from, to) {
  const there = from.pop();
  if (there === undefined) return;
  to.push(last);
  last = there;
  blueprint = loaded(JSON.parse(there));
  again();
  for (const field of standing()) if (field === document.activeElement) field.value = String(got(blueprint, (field.dataset.path ?? "").split("/")) ?? "");
  steps();
  changed();
}

const undo = () => { step(); go(past, ahead); };
const redo = () => { step(); go(ahead, past); };

/** Whether it is kept now. */
async function keep() {
  step();
  await draft.flush();
  const there = now();
  const answer = /** @type {any} */ (await post(`/blueprints/${page.name}/keep`, { document: written(blueprint), seen }));
  byId("refused").hidden = answer.ok;
  byId("refused").textContent = answer.ok ? "" : answer.text ?? "";
  if (answer.faults) paintFaults(answer.faults);
  if (!answer.ok) return false;
  seen = answer.seen;
  keptAs = there;
  if (now() === there) draft.drop();
  state(said("kept", { number: seen }), "saved");
  await refreshed();
  return true;
}

/** History and notices as they are after keeping. */
async function refreshed() {
  const response = await fetched(location.pathname);
  if (!response) return;
  const other = new DOMParser().parseFromString(await response.text(), "text/html");
  const [here, there] = [document.querySelector(".below details"), other.querySelector(".below details")];
  if (here instanceof HTMLDetailsElement && there instanceof HTMLDetailsElement) {
    there.open = here.open;
    here.replaceWith(there);
  }
  for (const one of document.querySelectorAll("main > .notice")) one.remove();
}

byId("keep").addEventListener("click", () => void keep());
byId("undo").addEventListener("click", undo);
byId("redo").addEventListener("click", redo);
byId("add-group").addEventListener("click", () => addGroup(blueprint, editor));
byId("assemble").addEventListener("click", async (event) => {
  event.preventDefault();
  const to = /** @type {HTMLAnchorElement} */ (byId("assemble")).href;
  if ((!draft.open && now() === keptAs) || await keep()) location.assign(to);
});
byId("yaml").addEventListener("click", async (event) => {
  if (!draft.open) return;
  event.preventDefault();
  await draft.flush();
  byId("yaml").click();
});
document.addEventListener("keydown", (event) => {
  walk(event);
  if (!event.ctrlKey && !event.metaKey) return;
  const key = event.key.toLowerCase();
  if (key === "s") void keep();
  else if (key === "z" && !event.shiftKey) undo();
  else if (key === "y" || key === "z") redo();
  else return;
  event.preventDefault();
});
for (const field of standing()) field.addEventListener("input", () => read(field));
byId("fields").addEventListener("submit", (event) => event.preventDefault());
addEventListener("beforeunload", (event) => { if (draft.open) event.preventDefault(); });
addEventListener("pagehide", () => void draft.flush());
addEventListener("focus", () => { if (!draft.open) void check(); }); // items may have been approved in another tab

stocked(page.stock);
again();
steps();
state(word("idle"), "idle");
byId("fields").removeAttribute("inert"); // what is typed before this would be written over
void check();
