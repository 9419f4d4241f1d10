// The room's clock in the frame of every page: room time as the server said it, carried on by this page's own timer.

const VIETNAM_MS = 7 * 3600 * 1000;

for (const clock of document.querySelectorAll("time[data-room-ms]")) {
  if (!(clock instanceof HTMLElement)) continue;
  const atLoad = Number(clock.dataset.roomMs);
  const since = performance.now();
  const show = () => {
    const now = new Date(atLoad + performance.now() - since + VIETNAM_MS);
    clock.textContent = now.toISOString().slice(11, 19);
  };
  setInterval(show, 1000);
}

// A form that takes long must not be sent twice by an impatient hand; what it does is written on the button.
for (const form of document.querySelectorAll("form[data-busy]")) {
  if (!(form instanceof HTMLFormElement)) continue;
  form.addEventListener("submit", () => {
    const button = form.querySelector("button[type=submit], button:not([type])");
    if (button instanceof HTMLButtonElement) {
      button.disabled = true;
      button.textContent = form.dataset.busy ?? button.textContent;
    }
  });
}

// The name of a chosen file, beside a chooser that speaks the page's language.
for (const input of document.querySelectorAll(".file-box input[type=file]")) {
  if (!(input instanceof HTMLInputElement)) continue;
  const name = input.parentElement?.querySelector(".file-name");
  if (!(name instanceof HTMLElement)) continue;
  const show = () => {
    const names = [...(input.files ?? [])].map((file) => file.name);
    name.textContent = names.length > 2 ? `${names[0]} … ${names.at(-1)} (${names.length})` : names.join(", ") || (name.dataset.none ?? "");
  };
  input.addEventListener("change", show);
  show();
}
