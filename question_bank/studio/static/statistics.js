// @ts-check
/** A contest's marks, sent as they are: the table of marks, and behind it that of choices. */

import { byId, post, word } from "./common.js";

/** @param {string} id */
function chosen(id) {
  return /** @type {HTMLInputElement} */ (byId(id)).files?.[0];
}

byId("take").addEventListener("submit", async (event) => {
  event.preventDefault();
  const marks = chosen("marks");
  const choices = chosen("choices");
  if (!marks) return;
  byId("busy").textContent = word("reading");
  byId("read").setAttribute("disabled", "");
  const answer = await post("/api/statistics", new Blob(choices ? [marks, choices] : [marks]), {
    "X-Marks-Bytes": String(marks.size), "X-File-Name": encodeURIComponent(marks.name), "X-Choices-Name": encodeURIComponent(choices?.name ?? ""),
  });
  byId("busy").textContent = "";
  byId("read").removeAttribute("disabled");
  if (answer.ok) location.assign(answer.to ?? "/statistics");
  byId("refused").hidden = answer.ok;
  byId("refused").textContent = answer.text ?? "";
});
