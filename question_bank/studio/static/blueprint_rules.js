// @ts-check
/** What a blueprint says beside its grid: how types are marked, what is never together, what is in every form. */

import { button, make } from "/front/paper/widget.js";

import { named, picker } from "./blueprint_items.js";
import { said, usedTypes, whole } from "./blueprint_model.js";
import { byId } from "./common.js";

/**
 * @typedef {import("./blueprint_model.js").Blueprint} Blueprint
 * @typedef {import("./blueprint_grid.js").Editor} Editor
 */

/**
 * The marking rules of a part.
 * @param {Blueprint} blueprint
 * @param {number} chosen
 * @param {Editor} editor
 */
export function rules(blueprint, chosen, editor) {
  const section = blueprint.sections[chosen];
  const types = usedTypes(blueprint).filter(({ scored }) => scored);
  if (!types.length) return byId("rules").replaceChildren(make("p", { class: "muted" }, said("no_rules")));
  const head = make("tr", {}, ...["type", "rule", "penalty", "floor"].map((name) => make("th", { scope: "col" }, said(name))));
  const rows = types.map((type) => {
    const kept = section.rule?.[type.name];
    const rule = { name: typeof kept === "string" ? kept : kept?.name ?? "", penalty: kept?.penalty, floor: kept?.floor };
    const path = `sections/${chosen}/rule/${type.name}`;
    const select = make("select", { "data-path": path, "aria-label": `${said("rule")}: ${type.label}` }, ...type.rules.map(({ name, label }) => make("option", { value: name }, label)));
    select.value = rule.name || type.rules[0]?.name || "";
    /** @param {"penalty" | "floor"} name */
    const number = (name) => {
      const input = make("input", { "data-path": `${path}/${name}`, value: String(rule[name] || ""), inputmode: "numeric", maxlength: 3, class: "figures", placeholder: "0", "aria-label": `${said(name)}: ${type.label}` });
      input.addEventListener("input", () => {
        const typed = whole(input.value);
        rule[name] = typed === 0 ? undefined : typed;
        keep();
      });
      return input;
    };
    const keep = () => {
      rule.name = select.value;
      const more = Object.fromEntries(["penalty", "floor"].map((name) => [name, /** @type {any} */ (rule)[name]]).filter(([, value]) => value !== undefined));
      const said_ = { ...section.rule, [type.name]: Object.keys(more).length ? { name: rule.name, ...more } : rule.name };
      if (said_[type.name] === type.rules[0]?.name) delete said_[type.name];
      if (Object.keys(said_).length) section.rule = said_;
      else delete section.rule;
      editor.changed();
    };
    select.addEventListener("change", keep);
    return make("tr", {}, make("th", { scope: "row" }, type.label), make("td", {}, select), make("td", {}, number("penalty")), make("td", {}, number("floor")));
  });
  return byId("rules").replaceChildren(make("table", { class: "rules" }, make("thead", {}, head), make("tbody", {}, ...rows)));
}

/** @param {any} value @returns {any[]} */
const list = (value) => (Array.isArray(value) ? value : []);

/**
 * Groups of items of which a form has at most so many.
 * @param {Blueprint} blueprint
 * @param {Editor} editor
 */
export function exclusions(blueprint, editor) {
  byId("exclude").replaceChildren(...list(blueprint.exclude).map((one, place) => {
    const items = list(Array.isArray(one) ? one : one?.items).map(String);
    const most = Array.isArray(one) ? 1 : one?.most ?? 1;
    /** @param {string[]} now @param {any} limit */
    const keep = (now, limit) => {
      blueprint.exclude[place] = limit === 1 ? now : { items: now, most: limit };
      editor.changed();
    };
    const limit = make("input", { value: String(most), inputmode: "numeric", maxlength: 3, class: "figures", "data-path": `exclude/${place}/most` });
    limit.addEventListener("input", () => keep(items, whole(limit.value) ?? 1));
    return make("fieldset", { class: "item-group", "data-path-box": `exclude/${place}` },
      make("legend", {}, said("group", { number: place + 1 })),
      ...items.map((id, at) => named(id, () => { keep(items.filter((_, other) => other !== at), most); editor.again(`[data-picker="exclude/${place}"]`); })),
      picker(said("add_item"), (id) => {
        if (!items.includes(id)) keep([...items, id], most);
        editor.again(`[data-picker="exclude/${place}"]`);
      }, `exclude/${place}`),
      make("div", { class: "row" }, make("label", { class: "row-marks" }, said("of_these"), limit), button(said("remove_group"), () => {
        blueprint.exclude.splice(place, 1);
        if (!blueprint.exclude.length) delete blueprint.exclude;
        editor.changed();
        editor.again("#add-group");
      })));
  }));
}

/** @param {Blueprint} blueprint @param {Editor} editor */
export function addGroup(blueprint, editor) {
  blueprint.exclude = [...list(blueprint.exclude), []];
  editor.changed();
  editor.again(`[data-picker="exclude/${blueprint.exclude.length - 1}"]`);
}

/**
 * Items that are in every form, in which part and where.
 * @param {Blueprint} blueprint
 * @param {Editor} editor
 */
export function fixedItems(blueprint, editor) {
  const rows = list(blueprint.fixed).map((one, place) => {
    const fixed = one && typeof one === "object" ? one : {};
    const section = make("select", { "data-path": `fixed/${place}/section` }, ...blueprint.sections.map(({ code, title }) => make("option", { value: code }, title.vi || code)));
    if (!blueprint.sections.some(({ code }) => code === fixed.section)) section.prepend(make("option", { value: String(fixed.section ?? "") }, String(fixed.section ?? "")));
    section.value = String(fixed.section ?? "");
    section.addEventListener("change", () => { fixed.section = section.value; editor.changed(); });
    const at = make("input", { value: String(fixed.place ?? ""), inputmode: "numeric", maxlength: 3, class: "figures", "data-path": `fixed/${place}/place` });
    at.addEventListener("input", () => {
      const typed = whole(at.value);
      if (typed === undefined) delete fixed.place;
      else fixed.place = typed;
      editor.changed();
    });
    const set = make("select", { "data-path": `fixed/${place}/set` }, ...["both", "primary", "reserve"].map((name) => make("option", { value: name }, said(name))));
    set.value = String(fixed.set ?? "both");
    set.addEventListener("change", () => {
      if (set.value === "both") delete fixed.set;
      else fixed.set = set.value;
      editor.changed();
    });
    return make("div", { class: "item-group", "data-fixed": String(fixed.item ?? ""), "data-path-box": `fixed/${place}` },
      named(String(fixed.item ?? ""), () => {
        blueprint.fixed.splice(place, 1);
        if (!blueprint.fixed.length) delete blueprint.fixed;
        editor.changed();
        editor.again('[data-picker="fixed"]');
      }),
      make("div", { class: "common" }, make("label", {}, said("in_part"), section), make("label", {}, said("at_place"), at), make("label", {}, said("in_set"), set)));
  });
  byId("fixed").replaceChildren(...rows, picker(said("add_item"), (id) => {
    const apart = blueprint.sets !== "may_share"; // then no item can be in both sets
    blueprint.fixed = [...list(blueprint.fixed), { item: id, section: blueprint.sections[0].code, ...(apart ? { set: "primary" } : {}) }];
    editor.changed();
    editor.again('[data-picker="fixed"]');
  }, "fixed"));
}

/** What folded panels hold, in a few words. @param {Blueprint} blueprint @param {number} chosen */
export function briefs(blueprint, chosen) {
  /** @param {string} id @param {string | number} text */
  const write = (id, text) => { byId(id).textContent = text ? `· ${text}` : ""; };
  write("forms-brief", blueprint.forms?.count && blueprint.forms.count !== 1 ? said("forms", { count: blueprint.forms.count }) : "");
  write("rules-brief", [blueprint.sections.length > 1 ? said("part", { number: chosen + 1 }) : "", Object.keys(blueprint.sections[chosen].rule ?? {}).length || ""].filter(Boolean).join(": "));
  write("exclude-brief", list(blueprint.exclude).length);
  write("fixed-brief", list(blueprint.fixed).length);
  write("exposure-brief", Object.keys(blueprint.exposure ?? {}).length);
}
