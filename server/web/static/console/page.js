// @ts-check
/** The two things every part of the map does with the page. */

/** @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no ${id}`);
  return found;
}

/** Set words where they differ: nothing is painted twice. @param {Element | null} place @param {string} words */
export function text(place, words) {
  if (place && place.textContent !== words) place.textContent = words;
}
