// @ts-check
/** The list: found while one types, and walked through by keyboard. */

import { byId, fetched, typing } from "./common.js";

const form = /** @type {HTMLFormElement} */ (byId("filters"));
const search = /** @type {HTMLInputElement} */ (byId("q"));
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let turn = 0;

async function find() {
  turn += 1;
  const mine = turn;
  const asked = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value) asked.set(name, String(value));
  const address = `/items?${asked}`;
  const response = await fetched(address);
  if (!response || mine !== turn) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const found = page.getElementById("results");
  if (!found || mine !== turn) return;
  byId("results").replaceWith(found);
  history.replaceState(null, "", address);
}

form.addEventListener("input", (event) => {
  clearTimeout(timer);
  timer = setTimeout(find, event.target === search ? 200 : 0);
});
form.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(timer); void find(); });

/** @param {number} by */
function walk(by) {
  const rows = [...document.querySelectorAll(".list td.line a")];
  const at = rows.findIndex((row) => row === document.activeElement);
  const to = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : at + by];
  if (to instanceof HTMLElement) to.focus();
  else if (by < 0) search.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.target === search && event.key === "ArrowDown") walk(1);
  else if (typing(event)) return;
  else if (event.key === "/") search.focus();
  else if (event.key === "ArrowDown") walk(1);
  else if (event.key === "ArrowUp") walk(-1);
  else if (event.key.toLowerCase() === "n") location.assign("/new");
  else return;
  event.preventDefault();
});
