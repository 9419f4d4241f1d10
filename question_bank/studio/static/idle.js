// @ts-check
/** Locks the page when nobody has stirred for as long as the studio says: what is open is gone from the screen. */

import { fetched, post } from "./common.js";

const TELL_MS = 30_000; // how often the studio hears that somebody is there
const LAST_MS = 5_000; // so shortly before it locks, it hears at once

let stirred = false;
let last = false;
let leaving = false;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

async function look() {
  clearTimeout(timer);
  const here = stirred;
  stirred = false;
  if (here) await post("/api/here", {});
  const answer = await fetched("/api/idle");
  if (answer) arm((await answer.json()).lock_in_ms);
  else timer = setTimeout(look, TELL_MS); // the studio has ended: the page keeps what could not be saved
}

/** @param {number} left ms until the studio locks itself */
function arm(left) {
  last = left <= LAST_MS;
  if (left > 0) timer = setTimeout(look, last ? left : Math.min(left - LAST_MS, TELL_MS));
  else lock();
}

function lock() {
  leaving = true;
  location.replace(`/sign-in?to=${encodeURIComponent(location.pathname + location.search)}`);
}

for (const kind of ["keydown", "pointerdown", "pointermove", "wheel"]) {
  addEventListener(kind, () => {
    stirred = true;
    if (last) { last = false; void look(); }
  }, { capture: true, passive: true });
}
addEventListener("visibilitychange", () => void look()); // a computer that slept has no exact timers
// What could not be saved is in the studio's memory: the question whether to leave would keep the page on the screen.
addEventListener("beforeunload", (event) => { if (leaving) event.stopImmediatePropagation(); }, { capture: true });
void look();
