// @ts-check
/** Numbers as people in Viet Nam type them, read as question_bank/items/_numbers.py does; a test compares the two. */

const MAX_LENGTH = 40;
const MAX_EXPONENT = 30;
const WHOLE = /^([+-]?)([0-9.,]+)(?:(?:e|x10\^)([+-]?[0-9]{1,3}))?$/;
const RATIO = /^([+-]?)([0-9]{1,12})\/([0-9]{1,12})$/;
const POINTS = /^[1-9][0-9]{0,2}(?:\.[0-9]{3})+$/;
const COMMAS = /^[1-9][0-9]{0,2}(?:,[0-9]{3}){2,}$/;
const COMMA_GROUPS = /^[1-9][0-9]{0,2}(?:,[0-9]{3})+$/;

/**
 * The value as a plain text with a point for the decimal sign (or a ratio), or null when it is no number.
 * @param {string} text
 * @returns {string | null}
 */
export function readNumber(text) {
  if ([...text].length > MAX_LENGTH) return null;
  const typed = text.normalize("NFC").replace(/[−–‑]/g, "-").replace(/[×·*X]/g, "x").replace(/E/g, "e").replace(/\s/g, "");
  const ratio = RATIO.exec(typed);
  if (ratio) return Number(ratio[3]) ? `${ratio[1] === "-" ? "-" : ""}${strip(ratio[2])}/${strip(ratio[3])}` : null;
  const whole = WHOLE.exec(typed);
  const digits = whole && plain(whole[2]);
  if (!whole || !digits || Math.abs(Number(whole[3] ?? 0)) > MAX_EXPONENT) return null;
  return (whole[1] === "-" ? "-" : "") + shifted(digits, Number(whole[3] ?? 0));
}

/** @param {string} digits */
function strip(digits) {
  return digits.replace(/^0+(?=[0-9])/, "");
}

/** @param {string} digits */
function plain(digits) {
  const comma = digits.lastIndexOf(",");
  const head = comma < 0 ? "" : digits.slice(0, comma);
  const tail = digits.slice(comma + 1);
  if (POINTS.test(digits)) digits = digits.replaceAll(".", "");
  else if (COMMAS.test(digits)) digits = digits.replaceAll(",", "");
  else if (comma >= 0 && POINTS.test(head) && /^[0-9]+$/.test(tail)) digits = `${head.replaceAll(".", "")}.${tail}`;
  else if (digits.includes(",") && digits.includes(".")) {
    const point = digits.lastIndexOf(".");
    const before = digits.slice(0, point);
    const after = digits.slice(point + 1);
    if (!COMMA_GROUPS.test(before) || !/^[0-9]+$/.test(after)) return null;
    digits = `${before.replaceAll(",", "")}.${after}`;
  } else digits = digits.replaceAll(",", ".");
  return /^[0-9]*\.?[0-9]*$/.test(digits) && /[0-9]/.test(digits) ? digits : null;
}

/**
 * @param {string} digits
 * @param {number} exponent
 */
function shifted(digits, exponent) {
  const [whole, part = ""] = digits.split(".");
  const all = whole + part;
  const point = whole.length + exponent;
  const before = point > 0 ? all.slice(0, point).padEnd(point, "0") : "0";
  const after = point < 0 ? "0".repeat(-point) + all : all.slice(point);
  const rest = after.replace(/0+$/, "");
  return strip(before || "0") + (rest ? `.${rest}` : "");
}

/**
 * The number as it was understood, written so that it cannot be read in two ways: no sign groups digits.
 * @param {string} value as `readNumber` gives it
 * @param {string} language
 */
export function numberText(value, language) {
  const [whole, part] = value.replace("-", "−").split(".");
  const grouped = whole.replace(/\B(?=([0-9]{3})+(?![0-9]))/g, "\u202f");
  const shown = whole.includes("/") || whole.length < 6 ? whole : grouped;
  return part === undefined ? shown : `${shown}${language === "vi" ? "," : "."}${part}`;
}
