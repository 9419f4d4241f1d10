// @ts-check
/** Assembling: asked for once, then looked after until it is done. The page may be left; the work goes on. */

import { byId, fetched, post } from "./common.js";

/** @typedef {{stage: string, at_work: boolean, text: string, name: string, seed: string, said: string[], forms: string[], called: string[]}} Progress */

const AGAIN_MS = 300;
const form = document.getElementById("assemble");
const section = byId("work");

/** @param {Progress} now */
function paint(now) {
  section.hidden = now.stage === "idle";
  section.dataset.stage = now.stage;
  const asked = document.querySelector(`#blueprint option[value="${CSS.escape(now.name)}"]`);
  byId("work-name").textContent = asked?.getAttribute("data-called") ?? now.name;
  if (byId("work-text").textContent !== now.text) byId("work-text").textContent = now.text;
  byId("work-bar").hidden = !now.at_work;
  byId("work-said").replaceChildren(...now.said.map((one) => {
    const line = document.createElement("li");
    line.textContent = one;
    return line;
  }));
  byId("work-forms").replaceChildren(...now.forms.map((one, place) => {
    const link = document.createElement("a");
    link.className = "button";
    link.href = `/forms/${one}`;
    link.textContent = now.called[place];
    return link;
  }));
  byId("work-seed").hidden = !now.seed;
  const seed = byId("work-seed").querySelector("code");
  if (seed) seed.textContent = now.seed;
  document.getElementById("go")?.toggleAttribute("disabled", now.at_work);
}

async function follow() {
  const response = await fetched("/api/forms/work");
  if (!response) {
    byId("work-text").textContent = section.dataset.lost ?? "";
    return;
  }
  /** @type {Progress} */
  const now = await response.json();
  paint(now);
  if (now.at_work) setTimeout(() => void follow(), AGAIN_MS);
  else byId("work-text").scrollIntoView({ block: "nearest" });
}

/** @param {string} id */
const value = (id) => /** @type {HTMLInputElement | HTMLSelectElement} */ (byId(id)).value;

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const sets = /** @type {HTMLInputElement} */ (form.querySelector("[name=sets]:checked")).value;
  const file = /** @type {HTMLInputElement} */ (byId("statistics")).files?.[0];
  const answer = await post("/api/forms/assemble", {
    blueprint: value("blueprint"), sets, seed: value("seed").trim(), statistics: file ? await file.text() : null, statistics_name: file?.name ?? "",
    kept: /** @type {HTMLInputElement | null} */ (document.getElementById("kept"))?.checked ?? false,
  });
  byId("refused").hidden = answer.ok;
  byId("refused").textContent = answer.text ?? "";
  if (answer.ok) void follow();
});

/** @type {Progress} */
const begun = JSON.parse(byId("work-now").textContent ?? "{}");
section.dataset.stage = begun.stage;
if (begun.at_work) void follow();
