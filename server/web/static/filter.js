// Search as you type: hides the rows whose folded text lacks any of the words typed.

/**
 * Text as someone types it in a hurry: lower case, without tones, hats, horns and the bar of đ.
 * @param {string} text
 */
export function folded(text) {
  return text.normalize("NFD").toLowerCase().replace(/\p{M}/gu, "").replace(/đ/g, "d").replace(/\s+/g, " ").trim();
}

/**
 * The words that must all be found.
 * @param {string} text
 */
export function words(text) {
  return folded(text).split(" ").filter(Boolean);
}

/**
 * Show the rows that hold every word; the number shown.
 * @param {Iterable<HTMLElement>} rows
 * @param {string[]} wanted
 */
export function show(rows, wanted) {
  let count = 0;
  for (const row of rows) {
    const text = row.dataset.search ?? "";
    const found = wanted.every((word) => text.includes(word));
    row.hidden = !found;
    if (found) count += 1;
  }
  return count;
}

for (const input of document.querySelectorAll("input[data-filter]")) {
  if (!(input instanceof HTMLInputElement)) continue;
  const output = document.querySelector("output[data-filter-count]");
  const apply = () => {
    const table = document.querySelector(input.dataset.filter ?? ""); // a page that follows the room lays it out anew
    if (!table) return;
    const wanted = words(input.value);
    const count = show(/** @type {NodeListOf<HTMLElement>} */ (table.querySelectorAll("[data-search]")), wanted);
    if (output instanceof HTMLOutputElement) {
      output.value = wanted.length ? (output.dataset.filterCount ?? "").replace("{n}", String(count)) : "";
    }
  };
  input.addEventListener("input", apply);
  document.addEventListener("refreshed", apply);
  for (const chip of document.querySelectorAll("button[data-filter-word]")) {
    chip.addEventListener("click", () => {
      const word = chip.getAttribute("data-filter-word") ?? "";
      input.value = input.value === word ? "" : word;
      apply();
    });
  }
}

document.addEventListener("keydown", (event) => {
  const target = event.target;
  if (event.key !== "/" || target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) return;
  const input = document.querySelector("input[type=search]");
  if (input instanceof HTMLInputElement) {
    event.preventDefault();
    input.select();
    input.focus();
  }
});
