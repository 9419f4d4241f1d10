// @ts-check
import { Shown } from "/front/paper/simulator.js";
import { make } from "/front/paper/widget.js";

/** How long a machine that does not give the run is waited for before it is asked again. */
const AGAIN_MS = 1000;

/**
 * A simulator in the item's place: what is done there are actions, never a response.
 * @param {import("/front/paper/widget.js").Item} item
 * @param {import("/front/paper/widget.js").Tools} tools
 * @returns {import("/front/paper/widget.js").Widget}
 */
export default function widget(item, tools) {
  const place = make("div", { class: "simulator" });
  const element = make("div", { class: "simulation" }, make("p", { class: "muted", role: "status" }, tools.word("loading")));
  const shown = new Shown(place, `/api/runs/${item.number}`, { failed: tools.word("failed") });
  /** What the view last said of the run: a change means that it went on elsewhere. */
  let known = "";

  async function begin() {
    try {
      await shown.begin();
      element.replaceChildren(place);
    } catch {
      if (!shown.closed) setTimeout(() => (shown.broken ? location.reload() : void begin()), AGAIN_MS);
    }
  }
  void begin();
  addEventListener("pagehide", () => shown.drafts?.last(), { once: true });
  return {
    how: tools.word("how"),
    element,
    paint(response) {
      const now = JSON.stringify(response);
      if (known && now !== known && response?.actions !== shown.n) void shown.look();
      known = now;
    },
    draft: {
      get open() { return shown.open; },
      flush: async () => { await shown.drafts?.flush(); },
      drop: () => {},
    },
    close: () => shown.close(),
  };
}
