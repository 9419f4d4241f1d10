// @ts-check
/** The grid of a part: topics by levels, numbers typed into cells and walked with arrow keys, sums beside and below. */

import { button, make } from "/front/paper/widget.js";

import { count, hundredths, levels, marks, minutes, page, rowItems, said, seconds, stock, sums, topicTitle, typeLabels, whole } from "./blueprint_model.js";
import { byId } from "./common.js";

/**
 * @typedef {import("./blueprint_model.js").Blueprint} Blueprint
 * @typedef {import("./blueprint_model.js").Section} Section
 * @typedef {import("./blueprint_model.js").Row} Row
 * @typedef {{changed: () => void, again: (focus?: string) => void, show: (part: number) => void}} Editor
 */

/** Which rows are opened for their types and marks. @type {WeakSet<Row>} */
const open = new WeakSet();

/**
 * The parts as buttons, the chosen one pressed.
 * @param {Blueprint} blueprint
 * @param {number} chosen
 * @param {Editor} editor
 * @param {() => void} add
 */
export function parts(blueprint, chosen, editor, add) {
  byId("parts").replaceChildren(
    ...blueprint.sections.map((_, place) => button("", () => editor.show(place), { class: "part-button", "aria-pressed": String(place === chosen), "data-part": place })),
    button("+", add, { class: "part-add", id: "add-part", "aria-label": said("add_part"), title: said("add_part") }),
    partSteps(blueprint, chosen, editor),
  );
}

/**
 * What belongs to the part as a whole.
 * @param {Blueprint} blueprint
 * @param {number} chosen
 * @param {Editor} editor
 */
export function partFields(blueprint, chosen, editor) {
  const section = blueprint.sections[chosen];
  /** @param {string} label @param {string} path @param {string} value @param {(typed: string) => void} read @param {{[name: string]: string | number | boolean}} [more] */
  const field = (label, path, value, read, more = {}) => {
    const input = make("input", { "data-path": `sections/${chosen}/${path}`, value, ...more });
    input.addEventListener("input", () => { read(input.value); editor.changed(); });
    return make("label", {}, label, input);
  };
  const keep = make("input", { type: "checkbox", "data-path": `sections/${chosen}/keep_order` });
  keep.checked = section.keep_order === true;
  keep.addEventListener("change", () => {
    if (keep.checked) section.keep_order = true;
    else delete section.keep_order;
    editor.changed();
  });
  byId("part").replaceChildren(
    field(said("part_title"), "title/vi", section.title.vi ?? "", (typed) => { section.title.vi = typed; }, { maxlength: 200, lang: "vi", class: "wide" }),
    field(said("part_english"), "title/en", section.title.en ?? "", (typed) => { section.title.en = typed; }, { maxlength: 200, lang: "en", class: "wide" }),
    field(said("part_code"), "code", String(section.code ?? ""), (typed) => renamed(blueprint, section, typed.trim()), { maxlength: 40, spellcheck: "false" }),
    field(said("part_minutes"), "duration_s", minutes(section.duration_s), (typed) => { section.duration_s = seconds(typed); }, { maxlength: 8, inputmode: "decimal", class: "figures" }),
    field(said("part_marks"), "mark_per_item", marks(section.mark_per_item), (typed) => { section.mark_per_item = hundredths(typed); }, { maxlength: 9, inputmode: "decimal", class: "figures" }),
    make("label", { class: "check" }, keep, said("keep_order")),
  );
}

/** What moves the part or takes it away. @param {Blueprint} blueprint @param {number} chosen @param {Editor} editor */
function partSteps(blueprint, chosen, editor) {
  /** @param {number} to */
  const move = (to) => {
    const [moved] = blueprint.sections.splice(chosen, 1);
    blueprint.sections.splice(to, 0, moved);
    editor.changed();
    editor.show(to);
  };
  const alone = blueprint.sections.length < 2;
  return make("span", { class: "steps" },
    button("←", () => move(chosen - 1), { class: "step", "aria-label": said("move_left"), title: said("move_left"), disabled: chosen === 0 }),
    button("→", () => move(chosen + 1), { class: "step", "aria-label": said("move_right"), title: said("move_right"), disabled: chosen === blueprint.sections.length - 1 }),
    button("✕", () => { blueprint.sections.splice(chosen, 1); editor.changed(); editor.show(Math.max(0, chosen - 1)); },
      { class: "step", "aria-label": said("drop_part"), title: alone ? said("last_part") : said("drop_part"), disabled: alone }));
}

/** Fixed items go with the part that they are in. @param {Blueprint} blueprint @param {Section} section @param {string} code */
function renamed(blueprint, section, code) {
  for (const one of Array.isArray(blueprint.fixed) ? blueprint.fixed : []) if (one && one.section === section.code) one.section = code;
  section.code = code;
}

/**
 * @param {Section} section
 * @param {Editor} editor
 */
export function grid(section, editor) {
  const head = make("tr", {},
    make("th", { scope: "col" }, said("topic")),
    ...page.levels.map(({ label }) => make("th", { scope: "col", class: "level" }, label)),
    make("th", { scope: "col", class: "sum" }, said("sum")),
    make("th", { scope: "col" }, make("span", { class: "visually-hidden" }, said("acts"))));
  const foot = make("tr", {},
    make("th", { scope: "row" }, said("sum")),
    ...levels.map((level) => make("td", { "data-sum": level })),
    make("td", { "data-sum": "all", class: "sum" }), make("td"));
  const body = make("tbody");
  let last = "";
  for (const [place, one] of ordered(section.cells)) {
    body.append(...rowOf(section, one, place, one.topic === last, editor));
    last = one.topic;
  }
  byId("grid").replaceChildren(make("caption", { class: "visually-hidden" }, said("grid")), make("thead", {}, head), body, make("tfoot", {}, foot));
}

/** Rows by topic as the bank has topics, each with its place in the part. @param {Row[]} rows @returns {[number, Row][]} */
function ordered(rows) {
  const known = page.topics.map(({ code }) => code);
  /** @param {string} topic */
  const rank = (topic) => (known.includes(topic) ? known.indexOf(topic) : known.length);
  const first = new Map(rows.map(({ topic }, place) => [topic, place]).reverse().map(([topic, place]) => [String(topic), Number(place)]));
  return [...rows.entries()].sort(([a, one], [b, other]) => rank(one.topic) - rank(other.topic) || (first.get(one.topic) ?? 0) - (first.get(other.topic) ?? 0) || a - b);
}

/**
 * @param {Section} section
 * @param {Row} one
 * @param {number} place
 * @param {boolean} further the topic has a row above
 * @param {Editor} editor
 */
function rowOf(section, one, place, further, editor) {
  const name = one.type.length ? said("row_of", { topic: topicTitle(one.topic), types: typeLabels(one.type) }) : topicTitle(one.topic);
  const known = page.topics.some(({ code }) => code === one.topic);
  const head = make("th", { scope: "row", class: further ? "further" : "" },
    make("span", { class: further ? "visually-hidden" : "topic" }, topicTitle(one.topic)),
    ...(known || further ? [] : [make("span", { class: "warn-mark small" }, ` ▲ ${said("not_in_bank")}`)]),
    make("span", { class: "limits small muted" }, limits(one)));
  const cells = page.levels.map(({ value, label }) => cell(one, place, value, said("cell", { topic: name, level: label }), editor));
  const more = button("⋯", () => {
    if (open.has(one)) open.delete(one);
    else open.add(one);
    editor.again(`[data-more="${place}"]`);
  }, { class: "step", "data-more": place, "aria-expanded": String(open.has(one)), "aria-label": said("row_more", { topic: name }), title: said("row_more", { topic: name }) });
  const row = make("tr", { class: "cells", "data-row": place }, head, ...cells, make("td", { class: "sum", "data-row-sum": place }), make("td", { class: "row-acts" }, more));
  return open.has(one) ? [row, detail(section, one, place, name, editor)] : [row];
}

/** @param {Row} one */
function limits(one) {
  const worth = one.mark_per_item === undefined ? "" : said("each", { marks: marks(one.mark_per_item) });
  return [typeLabels(one.type), worth].filter(Boolean).join(" · ");
}

/**
 * @param {Row} one
 * @param {number} place
 * @param {string} level
 * @param {string} name
 * @param {Editor} editor
 */
function cell(one, place, level, name, editor) {
  const input = make("input", {
    "data-cell": `${place}/${level}`, value: String(one[level] ?? ""), inputmode: "numeric", maxlength: 3, "aria-label": name, "aria-describedby": `stock-${place}-${level}`, class: "figures",
  });
  input.addEventListener("input", () => {
    const typed = whole(input.value);
    if (typed === undefined || typed === 0) delete one[level];
    else one[level] = typed;
    editor.changed();
  });
  input.addEventListener("focus", () => input.select());
  return make("td", { class: "cell", "data-cell-box": `${place}/${level}` }, input, make("span", { class: "stock small", id: `stock-${place}-${level}` }));
}

/**
 * The types a row is limited to, its own marks, and another row.
 * @param {Section} section
 * @param {Row} one
 * @param {number} place
 * @param {string} name
 * @param {Editor} editor
 */
function detail(section, one, place, name, editor) {
  const types = page.types.map(({ name: type, label }) => {
    const box = make("input", { type: "checkbox", "data-type": `${place}/${type}` });
    box.checked = one.type.includes(type);
    box.addEventListener("change", () => {
      one.type = page.types.map((other) => other.name).filter((other) => (other === type ? box.checked : one.type.includes(other)));
      editor.changed();
      editor.again(`[data-type="${place}/${type}"]`);
    });
    return make("label", { class: "check" }, box, label);
  });
  const own = make("input", { "data-row-marks": place, value: marks(one.mark_per_item), maxlength: 9, inputmode: "decimal", class: "figures", placeholder: said("as_part") });
  own.addEventListener("input", () => {
    if (own.value.trim()) one.mark_per_item = hundredths(own.value);
    else delete one.mark_per_item;
    const shown = byId("grid").querySelector(`tr[data-row="${place}"] .limits`);
    if (shown) shown.textContent = limits(one);
    editor.changed();
  });
  const another = button(`+ ${said("row_add_short")}`, () => {
    const made = { topic: one.topic, type: [] };
    section.cells.splice(place + 1, 0, made);
    open.delete(one);
    open.add(made);
    editor.changed();
    editor.again(`[data-cell="${place + 1}/${levels[0]}"]`);
  }, { title: said("row_add", { topic: topicTitle(one.topic) }), "data-another": place });
  const drop = button(said("row_drop_short"), () => {
    const others = section.cells.some((other) => other !== one && other.topic === one.topic);
    section.cells.splice(place, 1, ...(others ? [] : [{ topic: one.topic, type: [] }]));
    editor.changed();
    editor.again(`[data-cell="${Math.min(place, section.cells.length - 1)}/${levels[0]}"]`);
  }, { title: said("row_drop", { topic: name }), "data-drop": place });
  return make("tr", { class: "row-detail" }, make("td", { colspan: levels.length + 3 },
    make("fieldset", {}, make("legend", {}, said("types")), make("div", { class: "checks" }, ...types)),
    make("div", { class: "row" }, make("label", { class: "row-marks" }, said("row_marks"), own), another, drop)));
}

/**
 * Everything that is counted: sums, stock, and what is short, by path of the document.
 * @param {Blueprint} blueprint
 * @param {number} chosen
 * @param {Map<Row, {[level: string]: string}>} short for a row and level what is short there
 */
export function counted(blueprint, chosen, short) {
  const section = blueprint.sections[chosen];
  const found = sums(section);
  const table = byId("grid");
  levels.forEach((level, at) => {
    const share = found.byLevel[at] ? ` · ${Math.round((found.byLevel[at] * 100) / found.items)} %` : "";
    write(table.querySelector(`[data-sum="${level}"]`), `${found.byLevel[at]}${share}`);
  });
  write(table.querySelector('[data-sum="all"]'), `${found.items}`);
  section.cells.forEach((one, place) => {
    write(table.querySelector(`[data-row-sum="${place}"]`), rowItems(one) ? String(rowItems(one)) : "");
    for (const level of levels) {
      const box = table.querySelector(`[data-cell-box="${place}/${level}"]`);
      const brief = count(one[level]) ? short.get(one)?.[level] : undefined;
      const { approved, others } = stock(one, level);
      box?.toggleAttribute("data-short", brief !== undefined);
      const shown = box?.querySelector(".stock");
      if (!(shown instanceof HTMLElement)) continue;
      write(shown, brief === undefined ? `${approved}${others ? ` +${others}` : ""}` : `▲ ${brief}`);
      shown.title = [said("have", { count: approved }), others ? said("not_approved", { count: others }) : ""].filter(Boolean).join(", ");
    }
  });
  blueprint.sections.forEach((one, place) => {
    const { items } = sums(one);
    const text = `${place + 1}. ${one.title[document.documentElement.lang] || one.title.vi || one.code} · ${said(items === 1 ? "item" : "items", { count: items })}`;
    const part = document.querySelector(`[data-part="${place}"]`);
    write(part, text);
    part?.setAttribute("title", text);
  });
}

/** @param {Element | null} element @param {string} text */
function write(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

/** Arrow keys, Enter and Shift+Enter walk through the numbers. @param {KeyboardEvent} event */
export function walk(event) {
  const here = event.target;
  if (!(here instanceof HTMLInputElement) || !here.dataset.cell || event.ctrlKey || event.altKey || event.metaKey) return;
  const rows = [...document.querySelectorAll("#grid tr.cells")].map((row) => [...row.querySelectorAll("input")]);
  const at = rows.findIndex((row) => row.includes(here));
  const column = rows[at]?.indexOf(here) ?? 0;
  const down = event.key === "ArrowDown" || (event.key === "Enter" && !event.shiftKey);
  const to = down ? rows[at + 1]?.[column] : event.key === "ArrowUp" || event.key === "Enter" ? rows[at - 1]?.[column]
    : event.key === "ArrowRight" ? rows[at]?.[column + 1] ?? rows[at + 1]?.[0]
      : event.key === "ArrowLeft" ? rows[at]?.[column - 1] ?? rows[at - 1]?.at(-1) : null;
  if (to === null) return;
  event.preventDefault();
  to?.focus();
}
