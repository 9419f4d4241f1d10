// @ts-check
/** The dialog that chooses a folder or a file of this machine into a field; what is shown are names alone. */

import { make } from "/front/paper/widget.js";

import { byId, fetched } from "./common.js";

/** @typedef {{ok: boolean, text?: string, path: string, parent: string, places: string[], more: boolean, folders: [string, string][], files: [string, string][]}} Folders */

const FOLDER = "folder";
let into = "";
let kind = "";
let here = "";

const field = () => /** @type {HTMLInputElement} */ (byId(into));
const dialog = () => /** @type {HTMLDialogElement} */ (byId("folders"));

/** @param {string} address @param {string} path */
async function look(address, path) {
  const response = await fetched(`${address}?${new URLSearchParams({ path, for: kind })}`);
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
    ...found.files.map(([name, to]) => make("li", {}, make("button", { type: "button", class: "main", "data-take": to, "aria-label": `${name} (${list.dataset.file})` }, name))));
  list.scrollTop = 0;
}

/** @param {string} path */
function take(path) {
  field().value = path;
  dialog().close();
  field().focus();
}

/** Have the page's buttons open the dialog. @param {string} address what knows the folders */
export function choosing(address) {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (!button) return;
    if (button.dataset.choose) {
      into = button.dataset.choose;
      kind = button.dataset.kind ?? FOLDER;
      byId("folders-take").hidden = kind !== FOLDER;
      dialog().showModal();
      void look(address, kind === FOLDER ? field().value : "");
    } else if (button.dataset.to !== undefined) void look(address, button.dataset.to);
    else if (button.dataset.take) take(button.dataset.take);
  });
  byId("folders-take").addEventListener("click", () => take(here));
  byId("folders-close").addEventListener("click", () => dialog().close());
}
