// @ts-check
/** Sealing: what is filled in goes to the studio once it was confirmed; folders are chosen from those of this machine. */

import { byId, fetched, post } from "./common.js";

/**
 * @typedef {{threshold: number | string, custodians: {body: string, title: string}[]}} Secret
 * @typedef {import("./common.js").Answer & {said?: string[], plan?: {[name: string]: Secret}, key?: string, line?: string}} Said
 * @typedef {{ok: boolean, text?: string, path: string, parent: string, places: string[], more: boolean, folders: [string, string][], files: [string, string][]}} Folders
 */

/** @param {string} id */
const field = (id) => /** @type {HTMLInputElement} */ (byId(id));
/** @param {string} tag @param {{[name: string]: string}} attributes @param {...(string | Node)} inner */
function make(tag, attributes, ...inner) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...inner);
  return made;
}

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

// --- folders ---------------------------------------------------------------------------------------------------------

const folders = /** @type {HTMLDialogElement | null} */ (document.getElementById("folders"));
let into = "";
let kind = "";
let here = "";

/** @param {string} path */
async function look(path) {
  const response = await fetched(`/api/folders?${new URLSearchParams({ path, for: kind })}`);
  if (!response) return;
  /** @type {Folders} */
  const found = await response.json();
  byId("folders-refused").hidden = found.ok;
  byId("folders-refused").textContent = found.text ?? "";
  byId("folders-places").replaceChildren(...found.places.map((one) => make("button", { type: "button", "data-to": one }, one)));
  if (!found.ok) return;
  here = found.path;
  byId("folders-path").textContent = here;
  byId("folders-more").hidden = !found.more;
  const list = byId("folders-list");
  const up = found.parent ? [make("li", {}, make("button", { type: "button", "data-to": found.parent }, `↑ ${list.dataset.up}`))] : [];
  list.replaceChildren(...up,
    ...found.folders.map(([name, to]) => make("li", {}, make("button", { type: "button", "data-to": to, "aria-label": `${name} (${list.dataset.folder})` }, `▸ ${name}`))),
    ...found.files.map(([name, to]) => make("li", {}, make("button", { type: "button", class: "main", "data-take": to, "aria-label": `${name} (${list.dataset.key})` }, name))));
  list.scrollTop = 0;
}

/** @param {string} path */
function take(path) {
  field(into).value = path;
  folders?.close();
  field(into).focus();
}

function choosing() {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (!button) return;
    if (button.dataset.choose) {
      into = button.dataset.choose;
      kind = button.dataset.kind ?? "folder";
      byId("folders-take").hidden = kind === "key";
      folders?.showModal();
      void look(kind === "key" ? "" : field(into).value);
    } else if (button.dataset.to !== undefined) void look(button.dataset.to);
    else if (button.dataset.take) take(button.dataset.take);
  });
  byId("folders-take").addEventListener("click", () => take(here));
  byId("folders-close").addEventListener("click", () => folders?.close());
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

if (folders) {
  choosing();
  custodians();
  sealing();
}
