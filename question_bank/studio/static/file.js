// @ts-check
/** A file put in, or put in the place of another: it is seen beside the old one before anything is done. */

import { make } from "/front/paper/widget.js";

import { byId, post } from "./common.js";

/** @param {import("./common.js").Answer} answer */
function told(answer) {
  byId("refused").hidden = answer.ok;
  byId("refused").textContent = answer.text ?? "";
}

const put = document.getElementById("put");
if (put instanceof HTMLInputElement) {
  put.addEventListener("change", async () => {
    const file = put.files?.[0];
    if (!file) return;
    const answer = await post("/api/media", file, { "X-File-Ending": encodeURIComponent(file.name.split(".").at(-1) ?? "") });
    told(answer);
    if (answer.ok) location.assign(`/files/${answer.name}`);
  });
}

const form = document.getElementById("replace");
if (form) {
  const chosen = /** @type {HTMLInputElement} */ (byId("file"));
  chosen.addEventListener("change", () => {
    const file = chosen.files?.[0];
    byId("do").toggleAttribute("disabled", !file);
    byId("new").hidden = true;
    if (!file?.type.startsWith("image/")) return;
    const reader = new FileReader();
    reader.addEventListener("load", () => {
      byId("new").replaceChildren(make("img", { src: String(reader.result), alt: file.name }));
      byId("new").hidden = false;
    });
    reader.readAsDataURL(file);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const file = chosen.files?.[0];
    if (!file) return;
    const answer = await post(`/api/files/${form.dataset.name}`, file, { "X-Seen": form.dataset.seen ?? "" });
    told(answer);
    if (answer.ok) location.reload();
  });
}
