// @ts-check
/** A tick shows what is typed into the secret fields it names: a Vietnamese keyboard writes into them otherwise than one thinks. */

import { byId } from "./common.js";

for (const tick of /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("[data-shows]"))) {
  tick.addEventListener("change", () => {
    for (const name of (tick.dataset.shows ?? "").split(" ")) /** @type {HTMLInputElement} */ (byId(name)).type = tick.checked ? "text" : "password";
  });
}
