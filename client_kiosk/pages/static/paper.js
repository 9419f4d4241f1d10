// @ts-check
/** The opened paper: its items, the widgets of their types, and the item shown now. */

import { build } from "/front/paper/content.js";

import { byId, fill, show, word } from "./page.js";

/** @typedef {import("/front/paper/widget.js").Item} Item */
/** @typedef {import("/front/paper/widget.js").Tools} Tools */
/** @typedef {import("/front/paper/widget.js").Widget} Widget */
/** @typedef {{words: {[name: string]: string}, style: boolean, acts: boolean}} Type */

export class ShownPaper {
  /** @param {(number: number) => Pick<Tools, "save" | "clear" | "say">} tools what the widget of an item may do */
  constructor(tools) {
    this.tools = tools;
    /** @type {Item[]} */
    this.items = [];
    /** @type {{[id: string]: {title: string, text: import("/front/paper/content.js").Text}}} */
    this.stimuli = {};
    /** @type {{[name: string]: Type}} */
    this.types = {};
    /** @type {Map<string, (item: Item, tools: Tools) => Widget>} */
    this.widgets = new Map();
    /** The widget of the item shown. @type {Widget | null} */
    this.widget = null;
    /** How often each recording was started, by the item's or stimulus' place and the file. @type {Map<string, Map<string, number>>} */
    this.plays = new Map();
    this.stimulus = "";
    /** Grows when the paper is put away: what comes late is not shown to the next candidate. */
    this.turn = 0;
    /** A module, or one that it imports, did not come: the browser remembers that for as long as this page lives. */
    this.incomplete = false;
  }

  /** Fetch the paper and what shows it; false while there is none yet, and when an earlier call has taken it meanwhile. */
  async fetch() {
    const turn = this.turn;
    const response = await fetch("/api/paper");
    if (response.status !== 200) return false;
    const paper = await response.json();
    const names = Object.keys(paper.types);
    const modules = await Promise.all(names.map((name) => import(`/types/${name}/widget.js`))).catch(() => {
      this.incomplete = true;
      throw new Error("a module did not come");
    });
    await Promise.all(names.filter((name) => paper.types[name].style).map(style));
    if (turn !== this.turn || this.items.length) return false;
    names.forEach((name, at) => this.widgets.set(name, modules[at].default));
    this.types = paper.types;
    this.stimuli = paper.stimuli;
    this.items = paper.items;
    return true;
  }

  close() {
    this.forget();
    this.widget?.close?.();
    this.turn += 1;
    this.items = [];
    this.widget = null;
    this.stimulus = "";
    this.plays.clear();
  }

  /**
   * Whether candidates act in this item instead of giving a response.
   * @param {number} number
   */
  acts(number) {
    return this.types[this.items[number - 1]?.type]?.acts ?? false;
  }

  /** The candidate goes on, or time is running out: what is typed is sent. */
  leave() {
    void this.widget?.draft?.flush();
    this.widget?.leave?.();
  }

  /** The answer is cleared: what is typed goes with it. */
  forget() {
    this.widget?.draft?.drop();
    this.widget?.forget?.();
  }

  /**
   * Show an item; says what it asks.
   * @param {Item} item
   */
  show(item) {
    this.leave();
    this.widget?.close?.();
    const type = this.types[item.type];
    const made = this.widgets.get(item.type);
    if (!made) throw new Error(`no widget ${item.type}`);
    const places = this.places(`item ${item.number}`, item.plays);
    this.widget = made(item, {
      language: document.documentElement.lang,
      word: (name, values = {}) => fill(type.words[name] ?? name, values),
      text: (text) => build(text, places),
      ...this.tools(item.number),
    });
    byId("item").toggleAttribute("data-acts", type.acts);
    byId("stem").replaceChildren(build(item.stem, { ...places, gap: this.widget.gap }));
    byId("options").replaceChildren(this.widget.element);
    this.showStimulus(item);
    return this.widget.how;
  }

  /**
   * What several items ask about stays where it is while the candidate goes from one of them to the next.
   * @param {Item} item
   */
  showStimulus(item) {
    const id = item.stimulus ?? "";
    const found = this.stimuli[id];
    byId("item").toggleAttribute("data-stimulus", !!found);
    show(byId("stimulus"), !!found);
    if (id === this.stimulus) return;
    this.stimulus = id;
    byId("stimulus-title").textContent = found?.title ?? "";
    byId("stimulus-text").replaceChildren(found ? build(found.text, this.places(`stimulus ${id}`, 0)) : "");
    byId("stimulus").scrollTop = 0;
  }

  /**
   * @param {string} where
   * @param {number} most
   */
  places(where, most) {
    const used = this.plays.get(where) ?? new Map();
    this.plays.set(where, used);
    return { word, plays: { most, used } };
  }
}

/**
 * A type's own style, in force before its first item is shown.
 * @param {string} name
 */
function style(name) {
  const address = `/types/${name}/widget.css`;
  if (document.querySelector(`link[href="${address}"]`)) return Promise.resolve();
  return new Promise((resolve) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = address;
    link.onload = link.onerror = () => resolve(undefined);
    document.head.append(link);
  });
}
