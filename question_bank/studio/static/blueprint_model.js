// @ts-check
/** A blueprint as the editor holds it: the authoring document, with a row for every topic of the bank, and its numbers in people's units. */

import { byId } from "./common.js";

/**
 * @typedef {{topic: string, type: string[], mark_per_item?: number | string, [level: string]: any}} Row
 * @typedef {{code: string, title: {[language: string]: string}, duration_s: any, mark_per_item: any, rule?: {[type: string]: any}, keep_order?: boolean, cells: Row[]}} Section
 * @typedef {{[name: string]: any, sections: Section[]}} Blueprint
 * @typedef {{name: string, label: string, scored: boolean, rules: {name: string, label: string}[]}} ItemType
 * @typedef {{version: number, rows: [string, string, string, number, number][]}} Stock
 * @typedef {{
 *   name: string, document: any, seen: number, restored: boolean, stock: Stock, named: {[id: string]: string},
 *   topics: {code: string, title: string}[], levels: {value: string, label: string}[], types: ItemType[],
 * }} Page
 */

/** @type {Page} */
export const page = JSON.parse(byId("page").textContent ?? "{}");
/** @type {{[name: string]: string}} */
const words = JSON.parse(byId("blueprint-words").textContent ?? "{}");
export const levels = page.levels.map(({ value }) => value);
const comma = document.documentElement.lang === "vi" ? "," : ".";

/**
 * A sentence of this page with its {places} filled.
 * @param {string} name
 * @param {{[name: string]: string | number}} [values]
 */
export function said(name, values = {}) {
  return (words[name] ?? name).replace(/\{(\w+)\}/g, (_, place) => String(values[place] ?? ""));
}

/** @param {any} value @returns {{[name: string]: any}} */
const object = (value) => (value && typeof value === "object" && !Array.isArray(value) ? value : {});
/** @param {any} value @returns {any[]} */
const list = (value) => (Array.isArray(value) ? value : []);

/**
 * The document as the editor holds it.
 * @param {any} given
 * @returns {Blueprint}
 */
export function loaded(given) {
  const found = structuredClone(object(given));
  const sections = list(found.sections).map((one) => {
    const section = object(one);
    return /** @type {Section} */ ({ ...section, title: object(section.title), cells: withAllTopics(list(section.cells).map(row)) });
  });
  return { ...found, title: object(found.title), sections: sections.length ? sections : [newSection([])] };
}

/** @param {any} given @returns {Row} */
function row(given) {
  const found = object(given);
  return { ...found, topic: String(found.topic ?? ""), type: list(typeof found.type === "string" ? [found.type] : found.type).map(String) };
}

/** @param {Row[]} rows */
function withAllTopics(rows) {
  const there = new Set(rows.map(({ topic }) => topic));
  return [...rows, ...page.topics.filter(({ code }) => !there.has(code)).map(({ code }) => ({ topic: code, type: [] }))];
}

/** @param {string[]} codes of the other parts @returns {Section} */
export function newSection(codes) {
  let number = codes.length + 1;
  while (codes.includes(`phan-${number}`)) number += 1;
  return { code: `phan-${number}`, title: { vi: `Phần ${number}`, en: `Part ${number}` }, duration_s: 2700, mark_per_item: 25, cells: withAllTopics([]) };
}

/** Whether a row says anything. @param {Row} one */
function speaks(one) {
  return one.type.length > 0 || one.mark_per_item !== undefined || levels.some((level) => one[level] !== undefined);
}

/** The rows that are in the document, in its order. @param {Section} section */
export function spoken(section) {
  return section.cells.filter(speaks);
}

/**
 * The authoring document.
 * @param {Blueprint} blueprint
 */
export function written(blueprint) {
  return {
    ...blueprint,
    sections: blueprint.sections.map((section) => ({
      ...section,
      cells: spoken(section).map(({ type, ...rest }) => (type.length ? { ...rest, type: type.length === 1 ? type[0] : type } : rest)),
    })),
  };
}

/**
 * Put a value where a path leads; undefined takes it away, and what it leaves empty.
 * @param {{[name: string]: any}} at
 * @param {string[]} path
 * @param {any} value
 */
export function put(at, [name, ...rest], value) {
  if (rest.length) {
    at[name] = object(at[name]);
    put(at[name], rest, value);
    if (!Object.keys(at[name]).length) delete at[name];
  } else if (value === undefined) delete at[name];
  else at[name] = value;
}

/** @param {any} at @param {string[]} path @returns {any} */
export function got(at, path) {
  return path.reduce((found, name) => object(found)[name], at);
}

/** A number as typed: a whole number, else what was typed; undefined for nothing. @param {string} typed */
export function whole(typed) {
  const text = typed.trim();
  return text === "" ? undefined : /^\d{1,9}$/.test(text) ? Number(text) : text;
}

/** How many items a cell asks for: what is no number asks for none. @param {any} value */
export const count = (value) => (typeof value === "number" ? value : 0);

/** Seconds from minutes (“45”, “45:30”), else what was typed. @param {string} typed */
export function seconds(typed) {
  const found = /^(\d{1,5})(?::([0-5]\d))?$/.exec(typed.trim());
  return found ? Number(found[1]) * 60 + Number(found[2] ?? 0) : typed.trim();
}

/** @param {any} value seconds */
export function minutes(value) {
  if (typeof value !== "number") return String(value ?? "");
  const rest = value % 60;
  return rest ? `${Math.floor(value / 60)}:${String(rest).padStart(2, "0")}` : String(value / 60);
}

/** Hundredths from marks (“0,25”), else what was typed. @param {string} typed */
export function hundredths(typed) {
  const found = /^(\d{1,6})(?:[.,](\d{1,2}))?$/.exec(typed.trim());
  return found ? Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0")) : typed.trim();
}

/** @param {any} value hundredths */
export function marks(value) {
  if (typeof value !== "number") return String(value ?? "");
  const rest = String(value % 100).padStart(2, "0").replace(/0+$/, "");
  return `${Math.floor(value / 100)}${rest ? comma + rest : ""}`;
}

/** Items and marks of a part. @param {Section} section */
export function sums(section) {
  const byLevel = levels.map((level) => section.cells.reduce((sum, one) => sum + count(one[level]), 0));
  const worth = section.cells.reduce((sum, one) => sum + rowItems(one) * count(one.mark_per_item ?? section.mark_per_item), 0);
  return { byLevel, items: byLevel.reduce((sum, one) => sum + one, 0), worth, seconds: count(section.duration_s) };
}

/** @param {Row} one */
export function rowItems(one) {
  return levels.reduce((sum, level) => sum + count(one[level]), 0);
}

/** How often each number is needed: in forms that share no item, and in both sets. @param {Blueprint} blueprint */
export function times(blueprint) {
  const forms = (got(blueprint, ["forms", "items"]) ?? "different") === "different" ? count(got(blueprint, ["forms", "count"]) ?? list(got(blueprint, ["forms", "codes"])).length) || 1 : 1;
  const sets = blueprint.sets === "may_share" ? 1 : 2;
  return { forms, sets, times: forms * sets };
}

/** @type {Map<string, [string, number, number][]>} topic and level → type, approved, others */
let shelves = new Map();
let version = -1;

/** @param {Stock} stock */
export function stocked(stock) {
  version = stock.version;
  shelves = new Map();
  for (const [topic, level, type, approved, others] of stock.rows) {
    const place = `${topic}/${level}`;
    shelves.set(place, [...shelves.get(place) ?? [], [type, approved, others]]);
  }
}

export const stockVersion = () => version;

/** What the bank has for a cell; what is worth nothing is drawn only where a row names its type. @param {Row} one @param {string} level */
export function stock(one, level) {
  let [approved, others] = [0, 0];
  for (const [type, sure, more] of shelves.get(`${one.topic}/${level}`) ?? []) {
    if (one.type.length ? !one.type.includes(type) : page.types.some(({ name, scored }) => name === type && !scored)) continue;
    approved += sure;
    others += more;
  }
  return { approved, others };
}

/** The types that the bank has or the blueprint names. @param {Blueprint} blueprint */
export function usedTypes(blueprint) {
  const names = new Set(blueprint.sections.flatMap((section) => [...section.cells.flatMap(({ type }) => type), ...Object.keys(object(section.rule))]));
  for (const rows of shelves.values()) for (const [type] of rows) names.add(type);
  return page.types.filter(({ name }) => names.has(name));
}

/** @param {string} code */
export function topicTitle(code) {
  return page.topics.find((one) => one.code === code)?.title ?? code;
}

/** @param {string[]} names */
export function typeLabels(names) {
  return names.map((name) => page.types.find((one) => one.name === name)?.label ?? name).join(", ");
}
