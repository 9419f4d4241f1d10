// @ts-check
/** The paper: one item, the list of items, the saved box, and the review before submitting. */

import { Answers } from "./answers.js";
import { bind, byId, call, fill, show, word } from "./page.js";
import { ShownPaper } from "./paper.js";

/** @typedef {import("./page.js").View} View */

/** How long a paper that did not come whole is waited for. */
const AGAIN_MS = 1000;

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

/** @param {string | null} marks as the agent writes them; null where nothing can be earned */
function marksText(marks) {
  if (marks === null) return word("mark_none");
  const shown = document.documentElement.lang === "vi" ? marks.replace(".", ",") : marks;
  return marks === "1" ? word("mark_one") : fill(word("marks"), { marks: shown });
}

export class Exam {
  constructor() {
    this.paper = new ShownPaper((number) => this.tools(number));
    this.answers = new Answers(() => this.repaint());
    this.number = 1;
    this.reviewing = false;
    /** Which paper the items are of, as the agent counts them. */
    this.paperNo = 0;
    /** The paper was out of sight, and what is typed could not be saved. */
    this.stood = false;
    /** Item number shown in the form now; 0 while none is. */
    this.painted = 0;
    /** @type {View | null} */
    this.view = null;
    this.repaint = () => {};
  }

  get items() {
    return this.paper.items;
  }

  /**
   * Fetch the paper once it is open; false while there is none yet.
   * @param {View} view
   */
  async ready(view) {
    const other = this.items.length > 0 && (view.paper_no ?? 0) !== this.paperNo;
    if (this.items.length && !other) return true;
    if (other) this.drop();
    let taken = false;
    try {
      taken = await this.paper.fetch();
    } catch {  // the agent did not give all of it: it is asked again, whether or not anything changes in the room
      setTimeout(() => (this.paper.incomplete ? location.reload() : this.repaint()), AGAIN_MS);
    }
    if (taken) {
      this.paperNo = view.paper_no ?? 0;
      this.number = other ? 1 : Math.min(Math.max(1, view.place), this.items.length);
      this.painted = 0;
      this.buildGrids();
    }
    return this.items.length > 0;
  }

  /**
   * Another screen than the paper is shown.
   * @param {View} view
   */
  leave(view) {
    this.reviewing = false;
    if (["paused", "time_up", "submitting"].includes(view.screen)) {
      this.view = view;
      this.stood = true;
      return;
    }
    this.drop();
  }

  /** Nothing of this paper stays on the page. */
  drop() {
    this.reviewing = false;
    this.paper.close();
    this.stood = false;
    this.painted = 0;
    this.answers.forget();  // whoever works here next has lost nothing
  }

  /** @param {() => void} repaint */
  attach(repaint) {
    this.repaint = repaint;
    byId("previous").addEventListener("click", () => this.go(this.number - 1));
    byId("next").addEventListener("click", () => this.go(this.number + 1));
    byId("flag").addEventListener("click", () => this.toggleFlag());
    byId("clear").addEventListener("click", () => this.clear());
    byId("again").addEventListener("click", () => this.again());
    byId("to-review").addEventListener("click", () => this.review(true));
    byId("back-to-paper").addEventListener("click", () => this.review(false));
    byId("submit-ask").addEventListener("click", () => this.ask(true));
    byId("submit-no").addEventListener("click", () => { this.ask(false); this.review(false); });
    byId("submit-yes").addEventListener("click", () => this.submit());
    document.addEventListener("keydown", (event) => this.key(event));
    addEventListener("pagehide", () => this.paper.leave());
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
    this.paper.leave();
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
    this.paper.leave();
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

  async submit() {
    const answer = await this.answers.inOrder("/api/submit", {});
    if (!answer.ok) this.failed(answer.text ?? "");
    this.ask(false);
  }

  /** @param {string} text */
  failed(text) {
    this.answers.failed(text);
    byId("spoken").textContent = this.answers.fault;
  }

  /** What counts for an item as the page knows it, or null. */
  chosen(number = this.number) {
    return this.answers.of(this.view, number);
  }

  /**
   * What the widget of an item may do.
   * @param {number} number
   * @returns {Pick<import("/front/paper/widget.js").Tools, "save" | "clear" | "say">}
   */
  tools(number) {
    return {
      save: (response) => (this.stood ? Promise.resolve(false) : this.send(number, response)),
      clear: () => (this.stood ? Promise.resolve(false)
        : this.chosen(number) ? this.send(number, null) : Promise.resolve(true)),
      say: (sentence) => { byId("spoken").textContent = sentence; bind("said", sentence); },
    };
  }

  /**
   * @param {number} number
   * @param {import("./page.js").Response | null} response
   */
  async send(number, response) {
    bind("said", "");
    const kept = await this.answers.send(() => this.view, number, response);
    if (!kept) byId("spoken").textContent = this.answers.fault;
    return kept;
  }

  /** What was given while the clock stood is given once more, and counts from now on. */
  async again() {
    const waiting = this.view?.waiting?.[String(this.number)];
    if (!waiting) return;
    this.paper.forget();
    byId("item-heading").focus({ preventScroll: true });  // the button goes away under the hand
    await this.send(this.number, waiting);
  }

  async clear() {
    this.paper.forget();
    if (this.chosen()) await this.send(this.number, null);
  }

  async toggleFlag() {
    const flagged = !this.view?.flagged.includes(this.number);
    const answer = await this.answers.inOrder("/api/flag", { number: this.number, flagged });
    if (!answer.ok) this.failed(answer.text ?? "");
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (document.body.dataset.screen !== "exam" || event.ctrlKey || event.altKey || event.metaKey) return;
    // What is typed into a field is no shortcut.
    if (event.target instanceof Element && event.target.closest("textarea, select, input[type=text], .simulator")) return;
    if (event.key === "PageDown") this.go(this.number + 1);
    else if (event.key === "PageUp") this.go(this.number - 1);
    else if (this.paper.widget?.key?.(event)) { /* the widget has used it */ }
    else if (event.key.toUpperCase() === "F") void this.toggleFlag();
    else return;
    event.preventDefault();
  }

  /** @param {View} view */
  paint(view) {
    this.view = view;
    if (this.painted !== this.number) this.paintItem();
    const stood = this.stood;
    this.stood = false;
    if (stood) this.paper.leave();  // what was typed when the clock was stopped
    const waiting = this.answers.waits(view, this.number) ? view.waiting?.[String(this.number)] : undefined;
    this.paper.widget?.paint(this.chosen(), waiting && !Object.keys(waiting).length ? null : waiting);
    this.paintWaiting(waiting);
    this.paintRail(view);
    this.paintReview(view);
    this.paintSaved(view);
    const extra = Math.round(view.extensions_ms / 60000);
    const rest = view.rest;
    const breaks = rest ? fill(word(rest.minutes ? "rest_left" : "rest_none"), rest) : "";
    bind("extension", [extra ? fill(word("extension"), { minutes: extra }) : "", breaks].filter(Boolean).join(" · "));
  }

  /**
   * What was chosen while the clock was not running: told beside what counts, never as if it did.
   * @param {import("./page.js").Response | undefined} waiting
   */
  paintWaiting(waiting) {
    const line = !waiting ? "" : !Object.keys(waiting).length ? "waits_cleared"
      : this.paper.widget?.marksWaiting ? "waits_line" : "waits_other";
    bind("waits_line", line && word(line));
    show(byId("again"), !!line && line !== "waits_cleared");
  }

  paintItem() {
    const item = this.items[this.number - 1];
    this.painted = item.number;
    this.showPlace();
    bind("said", "");
    const how = this.paper.show(item);
    const place = fill(word("item_of"), { number: item.number, of: this.items.length });
    byId("item-heading").textContent = `${place} · ${how} · ${marksText(item.max_marks)}`;
    this.enable("previous", item.number > 1);
    this.enable("next", item.number < this.items.length);
    document.dispatchEvent(new CustomEvent("item", { detail: item.number }));
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
      const has = this.chosen(number) !== null;
      const partly = has && (view.partly ?? []).includes(number);
      const flagged = view.flagged.includes(number);
      const waits = this.answers.waits(view, number);
      answered += has ? 1 : 0;
      for (const cell of document.querySelectorAll(`.cell[data-number="${number}"]`)) {
        cell.toggleAttribute("data-answered", has);
        cell.toggleAttribute("data-partly", partly);
        cell.toggleAttribute("data-flagged", flagged);
        cell.toggleAttribute("data-waiting", waits);
        const current = number === this.number;
        if (current) cell.setAttribute("aria-current", "true");
        else cell.removeAttribute("aria-current");
        if (cell instanceof HTMLElement && !cell.parentElement?.contains(document.activeElement)) cell.tabIndex = current ? 0 : -1;
        const says = [fill(word(partly ? "item_partly" : has ? "item_answered" : "item_plain"), { number })];
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
    this.enable("clear", this.chosen() !== null && !this.paper.acts(this.number));
  }

  /** @param {View} view */
  waitingNumbers(view) {
    return this.items.map(({ number }) => number).filter((number) => this.answers.waits(view, number));
  }

  /** @param {View} view */
  paintReview(view) {
    const waiting = runs(this.waitingNumbers(view));
    bind("review_waiting", waiting ? fill(word("waiting_list"), { items: waiting }) : "");
    for (const place of document.querySelectorAll('[data-when="waiting"]')) show(place, !!waiting);
    const open = this.items.filter(({ number }) => this.chosen(number) === null).map(({ number }) => number);
    bind("review_unanswered", open.length
      ? fill(word("unanswered_list"), { items: runs(open) }) : word("all_answered"));
    const partly = runs((view.partly ?? []).filter((number) => this.chosen(number) !== null));
    bind("review_partly", partly ? fill(word("partly_list"), { items: partly }) : "");
    const flagged = runs([...view.flagged].sort((a, b) => a - b));
    bind("review_flagged", flagged ? fill(word("flagged_list"), { items: flagged }) : "");
    bind("review_warning", open.length ? fill(word("submit_warning"), { left: open.length }) : word("submit_plain"));
  }

  /**
   * Where the answers are; what this page alone holds, typed or clicked, is nowhere yet.
   * @param {View} view
   */
  savedState(view) {
    if (this.answers.fault) return "fault";
    if (this.answers.sending.size) return "saving";
    if (!this.paper.widget?.draft?.open) return view.saved.state;
    return { exam: "saving", paused: "held" }[view.screen] ?? view.saved.state;
  }

  /** @param {View} view */
  paintSaved(view) {
    const state = this.savedState(view);
    byId("saved").dataset.state = state;
    const onServer = word(view.saved.at ? "saved_server_detail" : "saved_server_plain");
    const detail = { server: onServer, idle: "", fault: this.answers.fault, saving: word("saved_saving_detail") }[state]
      ?? word(view.connected ? "saved_machine_detail" : "saved_offline_detail");
    bind("saved", word(`saved_${state}`));
    bind("saved_detail", fill(detail, { at: view.saved.at ?? "", pending: view.saved.pending }));
  }
}
