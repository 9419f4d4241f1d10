// @ts-check
/** A topic's code is offered from its title. */

import { byId } from "./common.js";

const title = /** @type {HTMLInputElement} */ (byId("vi"));
const code = /** @type {HTMLInputElement} */ (byId("code"));
let own = false;
code.addEventListener("input", () => { own = true; });
title.addEventListener("input", () => {
  if (own) return;
  const plain = title.value.toLowerCase().normalize("NFD").replace(/đ/g, "d").replace(/[^a-z0-9]+/g, (found) => (/^[\u0300-\u036f]+$/.test(found) ? "" : "-"));
  code.value = plain.replace(/^-+|-+$/g, "").slice(0, 40).replace(/-+$/, "");
});
