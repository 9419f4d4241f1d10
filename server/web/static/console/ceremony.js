// @ts-check
/** The ceremony's fields: words checked as they are typed, one share after the other, and the clocks of the page. */

import { say } from "./words.js";
import { WORDS, completed, typed } from "./shares.js";

/** The words of SLIP-39 by their number. @type {Map<string, number>} */
const list = new Map();
const VIETNAM_MS = 7 * 3_600_000;

/** @param {HTMLFormElement} form */
function share(form) {
  const field = form.querySelector("[data-words]");
  const check = form.querySelector("[data-check]");
  const button = form.querySelector("[data-give]");
  const cover = form.querySelector("[data-cover]");
  if (!(field instanceof HTMLTextAreaElement) || !(check instanceof HTMLElement) || !(button instanceof HTMLButtonElement)) return;
  const tell = (/** @type {string} */ text, /** @type {string} */ tone) => {
    check.textContent = text;
    check.dataset.tone = tone;
  };
  const look = () => {
    const found = typed(field.value, list, true);
    if (list.size === 0) return; // the list of words is still on its way
    if (found.words.length === 0) tell(say("share_hint"), "");
    else if (found.unknown.length > 0) tell(say("share_unknown", { places: found.unknown.slice(0, 6).join(", ") }), "bad");
    else if (found.words.length > WORDS) tell(say("share_long", { n: found.words.length }), "bad");
    else if (found.fits) tell(say(found.qr ? "share_scanned" : "share_fits"), "ok");
    else if (found.complete) tell(say("share_broken"), "bad");
    else tell(say("share_count", { n: found.words.length, of: WORDS }), "");
  };
  field.addEventListener("input", () => {
    // Only at the end of the text: elsewhere the cursor would jump under the hand.
    if (field.selectionEnd === field.value.length) {
      const whole = field.value.replace(/[a-z]{4,}(?=\s)/gi, (word) => completed(word.toLowerCase(), list) ?? word);
      if (whole !== field.value) field.value = whole;
    }
    look();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    form.requestSubmit();
  });
  if (cover instanceof HTMLInputElement) cover.addEventListener("change", () => field.toggleAttribute("data-covered", cover.checked));
  form.dataset.ready = ""; // from here on nothing typed is sent unchecked
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const found = typed(field.value, list, false);
    if (list.size > 0 && !found.fits) {
      look();
      if (!found.complete && found.unknown.length === 0) tell(say("share_count", { n: found.words.length, of: WORDS }), "bad");
      field.focus();
      return;
    }
    void give(form, field, button, tell);
  });
}

/**
 * @param {HTMLFormElement} form @param {HTMLTextAreaElement} field @param {HTMLButtonElement} button
 * @param {(text: string, tone: string) => void} tell
 */
async function give(form, field, button, tell) {
  button.disabled = true;
  tell(say("share_checking"), "");
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, credentials: "same-origin" })
    .catch(() => null);
  button.disabled = false;
  if (!answer?.ok) return tell(say("share_later"), "bad");
  const said = /** @type {{ ok: boolean, sentence: string }} */ (await answer.json());
  if (said.ok) field.value = ""; // what was right is in the server's memory, and nowhere on this page any more
  tell(said.sentence, said.ok ? "ok" : "bad");
  field.focus();
  document.dispatchEvent(new CustomEvent("look-again"));
}

/** Which forms are shown follows the page's fresh copy, without touching what is being typed. */
function follow() {
  for (const mark of document.querySelectorAll("[data-form]")) {
    const form = document.getElementById(mark.getAttribute("data-form") ?? "");
    if (form) form.hidden = mark.getAttribute("data-shown") !== "yes";
  }
}

const opened = performance.now();
const began = new Map(/** @type {[Element, number][]} */ ([]));

function tick() {
  for (const day of document.querySelectorAll("[data-room-day]")) {
    const clock = day.parentElement?.querySelector("[data-room-ms]");
    const now = new Date(Number(clock?.getAttribute("data-room-ms")) + performance.now() - opened + VIETNAM_MS).toISOString();
    day.textContent = `${now.slice(8, 10)}/${now.slice(5, 7)}/${now.slice(0, 4)}`;
  }
  for (const place of document.querySelectorAll("[data-wiped-in]")) {
    const since = began.get(place) ?? performance.now();
    began.set(place, since);
    const left = Math.max(0, Number(place.getAttribute("data-wiped-in")) - (performance.now() - since));
    const seconds = Math.ceil(left / 1000);
    place.textContent = `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
    if (left === 0 && place.hasAttribute("data-wiped-in")) {
      place.removeAttribute("data-wiped-in");
      document.dispatchEvent(new CustomEvent("look-again"));
    }
  }
}

async function main() {
  for (const form of document.querySelectorAll("form[data-share]")) if (form instanceof HTMLFormElement) share(form);
  const address = document.getElementById("live")?.getAttribute("data-list");
  const answer = address ? await fetch(address, { credentials: "same-origin" }).catch(() => null) : null;
  if (answer?.ok) for (const [at, word] of /** @type {string[]} */ (await answer.json()).entries()) list.set(word, at);
  for (const form of document.querySelectorAll("form[data-share]")) {
    const told = form.querySelector("[data-check]")?.getAttribute("data-tone"); // the server's word stays
    if (!told) form.querySelector("[data-words]")?.dispatchEvent(new Event("input"));
  }
}

document.addEventListener("refreshed", follow);
setInterval(tick, 1000);
void main();
