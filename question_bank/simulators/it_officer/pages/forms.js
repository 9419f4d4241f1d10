// @ts-check
/** The form of each kind of task: it shows the material, holds what is typed, and reads it back. */

import { button, make } from "/front/paper/widget.js";

/**
 * @typedef {{
 *   task: import("./page.js").Task, tools: import("/front/paper/simulator.js").Tools, value: any, indicators: string[], touched: () => void,
 * }} Given
 * @typedef {{element: HTMLElement, read: () => any}} Form
 */

/** @type {{[kind: string]: (given: Given) => Form}} */
export const forms = { firewall, subnets, triage, config, log, order };

/**
 * @param {string} label
 * @param {string} value
 * @param {(value: string) => void} change
 */
function cell(label, value, change) {
  const input = make("input", { type: "text", "aria-label": label, maxlength: 120, spellcheck: false, autocomplete: "off" });
  input.value = value;
  input.addEventListener("input", () => change(input.value.trim()));
  return input;
}

/**
 * @param {string} label
 * @param {string} value
 * @param {[string, string][]} choices
 * @param {(value: string) => void} change
 */
function choice(label, value, choices, change) {
  const select = make("select", { "aria-label": label }, ...choices.map(([name, text]) => make("option", { value: name }, text)));
  select.value = value;
  select.addEventListener("change", () => change(select.value));
  return select;
}

/**
 * @param {string[]} heads
 * @param {(Node | string)[][]} rows
 */
function table(heads, rows) {
  return make("table", {}, make("thead", {}, make("tr", {}, ...heads.map((one) => (one ? make("th", { scope: "col" }, one) : make("td", {}))))),
    make("tbody", {}, ...rows.map((row) => make("tr", {}, ...row.map((one) => make("td", {}, one))))));
}

/** @param {Given} given */
function firewall({ task, tools, value, touched }) {
  const rules = /** @type {{[name: string]: string}[]} */ (value);
  const holder = make("div", {});
  const word = tools.word;

  /** @param {number} at @param {number} to */
  function shift(at, to) {
    rules.splice(to, 0, ...rules.splice(at, 1));
    draw();
    touched();
    const moved = holder.querySelectorAll("tbody tr")[to]?.querySelectorAll("button")[to < at ? 0 : 1];
    (moved && !moved.disabled ? moved : holder.querySelectorAll("tbody tr")[to]?.querySelector("select"))?.focus();
  }

  function draw() {
    holder.replaceChildren(table([word("action"), word("protocol"), word("source"), word("target"), word("port"), ""], rules.map((rule, at) => {
      const named = word("rule", { n: at + 1 });
      const put = (/** @type {string} */ name) => (/** @type {string} */ text) => { rule[name] = text; touched(); };
      const up = button("↑", () => shift(at, at - 1), { "aria-label": `${word("up")}: ${named}` });
      const down = button("↓", () => shift(at, at + 1), { "aria-label": `${word("down")}: ${named}` });
      up.disabled = at === 0;
      down.disabled = at === rules.length - 1;
      const off = button("×", () => { rules.splice(at, 1); draw(); touched(); add.focus(); }, { "aria-label": `${word("remove")}: ${named}` });
      return [
        choice(`${named}: ${word("action")}`, rule.action, [["allow", word("allow")], ["deny", word("deny")]], put("action")),
        choice(`${named}: ${word("protocol")}`, rule.protocol, [["any", "any"], ["tcp", "TCP"], ["udp", "UDP"], ["icmp", "ICMP"]], put("protocol")),
        cell(`${named}: ${word("source")}`, rule.source, put("source")), cell(`${named}: ${word("target")}`, rule.target, put("target")),
        cell(`${named}: ${word("port")}`, rule.port, put("port")), make("span", { class: "steps" }, up, down, off),
      ];
    })));
  }

  const add = button(word("add_rule"), () => {
    rules.push({ action: "allow", protocol: "tcp", source: "any", target: "any", port: "any" });
    draw();
    touched();
    [...holder.querySelectorAll("tbody tr")].at(-1)?.querySelector("select")?.focus();
  });
  const known = task.given.networks.map((/** @type {{[name: string]: string}} */ one) => make("li", {}, `${one.name}: ${one.address}`));
  draw();
  return { element: make("div", {}, make("ul", { class: "known" }, ...known), make("p", { class: "muted" }, word("first_match")), holder, add), read: () => rules };
}

/** @param {Given} given */
function subnets({ task, tools, value, touched }) {
  const needs = /** @type {{id: string, name: string, hosts: string}[]} */ (task.given.needs);
  const said = new Map(value.map((/** @type {any} */ one) => [one.need, one]));
  const rows = needs.map((need) => ({ need: need.id, network: "", gateway: "", ...(said.get(need.id) ?? {}) }));
  const element = table([tools.word("need"), tools.word("hosts"), tools.word("network"), tools.word("gateway")], rows.map((row, at) => [
    needs[at].name, String(needs[at].hosts),
    cell(`${needs[at].name}: ${tools.word("network")}`, row.network, (text) => { row.network = text; touched(); }),
    cell(`${needs[at].name}: ${tools.word("gateway")}`, row.gateway, (text) => { row.gateway = text; touched(); }),
  ]));
  return { element: make("div", {}, make("p", { class: "known" }, task.given.block), element), read: () => rows };
}

/** @param {Given} given */
function triage({ task, tools, value, indicators, touched }) {
  const said = new Map(value.map((/** @type {any} */ one) => [one.letter, one]));
  const rows = task.given.letters.map((/** @type {any} */ one) => ({ letter: one.id, verdict: "", indicators: [], ...(said.get(one.id) ?? {}) }));
  const element = make("div", {}, ...task.given.letters.map((/** @type {any} */ letter, /** @type {number} */ at) => {
    const row = rows[at];
    const lines = [["From", letter.from], ["Reply-To", letter.reply_to], ["SPF · DKIM · DMARC", `${letter.spf} · ${letter.dkim} · ${letter.dmarc}`], ["Link", letter.link && `${letter.link} → ${letter.link_target}`], ["File", letter.file]].filter(([, text]) => text);
    const verdict = choice(`${letter.subject}: ${tools.word("verdict")}`, row.verdict, [["", "–"], ["genuine", tools.word("genuine")], ["phishing", tools.word("phishing")]], (text) => { row.verdict = text; touched(); });
    const signs = indicators.map((sign) => {
      const input = make("input", { type: "checkbox" });
      input.checked = row.indicators.includes(sign);
      input.addEventListener("change", () => { row.indicators = input.checked ? [...row.indicators, sign] : row.indicators.filter((/** @type {string} */ one) => one !== sign); touched(); });
      return make("label", { class: "tick" }, input, tools.word(`sign_${sign}`));
    });
    return make("article", { class: "judged" }, make("h3", {}, letter.subject), make("dl", {}, ...lines.flatMap(([name, text]) => [make("dt", {}, name), make("dd", {}, text)])), make("p", { class: "asked" }, letter.body),
      make("label", {}, `${tools.word("verdict")}: `, verdict), make("fieldset", {}, make("legend", {}, tools.word("signs")), ...signs));
  }));
  return { element, read: () => rows };
}

/** @param {Given} given */
function config({ tools, value, touched }) {
  const text = make("textarea", { rows: 18, maxlength: 9000, spellcheck: false, "aria-label": tools.word("file"), class: "code" });
  text.value = value;
  text.addEventListener("input", touched);
  return { element: text, read: () => text.value };
}

/** @param {Given} given */
function log({ task, tools, value, touched }) {
  const said = new Map(value.map((/** @type {any} */ one) => [one.field, one.text]));
  const rows = task.given.fields.map((/** @type {any} */ one) => ({ field: one.id, text: said.get(one.id) ?? "" }));
  const inputs = task.given.fields.map((/** @type {any} */ one, /** @type {number} */ at) => make("label", { class: "field" }, make("span", {}, one.title), cell(one.title, rows[at].text, (text) => { rows[at].text = text; touched(); })));
  return { element: make("div", {}, make("pre", { class: "code lines", tabindex: 0, role: "region", "aria-label": tools.word("log") }, task.given.lines.join("\n")), ...inputs), read: () => rows };
}

/** @param {Given} given */
function order({ task, tools, value, touched }) {
  const steps = /** @type {{id: string, text: string}[]} */ (task.given.steps);
  let ids = value.length ? [...value] : steps.map((one) => one.id);
  const list = make("ol", { class: "ordered" });

  /** @param {number} at @param {number} to */
  function shift(at, to) {
    ids.splice(to, 0, ...ids.splice(at, 1));
    draw();
    touched();
    const used = list.children[to]?.querySelectorAll("button");
    const same = used?.[to < at ? 0 : 1];
    (same?.disabled ? used?.[to < at ? 1 : 0] : same)?.focus();
  }

  function draw() {
    list.replaceChildren(...ids.map((id, at) => {
      const text = steps.find((one) => one.id === id)?.text ?? "";
      const up = button("↑", () => shift(at, at - 1), { "aria-label": tools.word("step_up", { step: text }) });
      const down = button("↓", () => shift(at, at + 1), { "aria-label": tools.word("step_down", { step: text }) });
      up.disabled = at === 0;
      down.disabled = at === ids.length - 1;
      return make("li", {}, make("span", {}, text), up, down);
    }));
  }

  draw();
  return { element: list, read: () => ids };
}
