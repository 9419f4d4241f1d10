// @ts-check
/** A bank opened or made; what is wrong is said beside the field that it is about, and what was typed stays. */

import { byId, post } from "./common.js";
import { choosing } from "./folders.js";

/** @param {string} id */
const field = (id) => /** @type {HTMLInputElement} */ (byId(id));
const letters = () => [...field("passphrase").value.normalize("NFC")].length;

/** @param {string} where the form's refusal @param {import("./common.js").Answer} answer */
function told(where, answer) {
  byId(where).hidden = answer.ok;
  byId(where).textContent = answer.text ?? "";
  for (const one of document.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
  if (answer.ok) return location.assign(answer.to ?? "/");
  const wrong = document.getElementById(answer.name ?? "");
  wrong?.setAttribute("aria-invalid", "true");
  wrong?.focus();
}

function compared() {
  const [typed, again, said] = [field("passphrase").value.normalize("NFC"), field("again").value.normalize("NFC"), byId("again-help")];
  const same = typed === again;
  said.textContent = (again && (same ? said.dataset.same : said.dataset.other)) || "";
  said.className = `small help ${same ? "ok-mark" : "warn-mark"}`;
  const short = typed !== "" && letters() < Number(field("passphrase").dataset.short);
  byId("short-line").hidden = !short;
  if (!short) field("short").checked = false;
}

choosing("/bank/folders");
for (const one of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-bank]"))) {
  one.addEventListener("click", () => {
    field("path").value = one.dataset.bank ?? "";
    /** @type {HTMLFormElement} */ (byId("open")).requestSubmit();
  });
}
for (const id of ["passphrase", "again"]) byId(id).addEventListener("input", compared);
byId("open").addEventListener("submit", async (event) => {
  event.preventDefault();
  told("open-refused", await post("/bank/open", { path: field("path").value }));
});
byId("make").addEventListener("submit", async (event) => {
  event.preventDefault();
  byId("go").setAttribute("disabled", "");
  byId("busy").textContent = byId("make").dataset.making ?? "";
  const [by, file, folder, passphrase, again] = ["by", "file", "folder", "passphrase", "again"].map((id) => field(id).value);
  const answer = await post("/bank/new", { by, file, folder, passphrase, again, short: field("short").checked });
  if (!answer.ok) {
    byId("go").removeAttribute("disabled");
    byId("busy").textContent = "";
  }
  told("make-refused", answer);
});
