// @ts-check
/** The paper: one item, the list of items, the saved box, and the review before submitting. */

import { bind, byId, call, fill, show, word } from "./page.js";

/** @typedef {import("./page.js").View} View */
/** @typedef {import("./page.js").Item} Item */

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
/** Options a letter key chooses, A to E: F is for the flag. */
const LETTER_KEYS = 5;

/**
 * Numbers as people write a long list of them: 9, 24–60.
 * @param {number[]} numbers in order
 */
function runs(numbers) {
  /** @type {number[][]} */
  const found = [];
  for (const one of numbers) {
    const last = found.at(-1);
    if (last && one === last[1] + 1) last[1] = one;
    else found.push([one, one]);
  }
  return found.map(([from, to]) => (from === to ? `${from}` : to === from + 1 ? `${from}, ${to}` : `${from}–${to}`)).join(", ");
}

export class Exam {
  constructor() {
    /** @type {Item[]} */
    this.items = [];
    this.number = 1;
    this.reviewing = false;
    /** Item number shown in the form now; 0 while none is. */
    this.painted = 0;
    /** Clicks on their way to the disk, by item: what the page shows until the agent's view includes them. */
    this.sending = new Map();
    /** The call that was made last: the next one waits for its answer. @type {Promise<unknown>} */
    this.line = Promise.resolve();
    this.fault = "";
    /** @type {View | null} */
    this.view = null;
    this.repaint = () => {};
  }

  /**
   * Fetch the paper once it is open; false while there is none yet.
   * @param {View} view
   */
  async ready(view) {
    if (this.items.length) return true;
    const response = await fetch("/api/paper");
    if (response.status !== 200) return false;
    const { items } = await response.json();
    if (this.items.length) return true;  // a later view fetched it meanwhile, and has painted it
    this.items = items;
    this.number = Math.min(Math.max(1, view.place), this.items.length);
    this.painted = 0;
    this.buildGrids();
    return true;
  }

  /**
   * Another screen than the paper is shown.
   * @param {View} view
   */
  leave(view) {
    this.reviewing = false;
    if (["paused", "time_up", "submitting"].includes(view.screen)) return;
    this.items = [];
    this.fault = "";  // whoever works here next has lost nothing
    this.sending.clear();
  }

  /** @param {() => void} repaint */
  attach(repaint) {
    this.repaint = repaint;
    byId("previous").addEventListener("click", () => this.go(this.number - 1));
    byId("next").addEventListener("click", () => this.go(this.number + 1));
    byId("flag").addEventListener("click", () => this.toggleFlag());
    byId("clear").addEventListener("click", () => this.clear());
    byId("to-review").addEventListener("click", () => this.review(true));
    byId("back-to-paper").addEventListener("click", () => this.review(false));
    byId("submit-ask").addEventListener("click", () => this.ask(true));
    byId("submit-no").addEventListener("click", () => { this.ask(false); this.review(false); });
    byId("submit-yes").addEventListener("click", () => this.submit());
    document.addEventListener("keydown", (event) => this.key(event));
  }

  buildGrids() {
    for (const id of ["grid", "review-grid"]) {
      byId(id).onkeydown = (event) => this.walk(event, byId(id));
      byId(id).replaceChildren(...this.items.map(({ number }) => {
        const cell = document.createElement("button");
        cell.type = "button";
        cell.className = "cell figures";
        cell.textContent = String(number);
        cell.dataset.number = String(number);
        cell.tabIndex = -1;
        cell.addEventListener("click", () => { this.review(false); this.go(number); });
        return cell;
      }));
    }
  }

  /**
   * Arrow keys walk over the list, which is one stop of the Tab key.
   * @param {KeyboardEvent} event
   * @param {HTMLElement} grid
   */
  walk(event, grid) {
    const cells = [...grid.querySelectorAll("button")];
    const at = cells.findIndex((cell) => cell === document.activeElement);
    const columns = getComputedStyle(grid).gridTemplateColumns.split(" ").length;
    /** @type {{[key: string]: number}} */
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns, Home: -at, End: cells.length - 1 - at };
    const to = cells[at + (steps[event.key] ?? NaN)];
    if (at < 0 || !to) return;
    event.preventDefault();
    cells[at].tabIndex = -1;
    to.tabIndex = 0;
    to.focus();
  }

  /** @param {number} number */
  go(number) {
    if (number < 1 || number > this.items.length) return;
    this.number = number;
    void call("/api/preferences", { place: number });
    this.repaint();
    for (const scroller of [byId("item"), byId("item").parentElement]) if (scroller) scroller.scrollTop = 0;
    byId("item-heading").focus({ preventScroll: true });
  }

  /** Bring the shown item's number into sight: with enlarged text the list scrolls. */
  showPlace() {
    const grid = byId("grid");
    if (grid.scrollHeight <= grid.clientHeight) return;  // where the whole page scrolls, the item stays in sight instead
    grid.querySelector(`.cell[data-number="${this.number}"]`)?.scrollIntoView({ block: "nearest" });
  }

  /** @param {boolean} on */
  review(on) {
    this.reviewing = on;
    this.ask(false);
    this.repaint();
  }

  /** @param {boolean} on */
  ask(on) {
    byId("review-first").hidden = on;
    byId("review-second").hidden = !on;
    if (!on) return;
    byId("review-second").scrollIntoView({ block: "nearest" });
    byId("submit-no").focus();
  }

  /**
   * Ask the agent in the order of the clicks: requests of their own would overtake each other on a slow disk, and an
   * earlier choice would stand as the later one.
   * @param {string} path
   * @param {object} body
   */
  inOrder(path, body) {
    const answer = this.line.then(() => call(path, body));
    this.line = answer;
    return answer;
  }

  async submit() {
    const answer = await this.inOrder("/api/submit", {});
    if (!answer.ok) this.failed(answer.text ?? "");
    this.ask(false);
  }

  /** @param {string} text */
  failed(text) {
    this.fault = text || word("not_saved");
    byId("spoken").textContent = this.fault;
    this.repaint();
  }

  /** @returns {number[]} */
  chosen(number = this.number) {
    return this.sending.get(number) ?? this.view?.responses[String(number)] ?? [];
  }

  /** @param {number} option */
  async choose(option) {
    const item = this.items[this.number - 1];
    const before = this.chosen();
    const several = item.type === "multiple_choice";
    const after = !several ? [option]
      : before.includes(option) ? before.filter((one) => one !== option) : [...before, option].sort((a, b) => a - b);
    await this.send(item.number, after, after.length ? "/api/save" : "/api/clear", { options: after });
  }

  async clear() {
    if (this.chosen().length) await this.send(this.number, [], "/api/clear", {});
  }

  /**
   * @param {number} number
   * @param {number[]} options
   * @param {string} path
   * @param {object} body
   */
  async send(number, options, path, body) {
    this.sending.set(number, options);
    this.repaint();
    const answer = await this.inOrder(path, { ...body, number });
    if (this.sending.get(number) === options) this.sending.delete(number);
    if (answer.ok) {
      this.fault = "";
      if (this.view) {
        this.view.responses = { ...this.view.responses, [String(number)]: options };
        const { [String(number)]: replaced, ...waiting } = this.view.waiting ?? {};
        this.view.waiting = waiting;
      }
      this.repaint();
    } else {
      this.failed(answer.text ?? "");
    }
  }

  async toggleFlag() {
    const flagged = !this.view?.flagged.includes(this.number);
    const answer = await this.inOrder("/api/flag", { number: this.number, flagged });
    if (!answer.ok) this.failed(answer.text ?? "");
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (document.body.dataset.screen !== "exam" || event.ctrlKey || event.altKey || event.metaKey) return;
    const item = this.items[this.number - 1];
    const key = event.key.toUpperCase();
    const letter = key.length === 1 ? LETTERS.indexOf(key) + 1 : 0;
    const option = key >= "1" && key <= "9" ? Number(key) : letter <= LETTER_KEYS ? letter : 0;
    if (event.key === "PageDown") this.go(this.number + 1);
    else if (event.key === "PageUp") this.go(this.number - 1);
    else if (option >= 1 && option <= item.options.length) void this.choose(option);
    else if (key === "F") void this.toggleFlag();
    else return;
    event.preventDefault();
  }

  /** @param {View} view */
  paint(view) {
    this.view = view;
    if (this.painted !== this.number) this.paintItem(this.items[this.number - 1]);
    const chosen = this.chosen();
    for (const input of byId("options").querySelectorAll("input")) input.checked = chosen.includes(Number(input.value));
    this.paintWaiting(view);
    this.paintRail(view);
    this.paintReview(view);
    this.paintSaved(view);
    const extra = Math.round(view.extensions_ms / 60000);
    bind("extension", extra ? fill(word("extension"), { minutes: extra }) : "");
  }

  /**
   * What was chosen while the clock was not running: shown beside what counts, never as if it did.
   * @param {View} view
   */
  paintWaiting(view) {
    const waiting = this.sending.has(this.number) ? undefined : view.waiting?.[String(this.number)];
    for (const label of byId("options").querySelectorAll("label")) {
      const input = label.querySelector("input");
      const waits = !!waiting && !!input && !input.checked && waiting.includes(Number(input.value));
      label.toggleAttribute("data-waiting", waits);
      const tag = label.querySelector(".tag");
      if (tag) tag.textContent = waits ? word("waits") : "";
    }
    bind("waits_line", !waiting ? "" : word(waiting.length ? "waits_line" : "waits_cleared"));
  }

  /** @param {Item} item */
  paintItem(item) {
    this.painted = item.number;
    this.showPlace();
    const several = item.type === "multiple_choice";
    const shown = document.documentElement.lang === "vi" ? item.max_marks.replace(".", ",") : item.max_marks;
    const marks = item.max_marks === "1" ? word("mark_one") : fill(word("marks"), { marks: shown });
    const how = word(several ? "choose_several" : "choose_one");
    const place = fill(word("item_of"), { number: item.number, of: this.items.length });
    byId("item-heading").textContent = `${place} · ${how} · ${marks}`;
    byId("stem").textContent = item.stem;
    byId("options").replaceChildren(...item.options.map((text, at) => {
      const label = document.createElement("label");
      label.className = "option";
      label.dataset.kind = several ? "several" : "one";
      const input = document.createElement("input");
      input.type = several ? "checkbox" : "radio";
      input.name = `item-${item.number}`;
      input.value = String(at + 1);
      input.addEventListener("change", () => this.choose(at + 1));
      const letter = document.createElement("span");
      letter.className = "letter";
      letter.textContent = LETTERS[at];
      const words = document.createElement("span");
      words.textContent = text;
      const tag = document.createElement("span");
      tag.className = "tag";
      label.append(input, letter, words, tag);
      return label;
    }));
    this.enable("previous", item.number > 1);
    this.enable("next", item.number < this.items.length);
  }

  /**
   * @param {string} id
   * @param {boolean} on
   */
  enable(id, on) {
    const button = byId(id);
    if (button instanceof HTMLButtonElement) button.disabled = !on;
  }

  /** @param {View} view */
  paintRail(view) {
    let answered = 0;
    for (const { number } of this.items) {
      const has = this.chosen(number).length > 0;
      const flagged = view.flagged.includes(number);
      const waits = this.waits(view, number);
      answered += has ? 1 : 0;
      for (const cell of document.querySelectorAll(`.cell[data-number="${number}"]`)) {
        cell.toggleAttribute("data-answered", has);
        cell.toggleAttribute("data-flagged", flagged);
        cell.toggleAttribute("data-waiting", waits);
        const current = number === this.number;
        if (current) cell.setAttribute("aria-current", "true");
        else cell.removeAttribute("aria-current");
        if (cell instanceof HTMLElement && !cell.parentElement?.contains(document.activeElement)) cell.tabIndex = current ? 0 : -1;
        const says = [fill(word(has ? "item_answered" : "item_plain"), { number })];
        if (flagged) says.push(word("item_flagged"));
        if (waits) says.push(word("item_waiting"));
        if (current) says.push(word("item_current"));
        cell.setAttribute("aria-label", says.join(", "));
      }
    }
    const flaggedHere = view.flagged.includes(this.number);
    byId("flag").setAttribute("aria-pressed", String(flaggedHere));
    bind("flag_word", word(flaggedHere ? "unflag" : "flag"));
    bind("count_answered", fill(word("count_answered"), { count: answered }));
    bind("count_left", fill(word("count_left"), { count: this.items.length - answered }));
    bind("count_flagged", fill(word("count_flagged"), { count: view.flagged.length }));
    bind("count_waiting", fill(word("count_waiting"), { count: this.waitingNumbers(view).length }));
    this.enable("clear", this.chosen().length > 0);
  }

  /**
   * @param {View} view
   * @param {number} number
   */
  waits(view, number) {
    return !this.sending.has(number) && view.waiting?.[String(number)] !== undefined;
  }

  /** @param {View} view */
  waitingNumbers(view) {
    return this.items.map(({ number }) => number).filter((number) => this.waits(view, number));
  }

  /** @param {View} view */
  paintReview(view) {
    const waiting = runs(this.waitingNumbers(view));
    bind("review_waiting", waiting ? fill(word("waiting_list"), { items: waiting }) : "");
    for (const place of document.querySelectorAll('[data-when="waiting"]')) show(place, !!waiting);
    const open = this.items.filter(({ number }) => !this.chosen(number).length).map(({ number }) => number);
    bind("review_unanswered", open.length
      ? fill(word("unanswered_list"), { items: runs(open) }) : word("all_answered"));
    const flagged = runs([...view.flagged].sort((a, b) => a - b));
    bind("review_flagged", flagged ? fill(word("flagged_list"), { items: flagged }) : "");
    bind("review_warning", open.length ? fill(word("submit_warning"), { left: open.length }) : word("submit_plain"));
  }

  /** @param {View} view */
  paintSaved(view) {
    const box = byId("saved");
    const state = this.fault ? "fault" : this.sending.size ? box.dataset.state ?? "idle" : view.saved.state;
    box.dataset.state = state;
    const onServer = word(view.saved.at ? "saved_server_detail" : "saved_server_plain");
    const detail = { server: onServer, idle: "", fault: this.fault }[state]
      ?? word(view.connected ? "saved_machine_detail" : "saved_offline_detail");
    bind("saved", word(`saved_${state}`));
    bind("saved_detail", fill(detail, { at: view.saved.at ?? "", pending: view.saved.pending }));
  }
}
