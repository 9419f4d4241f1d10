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

/** @type {{[key: string]: string}} */
const WAYS = { "[": "before", "]": "after", e: "edit", l: "back" };
document.addEventListener("keydown", (event) => {
  const to = typing(event) ? undefined : document.getElementById(WAYS[event.key.toLowerCase()] ?? "");
  if (to instanceof HTMLElement) to.click();
});

void fetchShown("");
