// @ts-check
/** One item: its preview, and the keys that lead on. */

import { byId, fetched, typing } from "./common.js";
import { keyText, show } from "./preview.js";

const sheet = document.getElementById("sheet");
let number = 0;
/** @type {import("./preview.js").Shown | null} */
let shown = null;

/** @param {string} asked */
async function fetchShown(asked) {
  if (!sheet) return;
  const response = await fetched(`${sheet.dataset.from}${asked}`);
  if (!response) return;
  const data = await response.json();
  shown = await show(sheet, data);
  byId("key").textContent = keyText(data);
  shown.showKey(byId("show-key").getAttribute("aria-pressed") === "true");
}

byId("show-key").addEventListener("click", () => {
  const on = byId("show-key").getAttribute("aria-pressed") !== "true";
  byId("show-key").setAttribute("aria-pressed", String(on));
  shown?.showKey(on);
});
byId("mix").addEventListener("click", () => { number += 1; void fetchShown(`?mix=${number}`); });
byId("size").addEventListener("change", (event) => {
  if (sheet && event.target instanceof HTMLSelectElement) sheet.dataset.textSize = event.target.value;
});

document.addEventListener("keydown", (event) => {
  if (typing(event) || event.repeat) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const to = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!(to instanceof HTMLElement) || (event.target instanceof Element && event.target.closest(".sheet") && key.startsWith("Arrow"))) return;
  event.preventDefault();
  if (to instanceof HTMLInputElement || to instanceof HTMLTextAreaElement) to.focus();
  // Nobody signs what is not on the page yet: a key held too long must not sign the next item unread.
  else if (!(to instanceof HTMLButtonElement) || shown || !sheet) to.click();
});

const complete = document.getElementById("complete");
if (complete instanceof HTMLFormElement) {
  complete.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.ctrlKey && !event.repeat) complete.requestSubmit(); });
}

void fetchShown("");
