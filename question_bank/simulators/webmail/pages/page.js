// @ts-check
/** The mailbox: folders, letters, one letter; writing, address book and settings beside the folders. */

import { button, clean, make } from "/front/paper/widget.js";
import { book } from "./book.js";
import { composer } from "./compose.js";
import { lists } from "./list.js";
import { reader } from "./reader.js";
import { settings } from "./settings.js";

/** @typedef {import("./parts.js").View} View */

const LOOK_EVERY_MS = 60_000;  // a real mailbox looks for new letters by itself

/**
 * @param {HTMLElement} place
 * @param {import("/front/paper/simulator.js").Tools} tools
 */
export function page(place, tools) {
  /** @type {View | null} */
  let view = null;
  /** @type {{element: HTMLElement, paint: () => void, focus: () => void} | null} what stands where the letter does, and wider */
  let beside = null;
  /** @type {ReturnType<typeof composer> | null} */
  let writing = null;
  let known = new Set();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let undoing;

  const said = make("p", { class: "said", role: "status" });
  const undo = button(tools.word("undo"), () => void takeBack(), { class: "quiet" });
  undo.hidden = true;

  /** @type {import("./parts.js").Mail} */
  const mail = {
    tools,
    view: () => /** @type {View} */ (view),
    async act(action) {
      const answer = await tools.act(action);
      if (!answer.ok) say(answer.reason, true);
      return answer.ok;
    },
    say: (text) => say(text),
    async write(kind, of) {
      await settle();
      if (await mail.act({ do: "compose", kind, of })) mail.openDraft(mail.view().last.id);
    },
    openDraft,
    close() { void settle().then(() => { turn(null); look(""); }); },
    openLetter,
    leaveLetter() { look(""); ui.show(); },
  };
  const ui = { folder: "inbox", searching: false, letter: "", ticked: /** @type {Set<string>} */ (new Set()), show: paintLists };
  const list = lists(mail, ui);
  const letter = reader(mail, (messages) => list.away(messages));
  const words = make("input", { type: "search", maxlength: 300, "aria-label": tools.word("search"), placeholder: tools.word("search") });
  const searching = make("form", { class: "searching", role: "search" }, words, make("button", {}, tools.word("do_search")));
  searching.addEventListener("submit", (event) => { event.preventDefault(); void search(); });
  const top = make("header", { class: "top" },
    button(tools.word("write"), () => void mail.write("new", ""), { class: "main" }), searching,
    button(tools.word("refresh"), () => void mail.act({ do: "refresh" }).then((done) => { if (done) say(tools.word("looked")); })),
    button(tools.word("book"), () => void settle().then(() => turn(book(mail)))), button(tools.word("settings"), () => void settle().then(() => turn(settings(mail)))));
  const wide = make("div", { class: "wide", hidden: true });
  const panes = make("div", { class: "panes" }, list.folders, list.pane, letter.element, wide);
  const who = make("span", { class: "muted small" });
  const foot = make("footer", { class: "foot" }, said, undo, who);
  place.replaceChildren(make("div", { class: "mail" }, top, panes, foot));
  if (tools.readOnly) for (const one of top.querySelectorAll("button, input")) one.toggleAttribute("disabled", true);
  const looking = setInterval(() => { if (!tools.readOnly && !document.hidden) void tools.act({ do: "refresh" }); }, LOOK_EVERY_MS);

  /**
   * @param {string} text
   * @param {boolean} [wrong]
   */
  function say(text, wrong = false) {
    said.textContent = text;
    said.classList.toggle("wrong", wrong);
    undo.hidden = true;
    clearTimeout(undoing);
  }

  async function search() {
    await settle();
    if (!(await mail.act({ do: "search", text: clean(words.value).replace(/[\n\t]/g, " ") }))) return;
    ui.searching = true;
    ui.ticked.clear();
    turn(null);
    look("");
    paintLists();
    say(tools.word("found", { text: words.value, count: mail.view().search?.found.length ?? 0 }));
  }

  async function takeBack() {
    const id = undo.dataset.letter ?? "";
    if (!(await mail.act({ do: "undo_send", message: id }))) return;
    if (mail.view().last.do === "too_late") { say(tools.word("too_late"), true); return; }
    say(tools.word("taken_back"));
    openDraft(id);
  }

  /** What is being written is saved as a draft before something else takes its place. */
  async function settle() {
    const open = writing;
    writing = null;
    if (open?.changed()) await open.save();
  }

  /** @param {{element: HTMLElement, paint: () => void, focus: () => void} | null} part */
  function turn(part) {
    beside = part;
    wide.hidden = !part;
    letter.element.hidden = list.pane.hidden = !!part;
    wide.replaceChildren(...(part ? [part.element] : []));
    part?.paint();
    part?.focus();
  }

  /** @param {string} id */
  function openDraft(id) {
    const draft = mail.view().letters.find((one) => one.id === id);
    if (!draft) return;
    writing = composer(mail, draft, (sent) => {
      writing = null;
      turn(null);
      paint(mail.view());
      if (!sent) return;
      say(tools.word("sent"));
      undo.dataset.letter = id;
      undo.hidden = false;
      undoing = setTimeout(() => { undo.hidden = true; }, mail.view().undo_s * 1000);
      undo.focus();
    });
    turn(writing);
  }

  /** @param {string} id */
  async function openLetter(id) {
    const found = mail.view().letters.find((one) => one.id === id);
    if (found?.folder === "drafts" && !tools.readOnly) { openDraft(id); return; }
    if (!tools.readOnly && !(await mail.act({ do: "open", message: id }))) return;
    look(id);
    paintLists();
  }

  /** @param {string} id */
  function look(id) {
    ui.letter = id;
    letter.look(id);
  }

  function paintLists() {
    if (!view) return;
    if (!view.folders.some((one) => one.id === ui.folder)) ui.folder = "inbox";
    if (!view.letters.some((one) => one.id === ui.letter)) ui.letter = "";
    list.paint();
  }

  /** @param {View} next */
  function paint(next) {
    const first = view === null;
    view = next;
    who.textContent = `${next.me.name} <${next.me.address}>`;
    const fresh = next.letters.filter((one) => one.folder !== "drafts" && one.folder !== "sent" && !known.has(one.id));
    known = new Set(next.letters.map((one) => one.id));
    paintLists();
    letter.look(ui.letter);
    beside?.paint();
    if (!first && fresh.length && undo.hidden) say(tools.word("arrived", { count: fresh.length, subject: fresh[0].subject }));
    // The mailbox's clock starts when it is first opened.
    if (first && next.last.n === 0 && !tools.readOnly) void tools.act({ do: "refresh" });
  }

  return {
    paint,
    leave() {
      clearInterval(looking);
      clearTimeout(undoing);
      place.replaceChildren();
    },
  };
}
