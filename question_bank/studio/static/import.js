// @ts-check
/** Bringing in a file: sent as it is, read in memory; then the questions are shown as one comes to them. */

import { asSeen, byId, fetched, post, word } from "./common.js";
import { keyText, show } from "./preview.js";

const form = document.getElementById("import");
if (form) choose();
else preview();

function choose() {
  const file = /** @type {HTMLInputElement} */ (byId("file"));
  const drop = byId("drop");
  /** @param {string} id */
  const value = (id) => /** @type {HTMLInputElement} */ (byId(id)).value;

  for (const name of ["dragover", "dragenter"]) drop.addEventListener(name, (event) => { event.preventDefault(); drop.dataset.over = ""; });
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => { delete drop.dataset.over; });
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer?.files.length) return;
    file.files = event.dataTransfer.files;
    file.dispatchEvent(new Event("change"));
  });
  // Where a question is from must be said before anybody signs it: the file's name is better than nothing.
  let named = "";
  file.addEventListener("change", () => {
    const source = /** @type {HTMLInputElement} */ (byId("source"));
    if (source.value === named) source.value = named = file.files?.[0]?.name ?? "";
  });
  byId("import").addEventListener("submit", async (event) => {
    event.preventDefault();
    const chosen = file.files?.[0];
    if (!chosen) return;
    byId("busy").textContent = word("reading");
    byId("read").setAttribute("disabled", "");
    const answer = await post("/api/import", chosen, {
      "X-File-Name": encodeURIComponent(chosen.name), "X-Topic": value("topic"), "X-Level": value("level"),
      "X-Format": value("format"), "X-Source": encodeURIComponent(value("source")), "X-New-Topic": encodeURIComponent(value("new-topic")),
    });
    byId("busy").textContent = "";
    byId("read").removeAttribute("disabled");
    if (answer.ok) location.assign(answer.to ?? "/import");
    byId("refused").hidden = answer.ok;
    byId("refused").textContent = answer.text ?? "";
  });
}

function preview() {
  asSeen(document.querySelectorAll("[data-lazy]"), paint);
  for (const button of document.querySelectorAll("#show button")) button.addEventListener("click", () => filter(button));
}

/** @param {HTMLElement} place */
async function paint(place) {
  const response = await fetched(place.dataset.lazy ?? "");
  if (!response) return;
  const data = await response.json();
  const shown = await show(place, data);
  shown.showKey(true);
  const key = place.closest(".question")?.querySelector("[data-key]");
  if (key) key.textContent = keyText(data);
}

/** @param {Element} button */
function filter(button) {
  const wanted = button instanceof HTMLElement ? button.dataset.show : "all";
  for (const one of document.querySelectorAll("#show button")) one.setAttribute("aria-pressed", String(one === button));
  for (const one of document.querySelectorAll(".question")) {
    if (!(one instanceof HTMLElement)) continue;
    one.hidden = wanted === "open" ? "taken" in one.dataset || one.dataset.outcome === "rejected" : wanted !== "all" && one.dataset.outcome !== wanted;
  }
}
