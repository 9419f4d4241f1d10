// @ts-check
/** A long table by keyboard: the arrow keys go from row to row, Home and End to the first and the last; hidden rows are left out. */

/** Where each key goes, from the row that has the focus. @type {{[key: string]: (at: number, count: number) => number}} */
const MOVES = {
  ArrowDown: (at, count) => Math.min(at + 1, count - 1),
  ArrowUp: (at) => Math.max(at - 1, 0),
  Home: () => 0,
  End: (_, count) => count - 1,
};

document.addEventListener("keydown", (event) => {
  const link = event.target instanceof HTMLElement ? event.target.closest("[data-rows] th a") : null;
  const move = MOVES[event.key];
  const rows = link?.closest("[data-rows]");
  if (!link || !move || !rows || event.altKey || event.ctrlKey || event.metaKey) return;
  const links = [...rows.querySelectorAll("tr:not([hidden]) th a")];
  const next = links[move(links.indexOf(link), links.length)];
  if (next instanceof HTMLElement) {
    event.preventDefault();
    next.focus();
  }
});
