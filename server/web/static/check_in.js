// The check-in table by keyboard: type, Enter to the first person found, Enter again for "present", and back to typing.

import { show, words } from "./filter.js";

const find = /** @type {HTMLInputElement} */ (document.getElementById("find"));
const onlyExpected = /** @type {HTMLInputElement} */ (document.getElementById("only-expected"));
const said = /** @type {HTMLElement} */ (document.getElementById("said"));
const undo = /** @type {HTMLButtonElement} */ (document.getElementById("undo"));
const act = /** @type {HTMLFormElement} */ (document.getElementById("act"));
const nobody = /** @type {HTMLElement} */ (document.getElementById("nobody"));
const people = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("#people > tr")]);
const elsewhere = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("#elsewhere > tr")]);

/** @type {{row: HTMLElement, before: string} | null} */
let last = null;

/** What is shown follows what is typed. People of other sittings appear only when they are looked for. */
function filter() {
  const wanted = words(find.value);
  let count = show(people, wanted);
  if (onlyExpected.checked) {
    for (const row of people) if (row.dataset.choice !== "expected") row.hidden = true;
    count = people.filter((row) => !row.hidden).length;
  }
  count += wanted.length ? show(elsewhere, wanted) : (elsewhere.forEach((row) => (row.hidden = true)), 0);
  nobody.hidden = count > 0;
}

/** The rows that are shown and can be acted on. */
function shown() {
  return people.filter((row) => !row.hidden);
}

/**
 * Everything the server says after an act: two desks agree after every click.
 * @param {{marks: Record<string, string>, choices: Record<string, string>, counts: Record<string, number>}} picture
 */
function paint(picture) {
  for (const row of people) {
    const id = row.dataset.id ?? "";
    const mark = row.querySelector("[data-mark]");
    const choice = picture.choices[id];
    if (!mark || choice === undefined || choice === row.dataset.choice) continue;
    mark.innerHTML = picture.marks[choice] ?? "";
    row.dataset.choice = choice;
  }
  for (const figure of document.querySelectorAll("[data-count]")) {
    if (figure instanceof HTMLElement) figure.textContent = String(picture.counts[figure.dataset.count ?? ""] ?? 0);
  }
}

/**
 * Note what the table saw of one person.
 * @param {HTMLElement} row
 * @param {string} choice
 */
async function record(row, choice) {
  const button = row.querySelector("button");
  if (!button) return false;
  const body = new FormData(act);
  body.set("choice", choice);
  try {
    const answer = await fetch(button.formAction, { method: "POST", body, headers: { Accept: "application/json" } });
    const picture = await answer.json();
    if (!answer.ok) {
      said.textContent = picture.refused ?? said.dataset.failed ?? "";
      return false;
    }
    paint(picture);
  } catch {
    said.textContent = said.dataset.failed ?? "";
    return false;
  }
  return true;
}

/**
 * @param {HTMLElement} row
 * @param {string} choice
 */
async function note(row, choice) {
  const before = row.dataset.choice ?? "expected";
  if (!(await record(row, choice))) return;
  const word = row.querySelector("[data-mark]")?.textContent?.trim() ?? "";
  said.textContent = `${row.dataset.name ?? ""}: ${word}`;
  last = { row, before };
  undo.hidden = false;
  filter();
  find.select();
  find.focus();
}

act.addEventListener("submit", (event) => {
  event.preventDefault();
  const button = event.submitter;
  const row = button?.closest("tr");
  if (button instanceof HTMLButtonElement && row) void note(row, button.value);
});

undo.addEventListener("click", async () => {
  if (!last) return;
  const { row, before } = last;
  last = null;
  undo.hidden = true;
  if (await record(row, before)) said.textContent = `${row.dataset.name ?? ""}: ${row.querySelector("[data-mark]")?.textContent?.trim() ?? ""}`;
  filter();
  find.focus();
});

find.addEventListener("input", filter);
onlyExpected.addEventListener("change", filter);

find.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" && event.key !== "ArrowDown") return;
  event.preventDefault();
  shown()[0]?.querySelector("button")?.focus();
});

document.getElementById("people")?.addEventListener("keydown", (event) => {
  const button = event.target;
  if (!(button instanceof HTMLButtonElement)) return;
  const row = /** @type {HTMLElement | null} */ (button.closest("tr"));
  if (!row) return;
  if (event.key === "Escape") {
    find.select();
    find.focus();
    return;
  }
  const buttons = [...row.querySelectorAll("button")];
  const at = buttons.indexOf(button);
  const rows = shown();
  const place = rows.indexOf(row);
  const next = {
    ArrowRight: () => buttons[at + 1],
    ArrowLeft: () => buttons[at - 1],
    ArrowDown: () => rows[place + 1]?.querySelectorAll("button")[at],
    ArrowUp: () => (place === 0 ? find : rows[place - 1]?.querySelectorAll("button")[at]),
  }[event.key];
  const target = next?.();
  if (target) {
    event.preventDefault();
    target.focus();
    target.scrollIntoView({ block: "nearest" });
  }
});

filter();
