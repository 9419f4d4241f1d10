// @ts-check
/** The folders, and the letters of the one that is looked at. */

import { button, make } from "/front/paper/widget.js";
import { folderName, menu, refill, shortTime } from "./parts.js";

/** @typedef {import("./parts.js").Letter} Letter */

/**
 * @param {import("./parts.js").Mail} mail
 * @param {{folder: string, searching: boolean, letter: string, ticked: Set<string>, show: () => void}} ui
 */
export function lists(mail, ui) {
  const { tools } = mail;
  const folders = make("nav", { class: "folders", "aria-label": tools.word("folders") });
  const rows = make("ul", { class: "rows" });
  const head = make("div", { class: "list-head" });
  const pane = make("section", { class: "list", "aria-label": tools.word("letters") }, head, rows);

  rows.addEventListener("keydown", (event) => {
    const active = document.activeElement;
    const row = active instanceof HTMLElement ? active.closest("li") : null;
    if (!row) return;
    const to = { ArrowDown: row.nextElementSibling, ArrowUp: row.previousElementSibling, Home: rows.firstElementChild, End: rows.lastElementChild }[event.key];
    if (to === undefined) {
      if (event.key === "Delete" && !tools.readOnly) void away([row.dataset.id ?? ""]);
      return;
    }
    event.preventDefault();
    const open = to?.querySelector(".open");
    if (!(open instanceof HTMLElement)) return;
    for (const one of rows.querySelectorAll("li")) turn(one, one === to);
    open.focus();
  });

  /**
   * One row at a time is reached with Tab; arrows go from row to row.
   * @param {Element} row
   * @param {boolean} on
   */
  function turn(row, on) {
    for (const one of row.querySelectorAll("button, input")) one.setAttribute("tabindex", on ? "0" : "-1");
  }

  /** The letters that are looked at. */
  function shown() {
    const view = mail.view();
    if (!ui.searching) return view.letters.filter((one) => one.folder === ui.folder);
    const found = view.search?.found ?? [];
    return view.letters.filter((one) => found.includes(one.id));
  }

  /** Those an action is about: what is ticked, in the order shown. */
  function chosen() {
    return shown().filter((one) => ui.ticked.has(one.id)).map((one) => one.id);
  }

  /** @param {string[]} messages */
  async function away(messages) {
    const at = shown().findIndex((one) => one.id === messages[0]);
    const inList = rows.contains(document.activeElement);
    if (!(await mail.act({ do: "delete", messages }))) return;
    mail.say(tools.word("deleted", { count: messages.length }));
    ui.ticked.clear();
    ui.show();
    const next = rows.children[Math.min(at, rows.children.length - 1)]?.querySelector(".open");
    if (inList && next instanceof HTMLElement) next.focus();
  }

  /** @param {import("./parts.js").Action} action */
  async function together(action) {
    const messages = chosen();
    if (await mail.act({ ...action, messages })) mail.say(tools.word("done_with", { count: messages.length }));
    ui.ticked.clear();
    ui.show();
  }

  function bar() {
    const view = mail.view();
    const none = tools.readOnly || !chosen().length;
    const all = make("input", { type: "checkbox", "aria-label": tools.word("choose_all"), "data-key": "all" });
    all.checked = shown().length > 0 && chosen().length === shown().length;
    all.addEventListener("change", () => {
      for (const one of shown()) { if (all.checked) ui.ticked.add(one.id); else ui.ticked.delete(one.id); }
      ui.show();
    });
    const remove = button(tools.word("delete"), () => void away(chosen()), { "data-key": "delete" });
    const places = view.folders.filter(({ id }) => id !== "drafts" && id !== "sent" && (ui.searching || id !== ui.folder));
    const move = menu(tools.word("move"), places.map((one) => ({
      text: folderName(tools, one), press: () => void together({ do: "move", to: one.id }),
    })), { "data-key": "move" });
    const back = ui.folder === "bin" || ui.folder === "spam";
    const more = menu(tools.word("mark"), [
      ...["read", "unread", "starred", "unstarred"].map((as) => ({ text: tools.word(`mark_${as}`), press: () => void together({ do: "mark", as }) })),
      ...view.labels.map((label) => ({ text: tools.word("put_label", { label }), press: () => void together({ do: "label", label, on: true }) })),
      ...view.labels.map((label) => ({ text: tools.word("take_label", { label }), press: () => void together({ do: "label", label, on: false }) })),
      { text: tools.word("spam"), press: () => void together({ do: "spam" }) },
    ], { "data-key": "mark" });
    const restore = back ? [button(tools.word("restore"), () => void together({ do: "restore" }), { "data-key": "restore" })] : [];
    for (const one of [remove, ...restore]) one.disabled = none;
    for (const one of [move, more]) for (const inner of one.querySelectorAll("button")) inner.toggleAttribute("disabled", none);
    return make("div", { class: "bar" }, all, remove, ...restore, move, more);
  }

  function paintHead() {
    const view = mail.view();
    const folder = view.folders.find(({ id }) => id === ui.folder);
    const title = ui.searching ? tools.word("found", { text: view.search?.text ?? "", count: shown().length }) : folder ? folderName(tools, folder) : "";
    const leave = ui.searching ? [button(tools.word("leave_search"), () => { ui.searching = false; ui.show(); }, { class: "quiet", "data-key": "leave" })] : [];
    refill(head, [make("div", { class: "list-title" }, make("h2", {}, title), ...leave), bar()]);
  }

  /** @param {Letter} letter */
  function row(letter) {
    const own = letter.folder === "sent" || letter.folder === "drafts";
    const people = own ? (letter.folder === "drafts" ? letter.typed.to : letter.to.map((one) => one.name || one.address)).join(", ") : letter.from.name || letter.from.address;
    const box = make("input", { type: "checkbox", "aria-label": tools.word("choose", { subject: letter.subject || tools.word("no_subject") }), "data-key": `box ${letter.id}` });
    box.checked = ui.ticked.has(letter.id);
    box.addEventListener("change", () => { if (box.checked) ui.ticked.add(letter.id); else ui.ticked.delete(letter.id); ui.show(); });
    const star = button(letter.starred ? "★" : "☆", () => void mail.act({ do: "mark", messages: [letter.id], as: letter.starred ? "unstarred" : "starred" }), {
      class: "star", "aria-pressed": String(letter.starred), "aria-label": tools.word("star", { subject: letter.subject || tools.word("no_subject") }), "data-key": `star ${letter.id}`,
    });
    star.disabled = tools.readOnly;
    const marks = [letter.priority === "high" ? make("span", { class: "high" }, `! ${tools.word("high")}`) : "", letter.attachments.length ? make("span", {}, `${tools.word("has_files")} ${letter.attachments.length}`) : "", ...letter.labels.map((one) => make("span", { class: "label" }, one))].filter((one) => one !== "");
    const open = button("", () => void mail.openLetter(letter.id), { class: "open", "data-key": `open ${letter.id}` });
    if (!letter.read) open.append(make("span", { class: "visually-hidden" }, `${tools.word("unread")}. `));
    open.append(
      make("span", { class: "who" }, people || tools.word("nobody_yet")), make("time", {}, shortTime(letter.at, mail.view().now)),
      make("span", { class: "subject" }, letter.subject || tools.word("no_subject")), make("span", { class: "marks" }, ...marks),
    );
    const current = letter.id === ui.letter;
    if (current) open.setAttribute("aria-current", "true");
    return make("li", { class: `row${letter.read ? "" : " unread"}${current ? " current" : ""}`, "data-id": letter.id }, box, star, open);
  }

  function paintRows() {
    const made = shown().map(row);
    refill(rows, made.length ? made : [make("li", { class: "empty muted" }, tools.word("empty"))]);
    const active = document.activeElement;
    const held = active instanceof HTMLElement && rows.contains(active) ? active.closest("li") : null;
    const here = held ?? rows.querySelector(".current") ?? made[0];
    for (const one of made) turn(one, one === here);
  }

  function paintFolders() {
    const view = mail.view();
    const made = view.folders.map((one) => {
      const unread = view.letters.filter((each) => each.folder === one.id && !each.read).length;
      const drafts = one.id === "drafts" ? view.letters.filter((each) => each.folder === "drafts").length : 0;
      const enter = button("", () => { ui.folder = one.id; ui.searching = false; ui.ticked.clear(); mail.close(); ui.show(); }, { class: "folder", "data-key": one.id });
      enter.append(make("span", {}, folderName(tools, one)));
      if (unread || drafts) enter.append(make("span", { class: "count figures" }, String(unread || drafts), make("span", { class: "visually-hidden" }, ` ${tools.word(unread ? "unread" : "folder_drafts")}`)));
      if (one.id === ui.folder && !ui.searching) enter.setAttribute("aria-current", "page");
      return make("li", {}, enter);
    });
    refill(folders, [make("ul", {}, ...made)]);
  }

  return { folders, pane, paint() { paintFolders(); paintHead(); paintRows(); }, away };
}
