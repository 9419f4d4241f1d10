// @ts-check
/** Writing a letter. What is typed stays in its fields whatever is painted, and on this machine until it is sent or saved. */

import { button, clean, make } from "/front/paper/widget.js";
import { entries, field, longTime, menu, refill, sizeWords, written } from "./parts.js";

/** @typedef {import("./parts.js").Letter} Letter */

/**
 * @param {import("./parts.js").Mail} mail
 * @param {Letter} draft
 * @param {(sent: boolean) => void} leave
 */
export function composer(mail, draft, leave) {
  const { tools } = mail;
  const key = (/** @type {string} */ name) => `draft ${draft.id} ${name}`;
  const fields = {
    to: line("to", draft.typed.to.join("; ")),
    cc: line("cc", draft.typed.cc.join("; ")),
    bcc: line("bcc", draft.typed.bcc.join("; ")),
    subject: line("subject", draft.subject),
    body: field(tools, key("body"), tools.word("text"), make("textarea", { maxlength: 6000, rows: 12, "data-name": "body" }), draft.body),
  };
  const priority = make("select", { "data-name": "priority" }, ...["normal", "high", "low"].map((one) => make("option", { value: one }, tools.word(`priority_${one}`))));
  priority.value = tools.draft(key("priority")) || draft.priority;
  priority.addEventListener("change", () => tools.draft(key("priority"), priority.value));
  const attached = make("div", { class: "attached" });
  const refused = make("p", { class: "refused", role: "alert" });
  const cupboard = make("div", { class: "cupboard opened", hidden: true });
  const fetcher = button(tools.word("attach"), () => { cupboard.hidden = !cupboard.hidden; fetcher.setAttribute("aria-expanded", String(!cupboard.hidden)); if (!cupboard.hidden) cupboard.querySelector("button")?.focus(); }, { "aria-expanded": "false" });
  cupboard.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    cupboard.hidden = true;
    fetcher.setAttribute("aria-expanded", "false");
    fetcher.focus();
  });

  /**
   * @param {string} name
   * @param {string} value
   */
  function line(name, value) {
    return field(tools, key(name), tools.word(name), make("input", { type: "text", maxlength: name === "subject" ? 300 : 4000, autocomplete: "off", spellcheck: false, "data-name": name }), value);
  }

  function typed() {
    const people = Object.fromEntries(/** @type {const} */ (["to", "cc", "bcc"]).map((name) => [name, entries(clean(fields[name].input.value))]));
    return { draft: draft.id, ...people, subject: clean(fields.subject.input.value).replace(/[\n\t]/g, " "), body: clean(fields.body.input.value), priority: priority.value };
  }

  function forget() {
    for (const one of [...Object.keys(fields), "priority"]) tools.draft(key(one), "");
  }

  /** @param {import("./parts.js").Action} action */
  async function act(action) {
    const answer = await tools.act(action);
    refused.textContent = answer.ok ? "" : answer.reason;
    return answer.ok;
  }

  async function send() {
    if (!(await act({ do: "send", ...typed() }))) return;
    forget();
    leave(true);
  }

  async function save() {
    if (!(await act({ do: "save", ...typed() }))) return false;
    forget();
    mail.say(tools.word("saved"));
    return true;
  }

  /**
   * Behind a field of recipients: the address book, whose choice is added to the field.
   * @param {"to" | "cc" | "bcc"} name
   */
  function book(name) {
    const view = mail.view();
    const add = (/** @type {string} */ entry) => {
      const input = fields[name].input;
      input.value = [...entries(input.value), entry].join("; ");
      tools.draft(fields[name].key, `=${input.value}`);
      input.focus();
    };
    const choices = [
      ...view.groups.map((one) => ({ text: `${tools.word("group")}: ${one.name}`, press: () => add(one.name) })),
      ...view.contacts.map((one) => ({ text: `${one.name} <${one.address}>`, press: () => add(written(one)) })),
    ];
    return menu(tools.word("book"), choices.length ? choices : [{ text: tools.word("no_contacts"), press: () => {}, off: true }], { "aria-label": `${tools.word("book")}: ${tools.word(name)}`, class: "quiet" });
  }

  function paint() {
    const view = mail.view();
    const now = view.letters.find(({ id }) => id === draft.id) ?? draft;
    refill(attached, now.attachments.map((file, place) => make("span", { class: "file" }, `${file.name} (${sizeWords(file.size)}) `,
      button("×", () => void act({ do: "detach", draft: draft.id, attachment: place }), { class: "quiet", "aria-label": tools.word("detach", { name: file.name }), "data-key": `off ${place}` }))));
    const folders = [...new Set(view.files.map(({ folder }) => folder))];
    refill(cupboard, [make("h3", {}, tools.word("my_files")), ...(folders.length ? folders.map((folder) => make("section", {}, make("h4", {}, folder), ...view.files.filter((one) => one.folder === folder).map((file) =>
      button(`${file.name} (${sizeWords(file.size)})`, () => void act({ do: "attach", draft: draft.id, file: file.id }).then((done) => { if (done) mail.say(tools.word("attached", { name: file.name })); }), { class: "file", "data-key": file.id })))) : [make("p", { class: "muted" }, tools.word("no_files"))])]);
  }

  const bar = make("div", { class: "bar" },
    button(tools.word("send"), () => void send(), { class: "main" }), fetcher,
    button(tools.word("save"), () => void save()),
    button(tools.word("discard"), () => void act({ do: "discard", draft: draft.id }).then((done) => { if (done) { forget(); leave(false); mail.say(tools.word("discarded")); } })),
    make("label", { class: "priority" }, tools.word("priority"), priority));
  if (tools.readOnly) for (const one of bar.querySelectorAll("button, select")) one.toggleAttribute("disabled", true);
  const lines = /** @type {const} */ (["to", "cc", "bcc"]).map((name) => make("div", { class: "recipients" }, fields[name].element, book(name)));
  const quote = draft.quote ? [make("details", { class: "quote" }, make("summary", {}, tools.word("quoted", { who: written(draft.quote.from) })),
    make("p", { class: "small muted" }, `${longTime(draft.quote.at)} · ${draft.quote.subject}`), make("div", { class: "body" }, draft.quote.text))] : [];
  const element = make("section", { class: "composer", "aria-label": tools.word(`writing_${draft.kind}`) },
    make("h2", {}, tools.word(`writing_${draft.kind}`)), bar, refused, ...lines, fields.subject.element, attached, cupboard, fields.body.element, ...quote);
  element.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing && !tools.readOnly) { event.preventDefault(); void send(); }
  });
  return {
    element,
    paint,
    focus() { (draft.kind === "reply" || draft.kind === "reply_all" ? fields.body : fields.to).input.focus(); fields.body.input.setSelectionRange(0, 0); },
    /** Whether something was typed that no action holds yet. */
    changed: () => Object.keys(fields).some((name) => tools.draft(key(name)) !== "") || tools.draft(key("priority")) !== "",
    save,
  };
}
