// @ts-check
/** What only the page can see of this machine: the screen's size, a second screen, and whether Vietnamese is drawn. */

import { call } from "./page.js";

const VOWELS = "aăâeêioôơuưy";
const TONES = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"];
const MISSING = "\u{10FFFD}"; // a private character nobody's typeface has: what is drawn for it stands for "missing"
const SIDE = 48;

/** Every letter of Vietnamese with a mark of its own, small and large. */
export function letters() {
  const small = [...VOWELS].flatMap((vowel) => TONES.map((tone) => (vowel + tone).normalize("NFC")));
  small.push("d", "đ");
  return [...small, ...small.map((letter) => letter.toUpperCase())];
}

/** Whether every letter is drawn, and no two alike. @param {string} family */
export function drawsVietnamese(family) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  if (!pen) return false;
  pen.font = `28px ${family}`;
  pen.textBaseline = "middle";
  const drawn = (/** @type {string} */ letter) => {
    pen.clearRect(0, 0, SIDE, SIDE);
    pen.fillText(letter, 6, SIDE / 2);
    return pen.getImageData(0, 0, SIDE, SIDE).data.join(",");
  };
  const pictures = letters().map(drawn);
  return new Set([...pictures, drawn(MISSING), drawn(" ")]).size === pictures.length + 2;
}

/** Tell the agent what was found; again when the window's screen changes. */
export async function tellDisplay() {
  await document.fonts.ready;
  const found = /** @type {Screen & {isExtended?: boolean}} */ (window.screen);
  await call("/api/display", {
    width_px: Math.round(found.width * window.devicePixelRatio), height_px: Math.round(found.height * window.devicePixelRatio),
    extended: found.isExtended ?? null, vietnamese: drawsVietnamese(getComputedStyle(document.body).fontFamily),
  });
}
