// @ts-check
/** The editor: what is typed is saved as a rough copy at every pause, shown as candidates see it, and may be undone. */

import { make } from "/front/paper/widget.js";

import { byId, post, word } from "./common.js";
import { fields as general } from "./fields.js";
import { keyText, show } from "./preview.js";
import { pastes, sent, toolbar } from "./toolbar.js";
import { Typed } from "./typed.js";

/** @typedef {import("./common.js").Answer} Answer */

/** @type {{fields: {[name: string]: any}, seen: number, form: import("./fields.js").Field[], type: string, own: boolean, restored: boolean, words: {[name: string]: string}}} */
const page = JSON.parse(byId("page").textContent ?? "{}");
const name = page.fields.id;
let turn = 0;

const typed = new Typed({
  first: page.fields, seen: page.seen, rough: `/api/rough/${name}`, keep: `/api/keep/${name}`, away: "/items", painted,
  refill() {
    const at = document.activeElement?.closest("[data-path]")?.getAttribute("data-path");
    fillCommon();
    again(at ?? undefined);
  },
});

const own = byId("own");
/** The type's own form where its folder brings one. @type {typeof general} */
const form = page.own ? (await import(`/types/${page.type}/editor.js`)).default : general;
/** @type {import("./fields.js").Editor} */
const editor = {
  changed: () => typed.changed(), again, stem: () => String(typed.values.stem ?? ""),
  bring: async (file) => (await sent(file)).name ?? "",
  general,
  word: (key, filled = {}) => (page.words[key] ?? key).replace(/\{(\w+)\}/g, (_, place) => String(filled[place] ?? "")),
};

/** @param {string} [focus] the path of what is to have the focus */
function again(focus) {
  const at = focus ?? document.activeElement?.closest("[data-path]")?.getAttribute("data-path") ?? "";
  own.replaceChildren(...form(page.form, typed.values, editor));
  const place = at ? own.querySelector(`[data-path="${CSS.escape(at)}"]`) : null;
  const target = place?.querySelector("textarea, input, select");
  if (target instanceof HTMLElement) target.focus();
  typed.draft.touched();
}

/** @returns {NodeListOf<HTMLInputElement>} */
function common() {
  return document.querySelectorAll("#fields [data-field]");
}

function fillCommon() {
  for (const field of common()) {
    const value = typed.values[field.dataset.field ?? ""];
    if (field.type === "checkbox") field.checked = (value ?? field.dataset.default) === "true";
    else field.value = "list" in field.dataset ? (value ?? []).join(", ") : value ?? "";
  }
}

/** @param {HTMLInputElement} field */
function read(field) {
  const key = field.dataset.field ?? "";
  const given = field.type === "checkbox" ? (String(field.checked) === field.dataset.default ? "" : String(field.checked)) : field.value;
  if ("list" in field.dataset) typed.values[key] = given.split(",").map((one) => one.trim()).filter(Boolean);
  else if (given === "" && !["stem", "explanation", "source", "id"].includes(key)) delete typed.values[key];
  else typed.values[key] = given;
  if (key === "stem") gapsAgain();
  typed.changed();
}

let gapNames = "";
/** The form of gaps follows the gaps of the stem. */
function gapsAgain() {
  const now = (editor.stem().match(/\{\{gap:[a-z0-9_-]+\}\}/g) ?? []).join();
  if (now === gapNames || !page.form.some(({ kind }) => kind === "gaps")) return;
  gapNames = now;
  own.replaceChildren(...form(page.form, typed.values, editor));
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
  // What nobody has begun is not marked as wrong yet; the list beside it says what is needed.
  if (turn === 1 && !page.seen && !page.restored) return;
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

byId("fields").addEventListener("submit", (event) => event.preventDefault());

fillCommon();
for (const field of common()) {
  field.addEventListener("input", () => read(field));
  if ("rich" in field.dataset) {
    const label = document.querySelector(`label[for="${field.id}"]`)?.textContent ?? "";
    pastes(field);
    field.before(toolbar(() => field, { name: label, gaps: field.dataset.field === "stem" && page.form.some(({ kind }) => kind === "gaps") }));
  }
}
own.replaceChildren(...form(page.form, typed.values, editor));
gapNames = (editor.stem().match(/\{\{gap:[a-z0-9_-]+\}\}/g) ?? []).join();
typed.start();
byId("fields").removeAttribute("inert");  // what is typed before this would be written over
void post("/api/look", typed.body()).then(painted);
