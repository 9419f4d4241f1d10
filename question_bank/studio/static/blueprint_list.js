// @ts-check
/** The list of blueprints: codes offered from the title, a YAML file taken. */

import { make } from "/front/paper/widget.js";

import { byId, post } from "./common.js";

const vi = /** @type {HTMLInputElement} */ (byId("vi"));
const contest = /** @type {HTMLInputElement} */ (byId("contest"));
const file = /** @type {HTMLInputElement} */ (byId("file"));
let own = contest.value !== "";
contest.addEventListener("input", () => { own = true; });
function offer() {
  if (own) return;
  const plain = vi.value.toLowerCase().normalize("NFD").replace(/đ/g, "d").replace(/[\u0300-\u036f]/g, "").replace(/[^a-z0-9]+/g, "-");
  contest.value = plain.replace(/^-+|-+$/g, "").slice(0, 40).replace(/-+$/, "");
}
vi.addEventListener("input", offer);
offer(); // for what was typed before this was here

/** @param {File} given */
async function take(given) {
  const answer = /** @type {any} */ (await post("/blueprints/take", given, { "X-File-Name": encodeURIComponent(given.name) }));
  if (answer.ok) {
    location.assign(answer.to);
    return;
  }
  const refused = byId("refused");
  refused.hidden = false;
  refused.replaceChildren(answer.text ?? "", make("ul", {}, ...(answer.problems ?? []).map((/** @type {string} */ one) => make("li", {}, one))));
  refused.scrollIntoView({ block: "nearest" });
  file.value = "";
}

const chosen = () => { if (file.files?.[0]) void take(file.files[0]); };
file.addEventListener("change", chosen);
chosen(); // as above
const drop = byId("drop");
for (const name of ["dragover", "dragenter"]) drop.addEventListener(name, (event) => { event.preventDefault(); drop.toggleAttribute("data-over", true); });
drop.addEventListener("dragleave", () => drop.toggleAttribute("data-over", false));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.toggleAttribute("data-over", false);
  const given = event.dataTransfer?.files[0];
  if (given) void take(given);
});
