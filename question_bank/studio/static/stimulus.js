// @ts-check
/** The editor of a stimulus: like that of items, with three fields. */

import { build } from "/front/paper/content.js";
import { make } from "/front/paper/widget.js";

import { byId, post, word } from "./common.js";
import { pastes, toolbar } from "./toolbar.js";
import { Typed } from "./typed.js";

/** @typedef {import("./common.js").Answer & {stimulus?: {title: string, text: import("/front/paper/content.js").Text}}} Seen */

/** @type {{fields: {[name: string]: string}, seen: number, restored: boolean}} */
const page = JSON.parse(byId("page").textContent ?? "{}");
const name = page.fields.id;

const typed = new Typed({
  first: page.fields, seen: page.seen, rough: `/api/stimulus/rough/${name}`, keep: `/api/stimulus/keep/${name}`, away: "/stimuli",
  painted, refill: fill,
});

/** @returns {NodeListOf<HTMLInputElement>} */
function fields() {
  return document.querySelectorAll("#fields [data-field]");
}

function fill() {
  for (const field of fields()) field.value = typed.values[field.dataset.field ?? ""] ?? "";
}

/** @param {Seen} answer */
function painted(answer) {
  if (answer.stimulus) {
    const title = answer.stimulus.title ? [make("h3", {}, answer.stimulus.title)] : [];
    const box = make("section", { class: "stimulus" }, ...title,
      make("div", { class: "content" }, build(answer.stimulus.text, { word, plays: { most: 0, used: new Map() } })));
    byId("sheet").replaceChildren(...(typed.values.title || typed.values.text ? [box] : []));
  }
  if (!answer.faults) return;
  byId("faults").replaceChildren(...(answer.faults.length
    ? answer.faults.map((fault) => make("p", { class: "fault", "data-severity": fault.severity }, make("strong", {}, `${fault.where}: `), fault.message))
    : [make("p", { class: "fine" }, `✓ ${word("no_problems")}`)]));
}

fill();
for (const field of fields()) {
  field.addEventListener("input", () => { typed.values[field.dataset.field ?? ""] = field.value; typed.changed(); });
  if (!("rich" in field.dataset)) continue;
  pastes(field);
  field.before(toolbar(() => field, { name: document.querySelector(`label[for="${field.id}"]`)?.textContent ?? "" }));
}
byId("fields").addEventListener("submit", (event) => event.preventDefault());
document.getElementById("forget")?.addEventListener("click", async () => {
  const answer = await post(`/api/stimulus/forget/${name}`, {});
  if (!answer.ok) return typed.refused(answer.text ?? "");
  typed.draft.drop();
  return location.assign(page.seen ? location.href : "/stimuli");
});
typed.start();
byId("fields").removeAttribute("inert");
void post("/api/stimulus/look", typed.body()).then(painted);
