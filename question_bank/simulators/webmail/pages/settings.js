// @ts-check
/** Folders, rules, signature, automatic answer. */

import { button, clean, make } from "/front/paper/widget.js";
import { field, folderName, refill, tick } from "./parts.js";

/** @param {import("./parts.js").Mail} mail */
export function settings(mail) {
  const parts = [folders(mail), rules(mail), signature(mail), away(mail)];
  const element = make("section", { class: "settings", "aria-label": mail.tools.word("settings") }, make("h2", {}, mail.tools.word("settings")), ...parts.map((one) => one.element));
  if (mail.tools.readOnly) for (const one of element.querySelectorAll("button, input, select, textarea")) one.toggleAttribute("disabled", true);
  return { element, paint() { for (const one of parts) one.paint(); }, focus: () => element.querySelector("input")?.focus() };
}

/**
 * @param {import("./parts.js").Mail} mail
 * @param {string} name
 * @param {string} value
 * @param {string} [type]
 */
function line(mail, name, value, type = "text") {
  return field(mail.tools, `settings ${name}`, mail.tools.word(name), make("input", { type, maxlength: 300, autocomplete: "off", spellcheck: false }), value);
}

/**
 * @param {import("./parts.js").Mail} mail
 * @param {{key: string}[]} fields
 */
function forget(mail, fields) {
  for (const one of fields) mail.tools.draft(one.key, "");
}

/** @param {import("./parts.js").Mail} mail */
function folders(mail) {
  const { tools } = mail;
  const name = line(mail, "folder_name", "");
  const list = make("div", { class: "entries" });
  let id = "";
  const keep = button("", () => void (async () => {
    if (!(await mail.act({ do: "folder", id, name: clean(name.input.value) }))) return;
    id = "";
    name.input.value = "";
    forget(mail, [name]);
    mail.say(tools.word("folder_kept"));
    paint();
    name.input.focus();
  })(), { class: "main" });
  function paint() {
    refill(list, mail.view().folders.filter((one) => !one.system).map((one) => make("div", { class: "entry-line" }, make("b", {}, one.name),
      button(tools.word("change"), () => { id = one.id; name.input.value = one.name; paint(); name.input.focus(); }, { class: "quiet", "aria-label": `${tools.word("change")} ${one.name}`, "data-key": `f ${one.id}` }),
      button(tools.word("delete"), () => void mail.act({ do: "delete_folder", folder: one.id }), { class: "quiet", "aria-label": `${tools.word("delete")} ${one.name}`, "data-key": `fd ${one.id}` }))));
    keep.textContent = tools.word(id ? "keep_change" : "add_folder");
  }
  return { element: make("section", {}, make("h3", {}, tools.word("own_folders")), list, make("div", { class: "form" }, name.element, keep)), paint };
}

/** @param {import("./parts.js").Mail} mail */
function rules(mail) {
  const { tools } = mail;
  const list = make("div", { class: "entries" });
  const lines = /** @type {const} */ (["rule_name", "rule_sender", "rule_to", "rule_subject", "rule_words"]).map((one) => line(mail, one, ""));
  const [name, sender, to, subject, words] = lines;
  const move = make("select", {});
  const label = make("select", {});
  const read = tick(tools.word("rule_read"), false);
  const star = tick(tools.word("rule_star"), false);
  const apply = tick(tools.word("rule_apply"), false);
  let id = "";
  const keep = button("", () => void save(), { class: "main" });

  async function save() {
    const text = (/** @type {{input: HTMLInputElement}} */ one) => clean(one.input.value);
    if (!(await mail.act({
      do: "rule", id, name: text(name), sender: text(sender), to: text(to), subject: text(subject), words: text(words),
      move_to: move.value, label: label.value, read: read.input.checked, star: star.input.checked, apply: apply.input.checked,
    }))) return;
    fill({});
    mail.say(tools.word("rule_kept"));
  }

  /** @param {{[name: string]: any}} rule */
  function fill(rule) {
    id = rule.id ?? "";
    lines.forEach((one, at) => { one.input.value = rule[["name", "sender", "to", "subject", "words"][at]] ?? ""; });
    forget(mail, lines);
    paint();
    move.value = rule.move_to ?? "";
    label.value = rule.label ?? "";
    read.input.checked = rule.read === true;
    star.input.checked = rule.star === true;
    apply.input.checked = false;
    name.input.focus();
  }

  /**
   * @param {HTMLSelectElement} select
   * @param {[string, string][]} choices
   */
  function choose(select, choices) {
    const held = select.value;
    select.replaceChildren(make("option", { value: "" }, "–"), ...choices.map(([value, text]) => make("option", { value }, text)));
    select.value = held;
  }

  /** @param {{[name: string]: any}} rule */
  function told(rule) {
    const folder = mail.view().folders.find((one) => one.id === rule.move_to);
    const conditions = ["sender", "to", "subject", "words"].filter((one) => rule[one]).map((one) => `${tools.word(`rule_${one}`)} “${rule[one]}”`);
    const done = [folder ? `→ ${folderName(tools, folder)}` : "", rule.label ? tools.word("put_label", { label: rule.label }) : "", rule.read ? tools.word("rule_read") : "", rule.star ? tools.word("rule_star") : ""].filter(Boolean);
    return `${conditions.join(" + ")}: ${done.join(", ")}`;
  }

  function paint() {
    const view = mail.view();
    choose(move, view.folders.filter((one) => one.id !== "drafts" && one.id !== "sent").map((one) => [one.id, folderName(tools, one)]));
    choose(label, view.labels.map((one) => [one, one]));
    refill(list, view.rules.length ? view.rules.map((one) => make("div", { class: "entry-line" }, make("span", {}, make("b", {}, one.name || "–"), make("span", { class: "muted" }, ` · ${told(one)}`)),
      button(tools.word("change"), () => fill(one), { class: "quiet", "aria-label": `${tools.word("change")} ${one.name}`, "data-key": `r ${one.id}` }),
      button(tools.word("delete"), () => void mail.act({ do: "delete_rule", rule: one.id }), { class: "quiet", "aria-label": `${tools.word("delete")} ${one.name}`, "data-key": `rd ${one.id}` }))) : [make("p", { class: "muted" }, tools.word("no_rules"))]);
    keep.textContent = tools.word(id ? "keep_change" : "add_rule");
  }

  const element = make("section", {}, make("h3", {}, tools.word("rules")), make("p", { class: "small muted" }, tools.word("rules_how")), list, make("div", { class: "form" }, ...lines.map((one) => one.element),
    make("label", { class: "field" }, make("span", {}, tools.word("rule_move")), move), make("label", { class: "field" }, make("span", {}, tools.word("rule_label")), label),
    read.element, star.element, apply.element, keep));
  return { element, paint };
}

/** @param {import("./parts.js").Mail} mail */
function signature(mail) {
  const { tools } = mail;
  const { signature: now } = mail.view();
  const text = field(tools, "settings signature", tools.word("signature_text"), make("textarea", { rows: 4, maxlength: 1000 }), now.text);
  const onNew = tick(tools.word("signature_new"), now.on_new);
  const onReplies = tick(tools.word("signature_replies"), now.on_replies);
  const keep = button(tools.word("keep_signature"), () => void mail.act({ do: "signature", text: clean(text.input.value), on_new: onNew.input.checked, on_replies: onReplies.input.checked }).then((done) => {
    if (done) { forget(mail, [text]); mail.say(tools.word("kept")); }
  }), { class: "main" });
  return { element: make("section", {}, make("h3", {}, tools.word("signature")), make("div", { class: "form" }, text.element, onNew.element, onReplies.element, keep)), paint() {} };
}

/** @param {import("./parts.js").Mail} mail */
function away(mail) {
  const { tools } = mail;
  const { away: now } = mail.view();
  const on = tick(tools.word("away_on"), now.on);
  const first = line(mail, "away_first", now.first, "date");
  const last = line(mail, "away_last", now.last, "date");
  const subject = line(mail, "away_subject", now.subject);
  const text = field(tools, "settings away", tools.word("away_text"), make("textarea", { rows: 4, maxlength: 2000 }), now.text);
  const only = tick(tools.word("away_contacts"), now.contacts_only);
  const keep = button(tools.word("keep_away"), () => void mail.act({
    do: "away", on: on.input.checked, first: first.input.value, last: last.input.value, subject: clean(subject.input.value), text: clean(text.input.value), contacts_only: only.input.checked,
  }).then((done) => { if (done) { forget(mail, [first, last, subject, text]); mail.say(tools.word("kept")); } }), { class: "main" });
  const element = make("section", {}, make("h3", {}, tools.word("away")), make("div", { class: "form" }, on.element, first.element, last.element, subject.element, text.element, only.element, keep));
  return { element, paint() {} };
}
