// @ts-check
/** What the navigation does beyond unfolding: Escape and a look elsewhere fold it up, arrows walk in it, F2 and F4 go home.
 *
 * F2 is what needs the officer, F4 the seats; on the map itself the keys are a `go` event, elsewhere they open the map there.
 */

/** @type {{[key: string]: string}} */
const KEYS = { F2: "issues", F4: "seats" };
/** @type {HTMLDetailsElement[]} */
const groups = [...document.querySelectorAll(".nav-group")].filter((one) => one instanceof HTMLDetailsElement);
const nav = document.querySelector(".nav");
const map = nav?.getAttribute("data-map");

/** @param {HTMLDetailsElement} group @returns {HTMLElement[]} */
function stops(group) {
  return [...group.querySelectorAll("summary, a")].filter((one) => one instanceof HTMLElement);
}

/** @param {HTMLDetailsElement} group @param {KeyboardEvent} event */
function walk(group, event) {
  const down = event.key === "ArrowDown";
  if (!down && event.key !== "ArrowUp") return;
  event.preventDefault();
  if (down) group.open = true;
  const all = stops(group);
  const at = all.findIndex((one) => one === document.activeElement);
  all[Math.min(Math.max(at + (down ? 1 : -1), 0), all.length - 1)]?.focus();
}

for (const group of groups) {
  group.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !group.open) return walk(group, event);
    event.stopPropagation(); // the page's own Escape is for another time
    group.open = false;
    group.querySelector("summary")?.focus();
  });
  group.addEventListener("focusout", (event) => {
    if (event.relatedTarget instanceof Node && !group.contains(event.relatedTarget)) group.open = false;
  });
}

/** Whether somebody is in the middle of writing what a form would send. */
function writing() {
  return [...document.querySelectorAll("form[method=post] :is(input, textarea)")].some((field) =>
    (field instanceof HTMLTextAreaElement || (field instanceof HTMLInputElement && field.type !== "hidden")) && field.value !== field.defaultValue);
}

document.addEventListener("pointerdown", (event) => {
  for (const group of groups) if (event.target instanceof Node && !group.contains(event.target)) group.open = false;
});

document.addEventListener("keydown", (event) => {
  const place = KEYS[event.key];
  if (!place || !map || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  if (document.getElementById(place)) document.dispatchEvent(new CustomEvent("go", { detail: place }));
  else if (!writing() || confirm(nav?.getAttribute("data-leave") ?? "")) location.assign(`${map}#${place}`);
});
