// @ts-check
// A candidate's run in a simulated system, stepped through with that system's own page. Nothing can be done in it.

import { filled, style } from "/front/paper/simulator.js";

const run = /** @type {HTMLElement} */ (document.getElementById("run"));
const place = /** @type {HTMLElement} */ (document.getElementById("run-page"));
const of = Number(run.dataset.of);
/** @type {import("/front/paper/simulator.js").Page | null} */
let page = null;
let at = of;

/** @param {number} step */
async function go(step) {
  at = Math.min(Math.max(0, step), of);
  const asked = at;
  const response = await fetch(`${run.dataset.address}/${asked}`);
  if (!response.ok || asked !== at) return;
  const told = await response.json();
  if (!page) {
    if (told.style) await style(`/simulators/${told.simulator}/page.css`);
    const module = await import(`/simulators/${told.simulator}/page.js`);
    page = module.page(place, {
      act: () => Promise.resolve({ ok: false, reason: "" }),
      word: (/** @type {string} */ name, values = {}) => filled(told.words[name] ?? name, values),
      media: (/** @type {string} */ sha256) => `/media/${sha256}`,
      draft: () => "",
      language: document.documentElement.lang,
      readOnly: true,
    });
  }
  page?.paint(told.view);
  for (const one of run.querySelectorAll(".run-step")) {
    if (!(one instanceof HTMLElement)) continue;
    if (Number(one.dataset.step) === at) one.setAttribute("aria-current", "step");
    else one.removeAttribute("aria-current");
  }
  run.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  for (const [id, off] of /** @type {[string, boolean][]} */ ([["run-back", at === 0], ["run-on", at === of]])) {
    const button = document.getElementById(id);
    if (button instanceof HTMLButtonElement) button.disabled = off;
  }
}

document.getElementById("run-back")?.addEventListener("click", () => void go(at - 1));
document.getElementById("run-on")?.addEventListener("click", () => void go(at + 1));
for (const one of run.querySelectorAll(".run-step")) {
  one.addEventListener("click", () => void go(Number(/** @type {HTMLElement} */ (one).dataset.step)));
}
void go(0);
