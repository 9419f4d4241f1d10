// @ts-check
/** What shows a simulator's page in its place, lets it act, and keeps what is being typed (docs/simulators.md §4). */

/**
 * @typedef {{ok: true, view: any} | {ok: false, reason: string}} Answer
 * @typedef {{
 *   act: (action: {[name: string]: any}) => Promise<Answer>,
 *   word: (name: string, values?: {[name: string]: string | number}) => string,
 *   media: (sha256: string) => string,
 *   draft: (key: string, text?: string) => string,
 *   language: string,
 *   readOnly: boolean,
 * }} Tools
 * @typedef {{paint: (view: any) => void, leave: () => void}} Page
 * @typedef {{
 *   simulator: string, title: string, words: {[name: string]: string}, style: boolean,
 *   n: number, view: any, drafts: {[key: string]: string},
 * }} Told
 */

/** How long after the last key what is typed goes to this machine's disk, and after the first at the latest. */
const PAUSE_MS = 300;
const MOST_MS = 1500;

/** What is typed and not sent as an action: it goes out in order, one key's newest text at a time. */
class Drafts {
  /**
   * @param {string} address
   * @param {{[key: string]: string}} kept
   */
  constructor(address, kept) {
    this.address = address;
    this.kept = new Map(Object.entries(kept));
    /** @type {Map<string, string>} */
    this.dirty = new Map();
    /** @type {Promise<boolean> | null} */
    this.sending = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.since = 0;
  }

  get open() {
    return this.dirty.size > 0 || this.sending !== null;
  }

  /**
   * @param {string} key
   * @param {string} text
   */
  keep(key, text) {
    if ((this.kept.get(key) ?? "") === text) return;
    const now = performance.now();
    if (!this.dirty.size) this.since = now;
    this.kept.set(key, text);
    this.dirty.set(key, text);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), Math.max(0, Math.min(PAUSE_MS, this.since + MOST_MS - now)));
    document.dispatchEvent(new CustomEvent("draft"));
  }

  /** Everything typed is on the disk, or was refused (then it is tried with the next key). */
  async flush() {
    clearTimeout(this.timer);
    while (this.sending) await this.sending;
    if (!this.dirty.size) return true;
    const texts = Object.fromEntries(this.dirty);
    this.dirty.clear();
    this.sending = post(`${this.address}/draft`, { texts }).then((answer) => answer.ok === true, () => false);
    const kept = await this.sending;
    this.sending = null;
    if (!kept) for (const [key, text] of Object.entries(texts)) if (!this.dirty.has(key)) this.dirty.set(key, text);
    document.dispatchEvent(new CustomEvent("draft"));
    return kept;
  }

  /** The page is going away: what is typed goes with a request that outlives it. */
  last() {
    if (this.dirty.size) void post(`${this.address}/draft`, { texts: Object.fromEntries(this.dirty) }).catch(() => {});
    this.dirty.clear();
  }
}

/**
 * @param {string} address
 * @param {object} body
 */
async function post(address, body) {
  const response = await fetch(address, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), keepalive: true,
  });
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response.json();
}

/** A simulator's page as one place holds it. */
export class Shown {
  /**
   * @param {HTMLElement} place
   * @param {string} address of the run: `…`, `…/act`, `…/draft`
   * @param {{failed: string, word?: (name: string) => string}} says `failed`: when this machine kept nothing
   */
  constructor(place, address, says) {
    this.place = place;
    this.address = address;
    this.says = says;
    this.n = -1;
    /** @type {Page | null} */
    this.page = null;
    /** @type {Drafts | null} */
    this.drafts = null;
    /** One action after the other: each sees what the one before it made. @type {Promise<unknown>} */
    this.acting = Promise.resolve();
    this.waiting = 0;
    this.closed = false;
    /** The page's module did not come: the browser remembers that for as long as its own page lives. */
    this.broken = false;
  }

  /** Whether the page holds something this machine's disk does not. */
  get open() {
    return this.waiting > 0 || (this.drafts?.open ?? false);
  }

  /** Fetch the run and show it. Rejects when this machine does not give all of it. */
  async begin() {
    const response = await fetch(this.address);
    if (!response.ok) throw new Error(`${this.address}: ${response.status}`);
    /** @type {Told} */
    const told = await response.json();
    if (told.style) await style(`/simulators/${told.simulator}/page.css`);
    const module = await import(`/simulators/${told.simulator}/page.js`).catch(() => {
      this.broken = true;
      throw new Error("a module did not come");
    });
    if (this.closed) return;
    const drafts = this.drafts = new Drafts(this.address, told.drafts);
    this.page = module.page(this.place, {
      act: (/** @type {{[name: string]: any}} */ action) => this.act(action),
      word: (/** @type {string} */ name, values = {}) => filled(told.words[name] ?? name, values),
      media: (/** @type {string} */ sha256) => `/media/${sha256}`,
      draft: (/** @type {string} */ key, /** @type {string | undefined} */ text) => {
        if (text !== undefined) drafts.keep(key, text);
        return drafts.kept.get(key) ?? "";
      },
      language: document.documentElement.lang,
      readOnly: false,
    });
    this.paint(told.n, told.view);
  }

  /**
   * @param {{[name: string]: any}} action
   * @returns {Promise<Answer>}
   */
  act(action) {
    this.waiting += 1;
    document.dispatchEvent(new CustomEvent("draft"));
    const answer = this.acting.then(() => this.send(action)).finally(() => {
      this.waiting -= 1;
      document.dispatchEvent(new CustomEvent("draft"));
    });
    this.acting = answer;
    return answer;
  }

  /**
   * @param {{[name: string]: any}} action
   * @returns {Promise<Answer>}
   */
  async send(action) {
    try {
      const answer = await post(`${this.address}/act`, { action });
      if (!answer.ok) return { ok: false, reason: answer.reason ?? this.says.failed };
      this.paint(answer.n, answer.view);
      return { ok: true, view: answer.view };
    } catch {
      return { ok: false, reason: this.says.failed };
    }
  }

  /**
   * What stands after `n` actions. Older news than what is shown changes nothing.
   * @param {number} n
   * @param {any} view
   */
  paint(n, view) {
    if (n < this.n || this.closed) return;
    this.n = n;
    this.page?.paint(view);
  }

  /** Look again: the run has changed elsewhere. */
  async look() {
    const response = await fetch(this.address);
    if (!response.ok) return;
    const told = await response.json();
    if (this.closed) return;
    this.n = -1;
    this.paint(told.n, told.view);
  }

  /** Its place is needed for something else; what is typed is kept. */
  close() {
    if (this.closed) return;
    void this.drafts?.flush();
    this.closed = true;
    this.page?.leave();
  }
}

/**
 * @param {string} sentence
 * @param {{[name: string]: string | number}} values
 */
export function filled(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/**
 * A simulator's own style, in force before its page is shown.
 * @param {string} address
 */
export function style(address) {
  if (document.querySelector(`link[href="${address}"]`)) return Promise.resolve();
  return new Promise((resolve) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = address;
    link.onload = link.onerror = () => resolve(undefined);
    document.head.append(link);
  });
}
