// @ts-check
/** One letter: who it is from and really from, its text, its files, its links, and what can be done with it. */

import { button, make } from "/front/paper/widget.js";
import { folderName, longTime, menu, refill, sizeWords, written } from "./parts.js";

/** @typedef {import("./parts.js").Letter} Letter */

/**
 * @param {import("./parts.js").Mail} mail
 * @param {(messages: string[]) => Promise<void>} away deletes letters
 */
export function reader(mail, away) {
  const { tools } = mail;
  const element = make("article", { class: "reader", "aria-label": tools.word("letter"), tabindex: -1 });
  let letterId = "";
  /** What is open below the letter's head: its headers, or a file. */
  let shown = "";
  let leads = "";

  /** @param {Letter} letter */
  function body(letter) {
    const text = make("div", { class: "body" });
    const target = make("p", { class: "target small", role: "status" }, leads);
    let at = 0;
    letter.links.forEach(({ start, end, target: to }, place) => {
      text.append(letter.body.slice(at, start));
      const link = button(letter.body.slice(start, end), () => void follow(letter, place, to), { class: "link", title: to, "data-key": `link ${place}` });
      for (const event of ["focus", "pointerenter"]) link.addEventListener(event, () => { target.textContent = leads || tools.word("leads_to", { target: to }); });
      for (const event of ["blur", "pointerleave"]) link.addEventListener(event, () => { target.textContent = leads; });
      text.append(link);
      at = end;
    });
    text.append(letter.body.slice(at));
    return letter.links.length ? [text, target] : [text];
  }

  /**
   * @param {Letter} letter
   * @param {number} link
   * @param {string} to
   */
  async function follow(letter, link, to) {
    if (tools.readOnly || !(await mail.act({ do: "link", message: letter.id, link }))) return;
    leads = tools.word("followed", { target: to });
    paint();
  }

  /**
   * @param {Letter} letter
   * @param {string} what
   * @param {{[name: string]: any}} action
   */
  async function reveal(letter, what, action) {
    if (shown === what) shown = "";
    else if (tools.readOnly || (await mail.act({ ...action, message: letter.id }))) shown = what;
    paint();
  }

  /** @param {Letter} letter */
  function files(letter) {
    const buttons = letter.attachments.map((file, place) =>
      button(`${file.name} (${sizeWords(file.size)})`, () => void reveal(letter, `file ${place}`, { do: "attachment", attachment: place }), {
        class: "file", "aria-expanded": String(shown === `file ${place}`), "data-key": `file ${place}`,
      }));
    const open = letter.attachments[Number(shown.slice(5))];
    const text = shown.startsWith("file ") && open ? [make("div", { class: "opened", role: "region", "aria-label": open.name }, make("h3", {}, open.name), make("pre", {}, open.text))] : [];
    return buttons.length ? [make("div", { class: "files" }, make("span", { class: "muted" }, tools.word("files")), ...buttons), ...text] : [];
  }

  /** @param {Letter} letter */
  function source(letter) {
    const headers = letter.headers;
    if (shown !== "headers" || !headers) return [];
    const rows = [
      ["From", written(letter.from)], ["Return-Path", headers.return_path], ["Reply-To", headers.reply_to || "–"],
      ["SPF", headers.spf], ["DKIM", headers.dkim], ["DMARC", headers.dmarc], ...headers.received.map((/** @type {string} */ one) => ["Received", one]),
    ];
    const list = make("dl", {}, ...rows.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]));
    return [make("div", { class: "opened", role: "region", "aria-label": tools.word("headers") }, make("h3", {}, tools.word("headers")), list)];
  }

  /** @param {Letter} letter */
  function quote(letter) {
    if (!letter.quote) return [];
    const { from, at, to, subject, text } = letter.quote;
    return [make("details", { class: "quote", open: letter.kind === "forward" },
      make("summary", {}, tools.word("quoted", { who: written(from) })),
      make("p", { class: "small muted" }, `${longTime(at)} · ${tools.word("to")}: ${to.map(written).join(", ")} · ${subject}`),
      make("div", { class: "body" }, text))];
  }

  /** @param {Letter} letter */
  function actions(letter) {
    const view = mail.view();
    const one = [letter.id];
    /** @param {import("./parts.js").Action} action @param {string} said */
    const gone = (action, said) => void mail.act(action).then((done) => { if (done) { mail.say(tools.word(said)); mail.leaveLetter(); } });
    const draft = letter.folder === "drafts";
    const answers = draft ? [button(tools.word("go_on"), () => mail.openDraft(letter.id), { class: "main", "data-key": "go_on" })] : [
      button(tools.word("reply"), () => void mail.write("reply", letter.id), { class: "main", "data-key": "reply" }),
      button(tools.word("reply_all"), () => void mail.write("reply_all", letter.id), { "data-key": "reply_all" }),
      button(tools.word("forward"), () => void mail.write("forward", letter.id), { "data-key": "forward" }),
    ];
    const aside = letter.folder === "bin" || letter.folder === "spam";
    const places = view.folders.filter(({ id }) => id !== "drafts" && id !== "sent" && id !== letter.folder);
    const others = [
      button(tools.word("delete"), () => void away(one).then(mail.leaveLetter), { "data-key": "delete" }),
      ...(aside ? [button(tools.word("restore"), () => gone({ do: "restore", messages: one }, "restored"), { "data-key": "restore" })] : []),
      ...(draft ? [] : [menu(tools.word("move"), places.map((place) => ({ text: folderName(tools, place), press: () => gone({ do: "move", messages: one, to: place.id }, "moved") })), { "data-key": "move" })]),
      ...(letter.headers ? [button(tools.word("report"), () => gone({ do: "report_phishing", message: letter.id }, "reported"), { "data-key": "report" })] : []),
      ...(letter.headers ? [button(tools.word("headers"), () => void reveal(letter, "headers", { do: "headers" }), { "aria-expanded": String(shown === "headers"), "data-key": "headers" })] : []),
      menu(tools.word("mark"), [
        { text: tools.word("mark_unread"), press: () => gone({ do: "mark", messages: one, as: "unread" }, "marked") },
        { text: tools.word(letter.starred ? "mark_unstarred" : "mark_starred"), press: () => void mail.act({ do: "mark", messages: one, as: letter.starred ? "unstarred" : "starred" }) },
        ...view.labels.map((label) => {
          const on = !letter.labels.includes(label);
          return { text: tools.word(on ? "put_label" : "take_label", { label }), press: () => void mail.act({ do: "label", messages: one, label, on }) };
        }),
        { text: tools.word("spam"), press: () => gone({ do: "spam", messages: one }, "moved") },
      ], { "data-key": "mark" }),
    ];
    const bars = [make("div", { class: "bar" }, ...answers, ...others)];
    if (tools.readOnly) for (const bar of bars) for (const inner of bar.querySelectorAll("button")) inner.disabled = inner.dataset.key !== "headers";
    return bars;
  }

  function paint() {
    const letter = mail.view().letters.find(({ id }) => id === letterId);
    if (!letter) {
      refill(element, [make("p", { class: "muted nothing" }, tools.word("choose_letter"))]);
      return;
    }
    const lines = [
      ["from", written(letter.from)], ["to", (letter.to.length ? letter.to.map(written) : letter.typed.to).join(", ")],
      ["cc", letter.cc.map(written).join(", ")], ["bcc", letter.bcc.map(written).join(", ")], ["at", longTime(letter.at)],
    ].filter(([, value]) => value);
    const head = make("dl", { class: "head" }, ...lines.flatMap(([name, value]) => [make("dt", {}, tools.word(name)), make("dd", {}, value)]));
    const marks = [...(letter.priority === "high" ? [make("span", { class: "high" }, `! ${tools.word("high")}`)] : []), ...letter.labels.map((one) => make("span", { class: "label" }, one))];
    refill(element, [
      ...actions(letter), make("h2", {}, letter.subject || tools.word("no_subject")), ...(marks.length ? [make("p", { class: "marks" }, ...marks)] : []),
      head, ...source(letter), ...files(letter), ...body(letter), ...quote(letter),
    ]);
  }

  return {
    element,
    paint,
    /** @param {string} id */
    look(id) {
      if (id !== letterId) { shown = ""; leads = ""; element.scrollTop = 0; }
      letterId = id;
      paint();
    },
  };
}
