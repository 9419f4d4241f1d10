// @ts-check
/** Keeps a page's living parts up to date: the server says "something changed", and the page fetches itself anew.
 *
 * Each element with `data-live` is replaced by its fresh namesake, its `data-key` children one by one. What somebody is
 * typing in, or has unfolded, stays as it is until they leave it.
 */

const live = document.querySelector("[data-news]");
const page = (live ?? document.querySelector("[data-page]"))?.getAttribute("data-page") ?? location.href; // a form that was refused answers under its own address
const stale = new Set(/** @type {string[]} */ ([]));
let fetching = false;
let again = false;

async function refresh() {
  if (fetching) {
    again = true;
    return;
  }
  fetching = true;
  do {
    again = false;
    const answer = await fetch(page, { credentials: "same-origin", redirect: "follow" }).catch(() => null);
    if (answer?.ok) take(new DOMParser().parseFromString(await answer.text(), "text/html"));
    else if (answer && [401, 403, 404].includes(answer.status)) location.reload();
  } while (again);
  fetching = false;
}

/** @param {Document} fresh */
function take(fresh) {
  // Another step of the page: it is laid out anew, unless somebody is in the middle of typing.
  const version = fresh.querySelector("[data-news]")?.getAttribute("data-version") ?? "";
  if (version !== (live?.getAttribute("data-version") ?? "") && !typing()) return location.assign(page);
  for (const part of document.querySelectorAll("[data-live]")) {
    const name = part.getAttribute("data-live") ?? "";
    const now = fresh.querySelector(`[data-live="${name}"]`);
    if (!now) continue;
    if (part.querySelector(":scope > [data-key]") || now.querySelector(":scope > [data-key]")) keyed(part, now);
    else if (inUse(part)) stale.add(name);
    else if (part.innerHTML !== now.innerHTML) part.replaceChildren(...now.childNodes);
  }
  document.dispatchEvent(new CustomEvent("refreshed"));
}

/** Keep the children that are still there, drop who went, add who came. @param {Element} part @param {Element} now */
function keyed(part, now) {
  const known = new Map([...part.children].map((child) => [child.getAttribute("data-key"), child]));
  const wanted = [...now.children].map((child) => known.get(child.getAttribute("data-key")) ?? child);
  if (wanted.length === part.children.length && wanted.every((child, at) => part.children[at] === child)) return;
  const focused = document.activeElement;
  part.replaceChildren(...wanted);
  if (focused instanceof HTMLElement && part.contains(focused)) focused.focus({ preventScroll: true });
}

function typing() {
  return [...document.querySelectorAll("textarea, input:not([type=hidden])")].some((field) =>
    (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) && field.value !== field.defaultValue);
}

/** @param {Element} part */
function inUse(part) {
  return part.contains(document.activeElement) && document.activeElement !== part || part.querySelector("details[open]") !== null;
}

/** Where the news come from while somebody looks; a browser has six lines to a server, and hidden pages leave theirs.
 * @type {EventSource | null} */
let news = null;

function listen() {
  news?.close();
  news = null;
  if (!live || document.hidden) return;
  const source = new EventSource(live.getAttribute("data-news") ?? "");
  const line = document.getElementById("line");
  news = source;
  source.addEventListener("changed", () => void refresh());
  source.addEventListener("open", () => {
    if (line) line.hidden = true;
    void refresh(); // what happened before the line was up was told to nobody
  });
  source.addEventListener("error", () => {
    if (line) line.hidden = false;
    // The browser comes back by itself after a break, but not after a refusal.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => { if (news === source) listen(); }, 2000);
  });
}

listen();
document.addEventListener("visibilitychange", listen);
globalThis.addEventListener("pagehide", () => news?.close());
globalThis.addEventListener("pageshow", (event) => { if (event.persisted) listen(); });
document.addEventListener("look-again", () => void refresh());
// A page without a stream of its own follows what its head is told (needs.js).
if (!live) document.addEventListener("problems", () => void refresh());
document.addEventListener("focusout", () => setTimeout(() => { if (stale.size > 0) { stale.clear(); void refresh(); } }));
// A form that answers with a file leaves the page where it is: what it changed is looked up.
document.getElementById("kit-form")?.addEventListener("submit", () => setTimeout(() => void refresh(), 1000));
