// @ts-check
/** Sealing: what is filled in goes to the studio once it was confirmed; folders are chosen from those of this machine. */

import { make } from "/front/paper/widget.js";

import { byId, post } from "./common.js";
import { choosing } from "./folders.js";

/**
 * @typedef {{threshold: number | string, custodians: {body: string, title: string}[]}} Secret
 * @typedef {import("./common.js").Answer & {said?: string[], plan?: {[name: string]: Secret}, key?: string, line?: string}} Said
 */

/** @param {string} id */
const field = (id) => /** @type {HTMLInputElement} */ (byId(id));
/** @param {HTMLElement} list @param {{body: string, title: string}} who */
function add(list, who) {
  const row = /** @type {DocumentFragment} */ (/** @type {HTMLTemplateElement} */ (byId("custodian")).content.cloneNode(true));
  /** @type {HTMLInputElement} */ (row.querySelector("[data-body]")).value = who.body;
  /** @type {HTMLInputElement} */ (row.querySelector("[data-title]")).value = who.title;
  list.append(row);
}

/** @param {Element} place */
function listOf(place) {
  return /** @type {HTMLElement} */ (place.querySelector(".custodians"));
}

function custody() {
  /** @type {{[name: string]: Secret}} */
  const found = {};
  for (const one of document.querySelectorAll("[data-secret]")) {
    const rows = [...one.querySelectorAll(".custodian")].map((row) => ({
      body: /** @type {HTMLInputElement} */ (row.querySelector("[data-body]")).value,
      title: /** @type {HTMLInputElement} */ (row.querySelector("[data-title]")).value,
    }));
    found[/** @type {HTMLElement} */ (one).dataset.secret ?? ""] = {
      threshold: /** @type {HTMLInputElement} */ (one.querySelector("[data-threshold]")).value, custodians: rows,
    };
  }
  return found;
}

function forms() {
  return /** @type {HTMLInputElement[]} */ ([...document.querySelectorAll("[name=form]:checked")]);
}

/** @param {Said} answer */
function refuse(answer) {
  byId("refused").hidden = answer.ok;
  byId("refused-text").textContent = answer.text ?? "";
  byId("refused-said").replaceChildren(...(answer.said ?? []).map((one) => make("li", {}, one)));
  if (!answer.ok) byId("refused").scrollIntoView({ block: "nearest" });
}

function warned() {
  const some = forms().some((one) => "against" in one.dataset);
  byId("despite-label").hidden = !some;
  if (!some) field("despite").checked = false;
}

// --- custodians and keys ---------------------------------------------------------------------------------------------

function custodians() {
  for (const place of document.querySelectorAll("[data-secret]")) {
    place.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest("button") : null;
      if (button && "add" in button.dataset) {
        add(listOf(place), { body: "", title: "" });
        /** @type {HTMLElement | null} */ (listOf(place).querySelector(".custodian:last-child [data-body]"))?.focus();
      } else if (button && "remove" in button.dataset) button.closest("li")?.remove();
    });
  }
  byId("plan-file").addEventListener("change", async () => {
    const file = field("plan-file").files?.[0];
    if (!file) return;
    /** @type {Said} */
    const answer = await post("/api/custody", file, { "X-File-Name": encodeURIComponent(file.name) });
    byId("plan-refused").hidden = answer.ok;
    byId("plan-refused").textContent = [answer.text ?? "", ...(answer.said ?? [])].join(" ");
    for (const place of document.querySelectorAll("[data-secret]")) {
      const secret = answer.plan?.[/** @type {HTMLElement} */ (place).dataset.secret ?? ""];
      if (!secret) continue;
      /** @type {HTMLInputElement} */ (place.querySelector("[data-threshold]")).value = String(secret.threshold);
      listOf(place).replaceChildren();
      for (const one of secret.custodians) add(listOf(place), one);
    }
  });
  byId("make-key").addEventListener("click", async () => {
    /** @type {Said} */
    const answer = await post("/api/keygen", { folder: field("key-folder").value, name: field("key-name").value });
    byId("key-made").replaceChildren(answer.ok ? `✓ ${byId("key-made").dataset.made} ` : `● ${answer.text ?? ""}`, make("code", { class: "digest" }, answer.line ?? ""));
    byId("key-made").className = answer.ok ? "fine" : "bad-mark";
    if (answer.ok) field("key").value = answer.key ?? "";
  });
}

// --- sealing ---------------------------------------------------------------------------------------------------------

function sealing() {
  const confirm = /** @type {HTMLDialogElement} */ (byId("confirm"));
  const form = byId("seal");
  form.addEventListener("change", warned);
  warned();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    byId("confirm-forms").replaceChildren(...forms().map((one) => make("li", {}, one.dataset.called ?? "")));
    byId("confirm-out").textContent = field("out").value;
    byId("confirm-sheets").textContent = field("sheets").value;
    const [day, time] = field("not-before").value.split("T");
    byId("confirm-time").textContent = time ? `${time}, ${day.split("-").reverse().join("/")}` : byId("confirm-time").dataset.any ?? "";
    confirm.showModal();
  });
  byId("confirm-close").addEventListener("click", () => confirm.close());
  byId("confirm-go").addEventListener("click", async () => {
    confirm.close();
    byId("go").setAttribute("disabled", "");
    byId("busy").textContent = form.dataset.sealing ?? "";
    /** @type {Said} */
    const answer = await post("/api/seal", {
      forms: forms().map((one) => one.value), revisions: forms().map((one) => Number(one.dataset.revision)), key: field("key").value, out: field("out").value, sheets: field("sheets").value,
      not_before: field("not-before").value, custody: custody(), despite: field("despite").checked,
    });
    byId("go").removeAttribute("disabled");
    byId("busy").textContent = "";
    refuse(answer);
    if (answer.ok) location.assign(answer.to ?? "/seal/done");
  });
}

if (document.getElementById("seal")) {
  choosing("/api/folders");
  custodians();
  sealing();
}
