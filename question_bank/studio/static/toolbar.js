// @ts-check
/** Buttons above a text that put our constructs in (docs/items.md §2), and pictures pasted or chosen. */

import { button, make } from "/front/paper/widget.js";

import { post, word } from "./common.js";

/** @typedef {{kind: string, sign: string, name: string}} Construct */
/** @type {Construct[]} */
const CONSTRUCTS = [
  { kind: "b", sign: "B", name: "bold" }, { kind: "i", sign: "I", name: "italic" }, { kind: "u", sign: "U", name: "underline" },
  { kind: "sub", sign: "x₂", name: "sub" }, { kind: "sup", sign: "x²", name: "sup" }, { kind: "code", sign: "</>", name: "code" },
  { kind: "math", sign: "√x", name: "math" }, { kind: "list", sign: "•", name: "list" }, { kind: "table", sign: "▦", name: "table" },
];

/**
 * @param {HTMLTextAreaElement | HTMLInputElement} field
 * @param {{name: string, gaps?: boolean, blocks?: boolean}} options
 */
export function toolbar(field, { name, gaps = false, blocks = true }) {
  const chosen = make("input", { type: "file", hidden: true, tabindex: -1, accept: "image/*,audio/*,video/*", "aria-label": word("medium") });
  chosen.addEventListener("change", () => { if (chosen.files?.[0]) void bring(field, chosen.files[0]); });
  const buttons = CONSTRUCTS.filter(({ kind }) => blocks || !["list", "table"].includes(kind)).map(({ kind, sign, name: title }) =>
    button(sign, () => wrap(field, kind), { title: word(title), "aria-label": word(title), class: `tool tool-${kind}` }));
  if (gaps) buttons.push(button(word("gap"), () => insert(field, `{{gap:${freeGap(field.value)}}}`), { title: word("gap"), "aria-label": word("gap"), class: "tool" }));
  buttons.push(button(word("picture"), () => chosen.click(), { title: word("medium"), "aria-label": word("medium"), class: "tool" }));
  field.addEventListener("paste", (event) => {
    const pasted = event instanceof ClipboardEvent ? [...(event.clipboardData?.files ?? [])][0] : undefined;
    if (!pasted) return;
    event.preventDefault();
    void bring(field, pasted);
  });
  return make("div", { class: "toolbar", role: "toolbar", "aria-label": word("toolbar", { name }) }, ...buttons, chosen);
}

/** The first of a, b, c … that no gap of the text has. @param {string} text */
function freeGap(text) {
  const names = [..."abcdefghijklmnopqrst"];
  return names.find((one) => !text.includes(`{{gap:${one}}}`)) ?? "z";
}

/**
 * @param {HTMLTextAreaElement | HTMLInputElement} field
 * @param {string} kind
 */
function wrap(field, kind) {
  const from = field.selectionStart ?? field.value.length;
  const to = field.selectionEnd ?? from;
  const inner = field.value.slice(from, to) || (kind === "table" ? "A | B\n1 | 2" : "");
  insert(field, `{{${kind}:${inner}}}`, to > from ? 0 : 2);
}

/**
 * In the place of what is selected; the cursor `back` letters before its end.
 * @param {HTMLTextAreaElement | HTMLInputElement} field
 * @param {string} text
 * @param {number} [back]
 */
function insert(field, text, back = 0) {
  const from = field.selectionStart ?? field.value.length;
  field.setRangeText(text, from, field.selectionEnd ?? from, "end");
  const at = from + text.length - back;
  field.focus();
  field.setSelectionRange(at, at);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/**
 * @param {HTMLTextAreaElement | HTMLInputElement} field
 * @param {File} file
 */
async function bring(field, file) {
  const ending = file.name.split(".").at(-1) ?? "png";
  const answer = await post("/api/media", file, { "X-File-Ending": encodeURIComponent(ending) });
  if (!answer.ok) {
    document.dispatchEvent(new CustomEvent("refused", { detail: answer.text }));
    return;
  }
  insert(field, `{{${answer.kind}:${answer.name}|${word("describe")}}}`, 2);
}
