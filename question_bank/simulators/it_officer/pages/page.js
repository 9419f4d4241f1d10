// @ts-check
/** Tasks of an IT officer: a list of them, and one with its material and the form of its answer. */

import { button, clean, make } from "/front/paper/widget.js";
import { forms } from "./forms.js";

/**
 * @typedef {{id: string, kind: string, title: string, text: string, given: {[name: string]: any}, value: any, answered: boolean}} Task
 * @typedef {{tasks: Task[], indicators: string[], n: number}} View
 */

/**
 * @param {HTMLElement} place
 * @param {import("/front/paper/simulator.js").Tools} tools
 */
export function page(place, tools) {
  /** @type {View | null} */
  let view = null;
  let shown = "";
  /** What is in the forms, by task: typed and not kept yet, or as it was kept. @type {Map<string, any>} */
  const values = new Map();
  const list = make("ol", { class: "tasks" });
  const work = make("section", { class: "work" });
  const said = make("p", { class: "said", role: "status" });
  place.replaceChildren(make("div", { class: "officer" }, make("nav", { "aria-label": tools.word("tasks") }, make("h2", {}, tools.word("tasks")), list), work));

  const key = (/** @type {string} */ id) => `task ${id}`;

  /** @param {Task} task */
  function valueOf(task) {
    const kept = values.get(task.id) ?? (tools.draft(key(task.id)) ? JSON.parse(tools.draft(key(task.id))) : undefined);
    return structuredClone(kept ?? task.value);
  }

  function paintList() {
    if (!view) return;
    const held = document.activeElement instanceof HTMLElement && list.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
    list.replaceChildren(...view.tasks.map((task) => {
      const enter = button(task.title, () => void open(task.id), { "data-key": task.id });
      if (task.answered) enter.append(make("span", { class: "muted small" }, ` ✓ ${tools.word("answered")}`));
      if (task.id === shown) enter.setAttribute("aria-current", "page");
      return make("li", {}, enter);
    }));
    if (held) list.querySelector(`[data-key="${held}"]`) instanceof HTMLElement && /** @type {HTMLElement} */ (list.querySelector(`[data-key="${held}"]`)).focus();
  }

  /** @param {string} id */
  async function open(id) {
    if (!tools.readOnly) await tools.act({ do: "open", task: id });
    show(id);
  }

  /** @param {string} id */
  function show(id) {
    const task = view?.tasks.find((one) => one.id === id);
    if (!task || !view) return;
    shown = id;
    paintList();
    const value = valueOf(task);
    const keep = button(tools.word("keep"), () => void send(), { class: "main" });
    const form = forms[task.kind]({
      task, tools, value, indicators: view.indicators,
      touched() {
        values.set(id, form.read());
        tools.draft(key(id), JSON.stringify(form.read()));
        tell(tools.word("changed"), false);
      },
    });
    async function send() {
      const answer = await tools.act({ do: "answer", task: id, value: tidy(form.read()) });
      if (answer.ok) { values.delete(id); tools.draft(key(id), ""); }
      tell(answer.ok ? tools.word("kept") : answer.reason, !answer.ok);
    }
    tell("", false);
    work.replaceChildren(make("h2", {}, task.title), make("p", { class: "asked" }, task.text), form.element, make("div", { class: "bar" }, keep, said));
    if (tools.readOnly) for (const one of work.querySelectorAll("button, input, select, textarea")) one.toggleAttribute("disabled", true);
  }

  /**
   * @param {string} text
   * @param {boolean} wrong
   */
  function tell(text, wrong) {
    said.textContent = text;
    said.classList.toggle("wrong", wrong);
  }

  /**
   * Nothing that cannot be seen goes out.
   * @param {any} value
   * @returns {any}
   */
  function tidy(value) {
    if (typeof value === "string") return clean(value);
    if (Array.isArray(value)) return value.map(tidy);
    return value && typeof value === "object" ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, tidy(inner)])) : value;
  }

  return {
    /** @param {View} next */
    paint(next) {
      view = next;
      if (!shown) show(next.tasks[0]?.id ?? "");
      else paintList();
    },
    leave() { place.replaceChildren(); },
  };
}
