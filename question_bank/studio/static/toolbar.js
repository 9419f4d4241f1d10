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

/** @typedef {HTMLTextAreaElement | HTMLInputElement} TextField */

/**
 * @param {() => TextField | null} field where it goes
 * @param {{name: string, gaps?: boolean, blocks?: boolean}} options
 */
export function toolbar(field, { name, gaps = false, blocks = true }) {
  const chosen = make("input", { type: "file", hidden: true, tabindex: -1, accept: "image/*,audio/*,video/*", "aria-label": word("medium") });
  chosen.addEventListener("change", () => { if (chosen.files?.[0]) void bring(field(), chosen.files[0]); });
  const buttons = CONSTRUCTS.filter(({ kind }) => blocks || !["list", "table"].includes(kind))
    .map(({ kind, sign, name: title }) => tool(sign, title, () => wrap(field(), kind), kind));
  if (gaps) buttons.push(tool("", "gap", () => gap(field())));
  buttons.push(tool("", "picture", () => chosen.click()));
  const bar = make("div", { class: "toolbar", role: "toolbar", "aria-label": word("toolbar", { name }) }, ...buttons, chosen);
  bar.addEventListener("mousedown", (event) => event.preventDefault());  // the text keeps the focus and what is selected
  return bar;
}

/**
 * @param {string} sign what is seen; the name where there is none
 * @param {string} name
 * @param {() => void} press
 * @param {string} [kind]
 */
function tool(sign, name, press, kind = name) {
  const made = button("", press, { title: word(name), class: `tool tool-${kind}` });
  if (sign) made.append(make("span", { "aria-hidden": "true" }, sign), make("span", { class: "visually-hidden" }, word(name)));
  else made.append(word(name));
  return made;
}

/**
 * Pictures and recordings may be pasted.
 * @param {TextField} field
 */
export function pastes(field) {
  field.addEventListener("paste", (event) => {
    const pasted = event instanceof ClipboardEvent ? [...(event.clipboardData?.files ?? [])][0] : undefined;
    if (!pasted) return;
    event.preventDefault();
    void bring(field, pasted);
  });
}

/** @param {TextField | null} field */
function gap(field) {
  if (field) insert(field, `{{gap:${freeGap(field.value)}}}`);
}

/** The first of a, b, c … that no gap of the text has. @param {string} text */
function freeGap(text) {
  const names = [..."abcdefghijklmnopqrst"];
  return names.find((one) => !text.includes(`{{gap:${one}}}`)) ?? "z";
}

/**
 * @param {TextField | null} field
 * @param {string} kind
 */
function wrap(field, kind) {
  if (!field) return;
  const from = field.selectionStart ?? field.value.length;
  const to = field.selectionEnd ?? from;
  const inner = field.value.slice(from, to) || (kind === "table" ? "A | B\n1 | 2" : "");
  insert(field, `{{${kind}:${inner}}}`, to > from ? 0 : 2);
}

/**
 * In the place of what is selected; the cursor `back` letters before its end.
 * @param {TextField} field
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
 * A file put into the bank; why not is told to the page.
 * @param {File} file
 */
export async function sent(file) {
  const ending = file.name.split(".").at(-1) ?? "png";
  const answer = await post("/api/media", file, { "X-File-Ending": encodeURIComponent(ending) });
  if (!answer.ok) document.dispatchEvent(new CustomEvent("refused", { detail: answer.text }));
  return answer;
}

/**
 * @param {TextField | null} field
 * @param {File} file
 */
async function bring(field, file) {
  const answer = field ? await sent(file) : null;
  if (!field || !answer?.ok) return;
  const said = word(answer.kind === "audio" ? "describe_sound" : "describe");
  insert(field, `{{${answer.kind}:${answer.name}|${said}}}`, 2);
  const end = field.selectionEnd ?? 0;
  field.setSelectionRange(end - said.length, end);  // what is typed next takes the place of the question
}
