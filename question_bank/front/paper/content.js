// @ts-check
/** An author's text as elements: nodes in, elements out (docs/items.md, §2). Nothing is ever parsed as HTML. */

import { media } from "./media.js";

/**
 * @typedef {{
 *   k: string, c?: Nodes, tex?: string, ml?: MathTree | null, sha256?: string, type?: string, label?: string,
 *   width?: number, height?: number, rows?: any[], gap?: string,
 * }} NodeObject
 * @typedef {(string | NodeObject)[]} Nodes
 * @typedef {string | Nodes} Text
 * @typedef {[string, {[name: string]: string}, ...any[]]} MathTree
 * @typedef {{
 *   gap?: (id: string) => globalThis.Node,
 *   word?: (name: string) => string,
 *   plays?: {most: number, used: Map<string, number>},
 * }} Places
 */

const MATHML = "http://www.w3.org/1998/Math/MathML";
/** The same lists as question_bank/mathematics.py; a test compares. */
export const MATH_ELEMENTS = new Set([
  "math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "ms", "mfrac", "msqrt", "mroot", "mstyle", "merror", "mpadded",
  "mphantom", "msub", "msup", "msubsup", "munder", "mover", "munderover", "mmultiscripts", "mprescripts", "mtable", "mtr",
  "mtd", "none",
]);
export const MATH_ATTRIBUTES = new Set([
  "display", "mathvariant", "stretchy", "accent", "accentunder", "fence", "separator", "form", "largeop",
  "movablelimits", "minsize", "maxsize", "lspace", "rspace", "width", "height", "depth", "linethickness", "scriptlevel",
  "displaystyle", "columnalign", "rowspacing", "columnspacing", "columnlines", "rowlines", "symmetric",
]);
/** @type {{[kind: string]: string}} */
const SPANS = { b: "strong", i: "em", u: "u", s: "s", sub: "sub", sup: "sup", code: "code", pre: "pre" };

/**
 * @param {Text} text
 * @param {Places} [places]
 * @returns {DocumentFragment}
 */
export function build(text, places = {}) {
  const found = document.createDocumentFragment();
  for (const node of typeof text === "string" ? [text] : text) {
    found.append(typeof node === "string" ? node : element(node, places));
  }
  return found;
}

/**
 * @param {NodeObject} node
 * @param {Places} places
 * @returns {globalThis.Node}
 */
function element(node, places) {
  if (node.k in SPANS) return around(SPANS[node.k], node.c ?? [], places);
  switch (node.k) {
    case "math": return mathematics(node);
    case "picture": case "audio": case "video": return media(node, places);
    case "list": case "numbered": return list(node, places);
    case "table": return table(node.rows ?? [], places);
    case "gap": return places.gap?.(node.gap ?? "") ?? document.createTextNode("…");
    default: return document.createTextNode("");
  }
}

/**
 * @param {string} tag
 * @param {Text} content
 * @param {Places} places
 */
function around(tag, content, places) {
  const made = document.createElement(tag);
  made.append(build(content, places));
  return made;
}

/**
 * @param {NodeObject} node
 * @param {Places} places
 */
function list(node, places) {
  const made = document.createElement(node.k === "numbered" ? "ol" : "ul");
  made.append(...(node.rows ?? []).map((row) => around("li", row, places)));
  return made;
}

/**
 * @param {Text[][]} rows
 * @param {Places} places
 */
function table(rows, places) {
  const scroller = document.createElement("div");
  scroller.className = "table";
  scroller.tabIndex = 0;  // a wide table scrolls in itself, by keyboard too
  scroller.setAttribute("role", "group");
  const made = document.createElement("table");
  rows.forEach((cells, at) => {
    const row = made.insertRow();
    for (const cell of cells) {
      const place = around(at ? "td" : "th", cell, places);
      if (!at) place.setAttribute("scope", "col");
      row.append(place);
    }
  });
  const name = rows[0]?.map(plain).join(", ");
  if (name) scroller.setAttribute("aria-label", name);
  scroller.append(made);
  return scroller;
}

/** @param {NodeObject} node */
function mathematics(node) {
  const built = node.ml ? tree(node.ml) : null;
  if (!(built instanceof Element)) {
    const source = document.createElement("code");
    source.textContent = node.tex ?? "";
    return source;
  }
  if (node.ml?.[1].display !== "block") return built;
  const line = document.createElement("div");
  line.className = "formula";
  line.append(built);
  return line;
}

/**
 * @param {MathTree | string} node
 * @returns {globalThis.Node}
 */
function tree(node) {
  if (typeof node === "string") return document.createTextNode(node);
  const [name, attributes, ...children] = node;
  if (!MATH_ELEMENTS.has(name)) return document.createTextNode("");
  const made = document.createElementNS(MATHML, name);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (MATH_ATTRIBUTES.has(attribute)) made.setAttribute(attribute, value);
  }
  made.append(...children.map(tree));
  return made;
}

/**
 * The words alone, for where elements cannot stand: formulas as typed, media by their labels.
 * @param {Text} text
 * @returns {string}
 */
export function plain(text) {
  if (typeof text === "string") return text;
  return text.map((node) => {
    if (typeof node === "string") return node;
    return node.tex ?? node.label ?? (node.k === "gap" ? "…" : plain(node.c ?? []) || (node.rows ?? []).flat().map(plain).join(" "));
  }).join("");
}
