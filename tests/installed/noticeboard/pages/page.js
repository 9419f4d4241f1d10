export function page(place, tools) {
  const title = document.createElement("h2");
  const count = document.createElement("p");
  const list = document.createElement("ul");
  const label = document.createElement("label");
  const text = document.createElement("textarea");
  const post = document.createElement("button");
  const said = document.createElement("p");
  said.setAttribute("role", "status");
  text.value = tools.draft("text");
  text.addEventListener("input", () => tools.draft("text", text.value));
  label.append(tools.word("text"), text);
  post.type = "button";
  post.textContent = tools.word("post");
  post.addEventListener("click", async () => {
    const answer = await tools.act({ do: "post", text: text.value });
    said.textContent = answer.ok ? "" : answer.reason;
    if (answer.ok) { text.value = ""; tools.draft("text", ""); }
  });
  if (tools.readOnly) { text.readOnly = true; post.disabled = true; }
  place.replaceChildren(title, count, list, label, post, said);
  return {
    paint(view) {
      title.textContent = view.title;
      count.textContent = tools.word("count", { count: view.notices.length });
      list.replaceChildren(...view.notices.map((one) => {
        const entry = document.createElement("li");
        const down = document.createElement("button");
        down.type = "button";
        down.textContent = tools.word("take_down");
        down.disabled = tools.readOnly;
        down.addEventListener("click", async () => {
          const answer = await tools.act({ do: "take_down", id: one.id });
          said.textContent = answer.ok ? "" : answer.reason;
        });
        entry.append(one.text, " ", down);
        return entry;
      }));
    },
    leave() { place.replaceChildren(); },
  };
}
