// @ts-check
/** In the head of every page but the map: how much needs somebody, and the gravest of it. The map's own line, told less. */

import { headline, issues } from "./issues.js";
import { BAD, Room } from "./model.js";
import { byId, text } from "./page.js";
import { say } from "./words.js";

const AGAIN_MS = 10_000; // after the room said no: too many pages are open, or the session is over

const room = new Room();
const place = byId("needs");
const socket = io("/console", {
  auth: { only: "problems" }, autoConnect: false, transports: ["websocket"],
  reconnectionDelay: 300, reconnectionDelayMax: 2000, randomizationFactor: 0.3,
});

/** @param {"bad" | "warn" | "calm"} level @param {string} words @param {string} [more] */
function show(level, words, more = "") {
  place.dataset.level = level;
  text(place.querySelector(".shape"), { bad: "●", warn: "▲", calm: "✓" }[level]);
  text(place.querySelector(".needs-count"), words);
  text(place.querySelector(".needs-worst"), more);
  place.title = more ? `${words}: ${more}` : words;
}

/** @param {import("./model.js").News} news */
function take(news) {
  room.change(news);
  const rows = issues(room);
  const [worst] = rows;
  if (!worst) show("calm", say("needs_nobody"));
  else show(worst.harm >= BAD ? "bad" : "warn", say("needs_n", { n: rows.length }), headline(worst, room, false));
}

socket.on("picture", take);
socket.on("changes", (/** @type {import("./model.js").News} */ news) => {
  take(news);
  document.dispatchEvent(new CustomEvent("problems")); // a page that shows one of them is looked up anew (refresh.js)
});
socket.on("disconnect", (/** @type {string} */ why) => {
  if (why !== "io client disconnect") show("bad", say("needs_lost"));
});
socket.on("connect_error", () => {
  if (socket.active) return show("bad", say("needs_lost"));
  show("warn", say("needs_blind"));
  setTimeout(follow, AGAIN_MS);
});
socket.on("signed_out", () => show("warn", say("needs_blind")));

/** Only a page that somebody looks at holds a place among those who are told. */
function follow() {
  if (document.hidden) socket.disconnect();
  else if (!socket.connected) socket.connect();
}

document.addEventListener("visibilitychange", follow);
follow();
