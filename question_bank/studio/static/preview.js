// @ts-check
/** An item as a candidate sees it: the widget of its type and the style of papers, exactly as the kiosk's page uses them. */

import { build } from "/front/paper/content.js";
import { make } from "/front/paper/widget.js";

import { say, word } from "./common.js";

/**
 * @typedef {import("/front/paper/content.js").Text} Text
 * @typedef {import("/front/paper/widget.js").Response} Response
 * @typedef {{
 *   item: import("/front/paper/widget.js").Item, stimulus: {title: string, text: Text} | null, whole: boolean,
 *   types: {[name: string]: {words: {[name: string]: string}, style: boolean}}, right: Response | null, key: string[],
 * }} Preview
 * @typedef {{showKey: (on: boolean) => void}} Shown
 */

/** @param {string} name */
function style(name) {
  const address = `/types/${name}/widget.css`;
  if (document.querySelector(`link[href="${address}"]`)) return;
  document.head.append(make("link", { rel: "stylesheet", href: address }));
}

/**
 * What makes the widgets of a type; null when the studio did not give it: it has ended, or the page is being left.
 * @param {string} name
 */
async function maker(name) {
  try {
    return (await import(`/types/${name}/widget.js`)).default;
  } catch {
    return null;
  }
}

/** @param {Preview} data */
export function keyText(data) {
  return data.key.filter(Boolean).join(" · ") || word("no_key");
}

/**
 * @param {HTMLElement} place
 * @param {Preview} data
 * @returns {Promise<Shown>}
 */
export async function show(place, data) {
  const type = data.types[data.item.type];
  if (type.style) style(data.item.type);
  const places = { word, plays: { most: data.item.plays, used: new Map() } };
  const parts = [];
  if (data.stimulus) {
    parts.push(make("section", { class: "stimulus" }, make("h3", {}, data.stimulus.title),
      make("div", { class: "content" }, build(data.stimulus.text, places))));
  }
  if (!data.whole) {
    parts.push(make("div", { class: "content stem" }, build(data.item.stem, places)), make("p", { class: "muted small" }, word("not_whole")));
    place.replaceChildren(...parts);
    return { showKey: () => {} };
  }
  const made = await maker(data.item.type);
  if (!made) {
    place.replaceChildren(...parts, make("p", { role: "status" }, word("not_shown")));
    return { showKey: () => {} };
  }
  /** @type {Response | null} */
  let given = null;
  /** @param {Response | null} response */
  const give = (response) => {
    given = response;
    widget.paint(given, undefined);
    return Promise.resolve(true);
  };
  /** @type {import("/front/paper/widget.js").Widget} */
  const widget = made(data.item, {
    language: document.documentElement.lang,
    /** @param {string} name @param {{[name: string]: string | number}} [values] */
    word: (name, values = {}) => (type.words[name] ?? name).replace(/\{(\w+)\}/g, (_, one) => String(values[one] ?? "")),
    /** @param {Text} text */
    text: (text) => build(text, places),
    save: give, clear: () => give(null), say,
  });
  parts.push(make("p", { class: "muted place" }, word("item_asks", { how: widget.how })),
    make("div", { class: "content stem" }, build(data.item.stem, { ...places, gap: widget.gap })),
    make("div", { class: "answer", role: "group" }, widget.element));
  place.replaceChildren(...parts);
  widget.paint(null, undefined);
  return { showKey: (on) => void give(on ? data.right : null) };
}
