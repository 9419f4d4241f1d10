// @ts-check
/** The form of a type's own fields, as question_bank/studio/form_fields.py describes it. Values are texts, lists, objects of texts. */

import { button, freshId, make } from "/front/paper/widget.js";

import { word } from "./common.js";
import { pastes, toolbar } from "./toolbar.js";

/**
 * @typedef {{[name: string]: any}} Scope an object of the item that holds the fields described
 * @typedef {{name: string, label: string, help?: string, kind: string, of?: string}} Column
 * @typedef {{
 *   name: string, label: string, help?: string, kind: string, required?: boolean, most?: number, least?: number, labels?: string[],
 *   columns?: Column[], entry?: Kind, fields?: Field[], values?: {value: string, label: string}[], of?: string,
 *   by?: string, variants?: Variant[],
 * }} Field
 * @typedef {Omit<Field, "name" | "label"> & {name?: string, label?: string}} Kind
 * @typedef {{value: string, label: string, fields: Field[]}} Variant
 * @typedef {{
 *   changed: () => void, again: (focus?: string) => void, stem: () => string,
 *   word: (name: string, values?: {[name: string]: string | number}) => string,
 *   bring: (file: File) => Promise<string>, general: typeof fields,
 * }} Editor `changed` after every change of the values; `again` where the form itself is another now; `word` is a sentence of the type's own;
 * `bring` puts a file into the bank and gives its name, or nothing; `general` is the form that every type has
 */

const VIETNAMESE = document.documentElement.lang === "vi";

/**
 * The fields of one object.
 * @param {Field[]} form
 * @param {Scope} scope
 * @param {Editor} editor
 * @param {string} path
 * @returns {HTMLElement[]}
 */
export function fields(form, scope, editor, path = "") {
  begin(form, scope);
  return form.map((field) => {
    const here = `${path}${field.name}`;
    const inner = one(field, scope, field.name, editor, here, form);
    if (["rows", "list", "gaps", "object", "variants"].includes(field.kind) || (field.kind === "truth" && field.required)) {
      return make("fieldset", { "data-path": here }, make("legend", {}, field.label), ...help(field), inner);
    }
    return field.kind === "truth" ? make("label", { class: "check", "data-path": here }, inner, ` ${field.label}`)
      : make("label", { "data-path": here }, field.label, ...help(field), inner);
  });
}

/** @param {Field} field */
function help(field) {
  return field.help && VIETNAMESE ? [make("span", { class: "small muted help" }, field.help)] : [];
}

/**
 * One value, in the place `name` of `scope`.
 * @param {Kind} kind
 * @param {Scope} scope
 * @param {string | number} name
 * @param {Editor} editor
 * @param {string} path
 * @param {Field[]} form the fields beside it, for those that refer to each other
 * @returns {HTMLElement}
 */
function one(kind, scope, name, editor, path, form) {
  switch (kind.kind) {
    case "rows": return rows(/** @type {Field} */ (kind), scope, editor, path, form);
    case "list": return list(kind, scope, String(name), editor, path);
    case "object": return group(kind, scope, name, editor, path);
    case "gaps": return gaps(kind, scope, String(name), editor, path, form);
    case "variants": return variants(kind, scope, name, editor, path);
    case "choice": return choice(kind.values ?? [], scope, name, editor);
    case "truth": return truth(kind, scope, name, editor);
    default: return line(kind, scope, name, editor);
  }
}

/**
 * @param {Kind} kind
 * @param {Scope} scope
 * @param {string | number} name
 * @param {Editor} editor
 */
function line(kind, scope, name, editor) {
  const number = kind.kind === "number";
  const long = !number && (kind.most ?? 0) >= 200;
  const field = long ? make("textarea", { rows: 1, maxlength: kind.most ?? 500 }) : make("input", { maxlength: number ? 40 : kind.most || 500, ...(number ? { inputmode: "decimal", class: "number figures" } : {}) });
  field.value = scope[name] ?? "";
  field.addEventListener("input", () => { put(scope, name, field.value); editor.changed(); });
  return field;
}

/**
 * An empty text is no value, but in lists, where the place stays.
 * @param {Scope} scope
 * @param {string | number} name
 * @param {string} value
 */
function put(scope, name, value) {
  if (value === "" && !Array.isArray(scope)) delete scope[name];
  else scope[name] = value;
}

/**
 * @param {{value: string, label: string}[]} values
 * @param {Scope} scope
 * @param {string | number} name
 * @param {Editor} editor
 */
function choice(values, scope, name, editor) {
  const field = make("select", {}, make("option", { value: "" }, "–"), ...values.map(({ value, label }) => make("option", { value }, label)));
  field.value = scope[name] ?? "";
  field.addEventListener("change", () => { put(scope, name, field.value); editor.changed(); });
  return field;
}

/**
 * Where it is required neither is chosen beforehand: a key is never guessed.
 * @param {Kind} kind
 * @param {Scope} scope
 * @param {string | number} name
 * @param {Editor} editor
 */
function truth(kind, scope, name, editor) {
  if (!kind.required) {
    const box = make("input", { type: "checkbox" });
    box.checked = scope[name] === "true";
    box.addEventListener("change", () => { put(scope, name, box.checked ? "true" : ""); editor.changed(); });
    return box;
  }
  const group = freshId();
  return make("div", { class: "row" }, ...["true", "false"].map((value) => {
    const box = make("input", { type: "radio", name: group });
    box.checked = scope[name] === value;
    box.addEventListener("change", () => { scope[name] = value; editor.changed(); });
    return make("label", { class: "check" }, box, ` ${word(value)}`);
  }));
}

/**
 * @param {Kind} kind
 * @param {Scope} scope
 * @param {string | number} name
 * @param {Editor} editor
 * @param {string} path
 */
function group(kind, scope, name, editor, path) {
  const inner = scope[name] && typeof scope[name] === "object" ? scope[name] : {};
  const held = { ...editor, changed: () => { if (Object.keys(inner).length) scope[name] = inner; else delete scope[name]; editor.changed(); } };
  return make("div", { class: "group" }, ...fields(kind.fields ?? [], inner, held, `${path}/`));
}

/**
 * The least rows there are, before anything is shown that refers to them.
 * @param {Field[]} form
 * @param {Scope} scope
 */
function begin(form, scope) {
  for (const { kind, name, labels = [], least = 0 } of form) {
    if (kind !== "rows") continue;
    const texts = (scope[name] ??= {});
    while (Object.keys(texts).length < least) texts[labels[Object.keys(texts).length]] = "";
  }
}

/**
 * Texts under labels, with what others say of them in columns.
 * @param {Field} field
 * @param {Scope} scope
 * @param {Editor} editor
 * @param {string} path
 * @param {Field[]} form
 */
function rows(field, scope, editor, path, form) {
  const labels = field.labels ?? [];
  const texts = scope[field.name];
  const names = Object.keys(texts);
  const group = freshId();
  /** The text that the tools above write into. @type {HTMLTextAreaElement | null} */
  let now = null;
  const shown = names.map((label) => {
    const text = make("textarea", { rows: 1, maxlength: 500, "aria-label": `${field.label} ${label}` });
    text.value = texts[label] ?? "";
    now ??= text;
    text.addEventListener("focus", () => { now = text; });
    pastes(text);
    text.addEventListener("input", () => { texts[label] = text.value; editor.changed(); });
    const remove = button("✕", () => { order(field, form, scope, names.filter((other) => other !== label)); editor.again(); },
      { class: "step", "aria-label": word("remove", { name: label }), disabled: names.length <= (field.least ?? 0) });
    const at = names.indexOf(label);
    const up = button("↑", () => { order(field, form, scope, swapped(names, at, at - 1)); editor.again(); },
      { class: "step", "aria-label": word("up", { name: label }), disabled: at === 0 });
    return make("div", { class: "row-of", "data-path": `${path}/${label}` }, make("span", { class: "letter" }, label),
      make("div", { class: "row-text" }, text), ...(field.columns ?? []).map((column) => cell(column, scope, label, group, editor)),
      make("div", { class: "steps" }, up, remove));
  });
  const next = labels[names.length];
  const more = next === undefined ? [] : [button(`+ ${word("add")} ${next}`, () => { texts[next] = ""; editor.changed(); editor.again(`${path}/${next}`); })];
  return make("div", { class: "rows" }, toolbar(() => now, { name: field.label, blocks: false }), ...shown, ...more);
}

/**
 * @template T
 * @param {T[]} list
 * @param {number} one
 * @param {number} other
 */
function swapped(list, one, other) {
  const made = [...list];
  [made[one], made[other]] = [made[other], made[one]];
  return made;
}

/**
 * Rows in another order, or without some: labels run on without gaps, and whatever names a row goes with it.
 * @param {Field} field
 * @param {Field[]} form
 * @param {Scope} scope
 * @param {string[]} kept the old labels, in the new order
 */
export function order(field, form, scope, kept) {
  const labels = field.labels ?? [];
  /** @type {Map<string, string>} */
  const renamed = new Map(kept.map((old, at) => [old, labels[at]]));
  const texts = scope[field.name];
  scope[field.name] = Object.fromEntries(kept.map((old, at) => [labels[at], texts[old]]));
  for (const { name, kind } of field.columns ?? []) {
    const value = scope[name];
    if (value === undefined) continue;
    if (kind === "one" || kind === "several") scope[name] = many(value).flatMap((old) => renamed.get(old) ?? []).sort(by(labels));
    else scope[name] = Object.fromEntries(Object.entries(value).flatMap(([old, inner]) => (renamed.has(old) ? [[renamed.get(old), inner]] : [])));
    if (kind === "one") scope[name] = scope[name].length === 1 ? scope[name][0] : scope[name];
    if (Array.isArray(scope[name]) && !scope[name].length) delete scope[name];
  }
  const referring = form.flatMap((other) => [...(other.columns ?? []), ...(other.kind === "gaps" ? [/** @type {Column} */ (other)] : [])]).filter(({ of }) => of === field.name);
  for (const { name } of referring) {
    if (!scope[name]) continue;
    scope[name] = Object.fromEntries(Object.entries(scope[name]).flatMap(([key, old]) => (renamed.has(String(old)) ? [[key, renamed.get(String(old))]] : [])));
  }
}

/** @param {string[]} labels */
function by(labels) {
  return (/** @type {string} */ one, /** @type {string} */ other) => labels.indexOf(one) - labels.indexOf(other);
}

/** @param {string | string[] | undefined} value @returns {string[]} */
function many(value) {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

/**
 * What another field says of one row.
 * @param {Column} column
 * @param {Scope} scope
 * @param {string} label
 * @param {string} group
 * @param {Editor} editor
 */
function cell(column, scope, label, group, editor) {
  const { name, kind } = column;
  if (kind === "one" || kind === "several") {
    const box = make("input", { type: kind === "one" ? "radio" : "checkbox", name: `${group}-${name}`, "aria-label": `${column.label}: ${label}` });
    box.checked = many(scope[name]).includes(label);
    box.addEventListener("change", () => {
      const rest = kind === "one" ? [] : many(scope[name]).filter((one) => one !== label);
      const chosen = box.checked ? [...rest, label].sort() : rest;
      if (!chosen.length) delete scope[name];
      else scope[name] = kind === "one" ? chosen[0] : chosen;
      editor.changed();
    });
    return make("label", { class: "check column" }, box, ` ${column.label}`);
  }
  const values = () => (scope[name] ??= {});
  const field = kind === "mate"
    ? make("select", {}, make("option", { value: "" }, "–"), ...Object.keys(scope[column.of ?? ""] ?? {}).map((mate) => make("option", { value: mate }, mate)))
    : make("input", { class: "number figures", inputmode: "decimal", maxlength: 12 });
  field.value = scope[name]?.[label] ?? "";
  field.addEventListener("input", () => {
    put(values(), label, field.value);
    if (!Object.keys(scope[name]).length) delete scope[name];
    editor.changed();
  });
  return make("label", { class: "column" }, `${column.label} `, field);
}

/**
 * @param {Kind} kind
 * @param {Scope} scope
 * @param {string} name
 * @param {Editor} editor
 * @param {string} path
 */
function list(kind, scope, name, editor, path) {
  const entry = kind.entry ?? { kind: "text" };
  const values = many(scope[name]);
  const held = () => { if (values.length) scope[name] = values; else delete scope[name]; };
  const empty = () => (entry.kind === "object" || entry.kind === "variants" ? {} : "");
  if (!values.length && kind.required) values.push(/** @type {any} */ (empty()));
  held();
  const shown = values.map((value, at) => {
    // A bare word stands for an object with its first field.
    if (entry.kind === "object" && typeof value === "string") values[at] = /** @type {any} */ ({ [entry.fields?.[0].name ?? "text"]: value });
    const number = String(at + 1);
    const up = button("↑", () => { scope[name] = swapped(values, at, at - 1); editor.changed(); editor.again(); }, { class: "step", "aria-label": word("up", { name: number }), disabled: at === 0 });
    const remove = button("✕", () => { values.splice(at, 1); held(); editor.changed(); editor.again(); }, { class: "step", "aria-label": word("remove", { name: number }), disabled: !!kind.required && values.length === 1 });
    const inner = one(entry, values, at, editor, `${path}/${at}`, []);
    if (!inner.matches("div")) inner.setAttribute("aria-label", number);
    return make("div", { class: "row-of", "data-path": `${path}/${at}` }, make("span", { class: "letter" }, number), make("div", { class: "row-text" }, inner), make("div", { class: "steps" }, up, remove));
  });
  return make("div", { class: "rows" }, ...shown,
    button(`+ ${word("add")}`, () => { values.push(/** @type {any} */ (empty())); held(); editor.again(`${path}/${values.length - 1}`); }));
}

/**
 * What belongs into each gap that the stem has.
 * @param {Kind} kind
 * @param {Scope} scope
 * @param {string} name
 * @param {Editor} editor
 * @param {string} path
 * @param {Field[]} form
 */
function gaps(kind, scope, name, editor, path, form) {
  const values = (scope[name] ??= {});
  const there = [...new Set([...editor.stem().matchAll(/\{\{gap:([a-z0-9_-]{1,20})\}\}/g)].map((found) => found[1]))];
  for (const gap of Object.keys(values)) if (!there.includes(gap) && isEmpty(values[gap])) delete values[gap];
  const names = [...there, ...Object.keys(values).filter((gap) => !there.includes(gap))];
  const words = kind.of ? Object.keys(scope[kind.of] ?? {}) : [];
  const entry = kind.of ? { kind: "choice", values: words.map((value) => ({ value, label: `${value}. ${scope[kind.of ?? ""][value]}` })) } : kind.entry ?? { kind: "text" };
  if (!names.length) return make("p", { class: "muted small" }, word("gap_none"));
  return make("div", { class: "rows" }, ...names.map((gap) => {
    if (entry.kind === "variants" && !values[gap]) values[gap] = {};
    const inner = one(entry, values, gap, editor, `${path}/${gap}`, form);
    if (!inner.matches("div")) inner.setAttribute("aria-label", gap);
    const gone = there.includes(gap) ? [] : [button("✕", () => { delete values[gap]; editor.changed(); editor.again(); }, { class: "step", "aria-label": word("remove", { name: gap }) })];
    return make("div", { class: "row-of", "data-path": `${path}/${gap}` }, make("span", { class: "letter" }, gap), make("div", { class: "row-text" }, inner), make("div", { class: "steps" }, ...gone));
  }));
}

/** @param {any} value */
function isEmpty(value) {
  return !value || (typeof value === "object" && !Object.keys(value).some((key) => key !== "kind"));
}

/**
 * One of several objects.
 * @param {Kind} kind
 * @param {Scope} scope
 * @param {string | number} name
 * @param {Editor} editor
 * @param {string} path
 */
function variants(kind, scope, name, editor, path) {
  const all = kind.variants ?? [];
  const value = (scope[name] = scope[name] && typeof scope[name] === "object" ? scope[name] : {});
  const now = all.find((variant) => (kind.by ? value[kind.by] === variant.value : variant.value in value)) ?? all[0];
  if (kind.by) value[kind.by] = now.value;
  else value[now.value] ??= "";
  const choose = make("select", { "aria-label": word("kind") }, ...all.map((variant) => make("option", { value: variant.value, selected: variant === now }, variant.label)));
  choose.addEventListener("change", () => {
    scope[name] = kind.by ? { [kind.by]: choose.value } : { [choose.value]: "" };
    editor.changed();
    editor.again();
  });
  return make("div", { class: "group" }, choose, ...fields(now.fields, value, editor, `${path}/`));
}
