// @ts-check
/** A form: its items as a candidate sees them, painted as one comes to them, and another item in the place of one. */

import { asSeen, byId, fetched, post } from "./common.js";
import { keyText, show } from "./preview.js";

/**
 * @typedef {import("./preview.js").Preview} Preview
 * @typedef {import("./preview.js").Shown} Shown
 * @typedef {{id: string, line: string, type: string, source: string, uses: number}} Offer
 */

const paper = byId("paper");
const dialog = /** @type {HTMLDialogElement} */ (byId("replace"));
const why = /** @type {HTMLInputElement} */ (byId("replace-why"));
const go = byId("replace-do");
/** @type {{preview: Preview}[]} */
let items = [];
/** @type {Map<HTMLElement, Shown>} */
const painted = new Map();
let keys = false;
let asked = "";
/** @type {HTMLElement | null} */
let opener = null;

/** @param {HTMLElement} place */
async function paint(place) {
  const sheet = place.querySelector(".sheet");
  const data = items[Number(place.dataset.n)]?.preview;
  if (!(sheet instanceof HTMLElement) || !data) return;
  const shown = await show(sheet, data);
  painted.set(place, shown);
  tell(place, shown);
}

/** @param {HTMLElement} place @param {Shown} shown */
function tell(place, shown) {
  shown.showKey(keys);
  const line = place.querySelector("[data-key]");
  if (!(line instanceof HTMLElement)) return;
  line.hidden = !keys;
  line.textContent = keyText(items[Number(place.dataset.n)].preview);
}

async function begin() {
  const response = await fetched(paper.dataset.from ?? "");
  if (!response) return;
  items = (await response.json()).items;
  asSeen(paper.querySelectorAll(".paper-item"), paint);
}

byId("show-key").addEventListener("click", () => {
  keys = !keys;
  byId("show-key").setAttribute("aria-pressed", String(keys));
  for (const [place, shown] of painted) tell(place, shown);
});
byId("size").addEventListener("change", (event) => {
  if (!(event.target instanceof HTMLSelectElement)) return;
  for (const one of paper.querySelectorAll(".sheet")) if (one instanceof HTMLElement) one.dataset.textSize = event.target.value;
});

/** @param {Offer} one */
function row(one) {
  const label = document.createElement("label");
  label.className = "offer";
  const radio = Object.assign(document.createElement("input"), { type: "radio", name: "new", value: one.id });
  const text = document.createElement("span");
  const used = one.uses ? ` · ${(dialog.dataset.used ?? "").replace("%s", String(one.uses))}` : "";
  const head = document.createElement("b");
  head.textContent = one.id;
  const small = document.createElement("span");
  small.className = "small muted";
  small.textContent = `${one.type}${used}`;
  text.append(head, " ", one.line, document.createElement("br"), small);
  label.append(radio, text);
  return label;
}

function ready() {
  go.toggleAttribute("disabled", !why.value.trim() || !dialog.querySelector("[name=new]:checked"));
}

/** @param {HTMLElement} button */
async function open(button) {
  opener = button;
  asked = button.dataset.replace ?? "";
  byId("replace-what").textContent = asked;
  byId("replace-said").textContent = dialog.dataset.busy ?? "";
  byId("replace-refused").hidden = true;
  byId("replace-list").replaceChildren();
  why.value = "";
  ready();
  dialog.showModal();
  const response = await fetched(`/api/forms/${paper.dataset.form}/offers/${asked}`);
  const answer = response ? await response.json() : { ok: false, text: "", offers: [] };
  byId("replace-said").textContent = answer.ok ? (answer.offers.length ? "" : dialog.dataset.none ?? "") : answer.text;
  byId("replace-list").replaceChildren(...answer.offers.map(row));
}

/** @param {string} old @param {string} fresh @param {string} reason */
async function exchange(old, fresh, reason) {
  const answer = await post(`/api/forms/${paper.dataset.form}/swap`, { old, new: fresh, why: reason, revision: Number(paper.dataset.revision) });
  if (answer.ok) location.assign(answer.to ?? "/forms");
  return answer;
}

paper.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-replace]") : null;
  if (button instanceof HTMLElement) void open(button);
});
dialog.addEventListener("input", ready);
dialog.addEventListener("close", () => opener?.focus());
byId("replace-close").addEventListener("click", () => dialog.close());
byId("swap").addEventListener("submit", (event) => { event.preventDefault(); go.click(); });
go.addEventListener("click", async () => {
  const chosen = dialog.querySelector("[name=new]:checked");
  if (!(chosen instanceof HTMLInputElement)) return;
  go.setAttribute("disabled", "");
  const answer = await exchange(asked, chosen.value, why.value);
  byId("replace-refused").hidden = answer.ok;
  byId("replace-refused").textContent = answer.text ?? "";
  ready();
});
document.getElementById("update")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const field = /** @type {HTMLInputElement} */ (byId("update").querySelector("[name=why]"));
  const answer = await exchange("", "", field.value);
  field.setCustomValidity(answer.ok ? "" : answer.text ?? "");
  field.reportValidity();
});
void begin();
