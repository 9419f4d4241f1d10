// @ts-check
/** The editor: what is typed is saved as a rough copy at every pause, shown as candidates see it, and may be undone. */

import { Draft, make } from "/front/paper/widget.js";

import { byId, post, word } from "./common.js";
import { fields as general } from "./fields.js";
import { keyText, show } from "./preview.js";
import { pastes, toolbar } from "./toolbar.js";

/** @typedef {import("./common.js").Answer} Answer */

const MOST_STEPS = 200; // of undoing; a step is an item, some kB

/** @type {{fields: {[name: string]: any}, seen: number, form: import("./fields.js").Field[], type: string, own: boolean, restored: boolean}} */
const page = JSON.parse(byId("page").textContent ?? "{}");
const saved = byId("saved");
let values = page.fields;
const name = values.id;
/** @type {string[]} */
let past = [];
/** @type {string[]} */
let ahead = [];
let last = JSON.stringify(values);
let turn = 0;

const draft = new Draft(send, 500, 2000);

async function send() {
  step();
  state("saving");
  const answer = await post(`/api/rough/${name}`, { fields: values, seen: page.seen });
  if (answer.ok) state("saved", { at: answer.at ?? "" });
  else state("not_saved", { why: answer.text ?? "" });
  await painted(answer);
  return answer.ok;
}

/**
 * Where what was typed is.
 * @param {string} which
 * @param {{[name: string]: string}} [said]
 */
function state(which, said = {}) {
  const open = which === "saved" && draft.dirty ? "typed" : which;
  saved.dataset.state = open;
  saved.textContent = word(open, said);
}

function changed() {
  draft.touched();
  state("typed");
}

/** What was before becomes a step to go back to. */
function step() {
  const now = JSON.stringify(values);
  if (now === last) return;
  past = [...past, last].slice(-MOST_STEPS);
  ahead = [];
  last = now;
  steps();
}

function steps() {
  byId("undo").toggleAttribute("disabled", !past.length);
  byId("redo").toggleAttribute("disabled", !ahead.length);
}

function undo() {
  step();
  const to = past.pop();
  if (to === undefined) return;
  ahead.push(last);
  go(to);
}

function redo() {
  const to = ahead.pop();
  if (to === undefined) return;
  past.push(last);
  go(to);
}

/** @param {string} to */
function go(to) {
  last = to;
  values = JSON.parse(to);
  const at = document.activeElement?.closest("[data-path]")?.getAttribute("data-path");
  fillCommon();
  again(at ?? undefined);
  steps();
  changed();
}

const own = byId("own");
/** The type's own form where its folder brings one. @type {typeof general} */
const form = page.own ? (await import(`/types/${page.type}/editor.js`)).default : general;
const editor = { changed, again, stem: () => String(values.stem ?? "") };

/** @param {string} [focus] the path of what is to have the focus */
function again(focus) {
  const at = focus ?? document.activeElement?.closest("[data-path]")?.getAttribute("data-path") ?? "";
  own.replaceChildren(...form(page.form, values, editor));
  const place = at ? own.querySelector(`[data-path="${CSS.escape(at)}"]`) : null;
  const target = place?.querySelector("textarea, input, select");
  if (target instanceof HTMLElement) target.focus();
  draft.touched();
}

/** @returns {NodeListOf<HTMLInputElement>} */
function common() {
  return document.querySelectorAll("#fields [data-field]");
}

function fillCommon() {
  for (const field of common()) {
    const value = values[field.dataset.field ?? ""];
    if (field.type === "checkbox") field.checked = (value ?? field.dataset.default) === "true";
    else field.value = "list" in field.dataset ? (value ?? []).join(", ") : value ?? "";
  }
}

/** @param {HTMLInputElement} field */
function read(field) {
  const key = field.dataset.field ?? "";
  const typed = field.type === "checkbox" ? (String(field.checked) === field.dataset.default ? "" : String(field.checked)) : field.value;
  if ("list" in field.dataset) values[key] = typed.split(",").map((one) => one.trim()).filter(Boolean);
  else if (typed === "" && !["stem", "explanation", "source", "id"].includes(key)) delete values[key];
  else values[key] = typed;
  if (key === "stem") gapsAgain();
  changed();
}

let gapNames = "";
/** The form of gaps follows the gaps of the stem. */
function gapsAgain() {
  const now = (editor.stem().match(/\{\{gap:[a-z0-9_-]+\}\}/g) ?? []).join();
  if (now === gapNames || !page.form.some(({ kind }) => kind === "gaps")) return;
  gapNames = now;
  own.replaceChildren(...form(page.form, values, editor));
}

/** @param {Answer} answer */
async function painted(answer) {
  turn += 1;
  const mine = turn;
  if (answer.faults) paintFaults(answer.faults);
  if (answer.near) {
    byId("near").replaceChildren(...answer.near.map(({ id, percent }) => make("span", {}, "▲ ", make("a", { href: `/items/${id}`, target: "_blank" }, id), ` ${percent} % `)));
  }
  if (!answer.preview || mine !== turn) return;
  const shown = await show(byId("sheet"), answer.preview);
  shown.showKey(true);
  byId("key").textContent = keyText(answer.preview);
}

/** @param {import("./common.js").Fault[]} faults */
function paintFaults(faults) {
  const errors = faults.filter(({ severity }) => severity === "error").length;
  byId("counts").textContent = [errors ? word("errors", { count: errors }) : "", faults.length > errors ? word("warnings", { count: faults.length - errors }) : ""].filter(Boolean).join(" · ");
  byId("faults").replaceChildren(...(faults.length ? faults.map((fault) => {
    const line = make("button", { type: "button", class: "fault", "data-severity": fault.severity }, make("strong", {}, `${fault.where}: `), fault.message);
    if (fault.hint) line.append(make("span", { class: "muted small" }, ` ${fault.hint}`));
    line.addEventListener("click", () => target(fault.path)?.focus());
    return line;
  }) : [make("p", { class: "fine" }, `✓ ${word("no_problems")}`)]));
  for (const marked of document.querySelectorAll("#fields [aria-invalid]")) marked.removeAttribute("aria-invalid");
  for (const fault of faults) if (fault.severity === "error") target(fault.path)?.setAttribute("aria-invalid", "true");
}

/**
 * The control that a problem's path leads to, or the nearest above it.
 * @param {string} path
 * @returns {HTMLElement | null}
 */
function target(path) {
  for (let at = path; at; at = at.slice(0, Math.max(0, at.lastIndexOf("/")))) {
    const found = document.querySelector(`#fields [data-field="${CSS.escape(at)}"]`)
      ?? document.querySelector(`#own [data-path="${CSS.escape(at)}"]`)?.querySelector("textarea, input, select");
    if (found instanceof HTMLElement) return found;
    if (!at.includes("/")) return null;
  }
  return null;
}

async function keep() {
  step();
  await draft.flush();
  const answer = await post(`/api/keep/${name}`, { fields: values, seen: page.seen });
  byId("refused").hidden = answer.ok;
  byId("refused").textContent = answer.ok ? "" : answer.text ?? "";
  if (answer.faults) paintFaults(answer.faults);
  if (!answer.ok) return;
  draft.drop();
  location.assign(answer.to ?? "/items");
}

byId("keep").addEventListener("click", () => void keep());
byId("undo").addEventListener("click", undo);
byId("redo").addEventListener("click", redo);
document.addEventListener("keydown", (event) => {
  if (!event.ctrlKey && !event.metaKey) return;
  const key = event.key.toLowerCase();
  if (key === "s") void keep();
  else if (key === "z" && !event.shiftKey) undo();
  else if (key === "y" || key === "z") redo();
  else return;
  event.preventDefault();
});
document.addEventListener("refused", (event) => {
  byId("refused").hidden = false;
  byId("refused").textContent = event instanceof CustomEvent ? String(event.detail) : "";
});
byId("fields").addEventListener("submit", (event) => event.preventDefault());
addEventListener("beforeunload", (event) => { if (draft.open) event.preventDefault(); });
addEventListener("pagehide", () => void draft.flush());

fillCommon();
for (const field of common()) {
  field.addEventListener("input", () => read(field));
  if ("rich" in field.dataset) {
    const label = document.querySelector(`label[for="${field.id}"]`)?.textContent ?? "";
    pastes(field);
    field.before(toolbar(() => field, { name: label, gaps: field.dataset.field === "stem" && page.form.some(({ kind }) => kind === "gaps") }));
  }
}
own.replaceChildren(...form(page.form, values, editor));
gapNames = (editor.stem().match(/\{\{gap:[a-z0-9_-]+\}\}/g) ?? []).join();
last = JSON.stringify(values);
steps();
state("idle");
byId("fields").removeAttribute("inert");  // what is typed before this would be written over
void post("/api/look", { fields: values, seen: page.seen }).then(painted);
