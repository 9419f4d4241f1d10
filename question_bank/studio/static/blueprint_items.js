// @ts-check
/** Items searched by words or number, and chosen with the keyboard. */

import { button, freshId, make } from "/front/paper/widget.js";

import { page, said, topicTitle } from "./blueprint_model.js";
import { fetched } from "./common.js";

/** @typedef {{id: string, line: string, topic: string, level: string, approved: boolean}} Found */

/**
 * A field that finds items; `pick` gets the id of the one chosen.
 * @param {string} label
 * @param {(id: string) => void} pick
 * @param {string} at what the field is called, to be found again
 */
export function picker(label, pick, at) {
  const id = freshId();
  const box = make("ul", { role: "listbox", id, class: "found", "aria-label": label, hidden: true });
  const input = make("input", { role: "combobox", "aria-expanded": "false", "aria-controls": id, "aria-autocomplete": "list", maxlength: 200, placeholder: label, "aria-label": label, "data-picker": at });
  /** @type {Found[]} */
  let found = [];
  let chosen = -1;
  let turn = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const close = () => {
    box.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  /** @param {Found} one */
  const take = (one) => {
    page.named[one.id] = one.line;
    input.value = "";
    close();
    pick(one.id);
  };
  const paint = () => {
    box.replaceChildren(...found.map((one, place) => {
      const state = one.approved ? "" : ` · ▲ ${said("not_approved_item")}`;
      const option = make("li", { role: "option", id: `${id}-${place}`, "aria-selected": String(place === chosen) }, make("b", {}, one.id), ` ${one.line} `, make("span", { class: "small muted" }, `${topicTitle(one.topic)}, ${one.level}${state}`));
      option.addEventListener("pointerdown", (event) => { event.preventDefault(); take(one); });
      return option;
    }), ...(found.length ? [] : [make("li", { role: "option", "aria-disabled": "true", "aria-selected": "false", class: "muted" }, said("found_none"))]));
    box.hidden = false;
    input.setAttribute("aria-expanded", "true");
    if (chosen >= 0) input.setAttribute("aria-activedescendant", `${id}-${chosen}`);
    else input.removeAttribute("aria-activedescendant");
    box.children[chosen]?.scrollIntoView({ block: "nearest" });
  };
  const find = async () => {
    turn += 1;
    const mine = turn;
    if (!input.value.trim()) return close();
    const response = await fetched(`/api/blueprint-items?${new URLSearchParams({ q: input.value })}`);
    if (!response || mine !== turn || document.activeElement !== input) return;
    found = (await response.json()).items;
    chosen = found.length ? 0 : -1;
    paint();
  };
  input.addEventListener("input", (event) => {
    event.stopPropagation();
    clearTimeout(timer);
    timer = setTimeout(() => void find(), 200);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (event.key === "Escape") close();
    else if (event.key === "Enter") {
      event.preventDefault();
      if (!box.hidden && found[chosen]) take(found[chosen]);
    } else if (step && !box.hidden && found.length) {
      event.preventDefault();
      chosen = (chosen + step + found.length) % found.length;
      paint();
    }
  });
  return make("div", { class: "picker" }, input, box);
}

/**
 * An item as it is named in a list, with what removes it.
 * @param {string} id
 * @param {() => void} remove
 */
export function named(id, remove) {
  const line = page.named[id];
  const text = line === undefined ? make("span", { class: "warn-mark" }, ` ▲ ${said("not_in_bank")}`) : make("span", { class: "line-of", title: line }, ` ${line}`);
  return make("span", { class: "named" }, make("b", {}, make("a", { href: `/items/${id}`, target: "_blank" }, id)), text,
    button("✕", remove, { class: "step", "aria-label": said("remove_item", { name: id }) }));
}
