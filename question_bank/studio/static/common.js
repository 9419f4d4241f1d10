// @ts-check
/** Small things every page of the studio uses. */

/** @type {{[name: string]: string}} */
const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}");

/**
 * @typedef {{path: string, where: string, message: string, hint: string, severity: string}} Fault
 * @typedef {{ok: boolean, text?: string, to?: string, at?: string, name?: string, kind?: string, faults?: Fault[],
 *   preview?: import("./preview.js").Preview | null, near?: {id: string, percent: number}[]}} Answer
 */

/**
 * A sentence with its {places} filled.
 * @param {string} name
 * @param {{[name: string]: string | number}} [values]
 */
export function word(name, values = {}) {
  return (words[name] ?? name).replace(/\{(\w+)\}/g, (_, place) => String(values[place] ?? ""));
}

/** @param {string} id */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no element ${id}`);
  return found;
}

/**
 * Ask the studio to do something. A broken call is an answer too: nothing was saved.
 * @param {string} path
 * @param {BodyInit | object} body an object goes as JSON, a file as it is
 * @param {{[name: string]: string}} [headers]
 * @returns {Promise<Answer>}
 */
export async function post(path, body, headers = {}) {
  const raw = body instanceof Blob;
  try {
    const response = await fetch(path, {
      method: "POST", body: raw ? body : JSON.stringify(body),
      headers: { "Content-Type": raw ? "application/octet-stream" : "application/json", "X-Form": document.body.dataset.form ?? "", ...headers },
    });
    if (!response.ok) return { ok: false, text: word("no_studio") };
    return await response.json();
  } catch {
    return { ok: false, text: word("no_studio") };
  }
}

/**
 * What an address of ours holds; null where it holds nothing, or the page is being left.
 * @param {string} address
 */
export async function fetched(address) {
  try {
    const response = await fetch(address);
    return response.ok ? response : null;
  } catch {
    return null;
  }
}

/** Whether a key was pressed where it writes. @param {KeyboardEvent} event */
export function typing(event) {
  return event.ctrlKey || event.altKey || event.metaKey
    || (event.target instanceof Element && !!event.target.closest("input, textarea, select, [contenteditable]"));
}

/**
 * Do something with each of these, once, as one comes near it.
 * @param {Iterable<Element>} places
 * @param {(place: HTMLElement) => Promise<void>} act
 */
export function asSeen(places, act) {
  const watcher = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) {
      if (!isIntersecting || !(target instanceof HTMLElement)) continue;
      watcher.unobserve(target);
      void act(target);
    }
  }, { rootMargin: "600px" });
  for (const one of places) watcher.observe(one);
}

/** @param {string} text */
export function say(text) {
  byId("spoken").textContent = text;
}
