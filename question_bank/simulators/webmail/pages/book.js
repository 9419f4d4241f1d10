// @ts-check
/** The address book: contacts and groups. */

import { button, clean, make } from "/front/paper/widget.js";
import { field, refill, tick } from "./parts.js";

/** @param {import("./parts.js").Mail} mail */
export function book(mail) {
  const { tools } = mail;
  const contacts = make("div", { class: "entries" });
  const groups = make("div", { class: "entries" });
  const members = make("fieldset", { class: "members" });
  /** @type {Set<string>} */
  const chosen = new Set();
  let contactId = "";
  let groupId = "";
  const inputs = {
    name: line("contact_name"), address: line("contact_address"), note: line("contact_note"), group: line("group_name"),
  };
  const keepContact = button("", () => void saveContact(), { class: "main" });
  const keepGroup = button("", () => void saveGroup(), { class: "main" });

  /** @param {string} name */
  function line(name) {
    return field(tools, `book ${name}`, tools.word(name), make("input", { type: "text", maxlength: 300, autocomplete: "off", spellcheck: false }), "");
  }

  /** @param {{[name: string]: string}} values */
  function put(values) {
    for (const [name, value] of Object.entries(values)) {
      const one = inputs[/** @type {keyof typeof inputs} */ (name)];
      one.input.value = value;
      tools.draft(one.key, "");
    }
  }

  async function saveContact() {
    const { name, address, note } = inputs;
    if (!(await mail.act({ do: "contact", id: contactId, name: clean(name.input.value), address: clean(address.input.value), note: clean(note.input.value) }))) return;
    contactId = "";
    put({ name: "", address: "", note: "" });
    mail.say(tools.word("contact_kept"));
    paint();
    inputs.name.input.focus();
  }

  async function saveGroup() {
    if (!(await mail.act({ do: "group", id: groupId, name: clean(inputs.group.input.value), members: [...chosen] }))) return;
    groupId = "";
    chosen.clear();
    put({ group: "" });
    mail.say(tools.word("group_kept"));
    paint();
    inputs.group.input.focus();
  }

  function paint() {
    const view = mail.view();
    refill(contacts, view.contacts.length ? view.contacts.map((one) => make("div", { class: "entry-line" },
      make("span", {}, make("b", {}, one.name), ` <${one.address}>`, one.note ? make("span", { class: "muted" }, ` · ${one.note}`) : ""),
      button(tools.word("change"), () => { contactId = one.id; put({ name: one.name, address: one.address, note: one.note }); paint(); inputs.name.input.focus(); }, { class: "quiet", "aria-label": `${tools.word("change")} ${one.name}`, "data-key": `c ${one.id}` }),
      button(tools.word("delete"), () => void mail.act({ do: "delete_contact", contact: one.id }), { class: "quiet", "aria-label": `${tools.word("delete")} ${one.name}`, "data-key": `cd ${one.id}` }))) : [make("p", { class: "muted" }, tools.word("no_contacts"))]);
    refill(groups, view.groups.map((one) => make("div", { class: "entry-line" },
      make("span", {}, make("b", {}, one.name), ` (${one.members.length})`, make("span", { class: "muted" }, ` · ${one.members.map((id) => view.contacts.find((each) => each.id === id)?.name ?? "").join(", ")}`)),
      button(tools.word("change"), () => { groupId = one.id; chosen.clear(); for (const id of one.members) chosen.add(id); put({ group: one.name }); paint(); inputs.group.input.focus(); }, { class: "quiet", "aria-label": `${tools.word("change")} ${one.name}`, "data-key": `g ${one.id}` }),
      button(tools.word("delete"), () => void mail.act({ do: "delete_group", group: one.id }), { class: "quiet", "aria-label": `${tools.word("delete")} ${one.name}`, "data-key": `gd ${one.id}` }))));
    refill(members, [make("legend", {}, tools.word("members")), ...view.contacts.map((one) => {
      const box = tick(one.name, chosen.has(one.id));
      box.input.dataset.key = `m ${one.id}`;
      box.input.addEventListener("change", () => { if (box.input.checked) chosen.add(one.id); else chosen.delete(one.id); });
      return box.element;
    })]);
    keepContact.textContent = tools.word(contactId ? "keep_change" : "add_contact");
    keepGroup.textContent = tools.word(groupId ? "keep_change" : "add_group");
    if (tools.readOnly) for (const one of element.querySelectorAll("button, input")) one.toggleAttribute("disabled", true);
  }

  const element = make("section", { class: "settings", "aria-label": tools.word("book") },
    make("h2", {}, tools.word("book")), contacts,
    make("div", { class: "form" }, inputs.name.element, inputs.address.element, inputs.note.element, keepContact),
    make("h3", {}, tools.word("groups")), groups, make("div", { class: "form" }, inputs.group.element, members, keepGroup));
  return { element, paint, focus: () => inputs.name.input.focus() };
}
