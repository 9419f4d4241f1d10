// What changes on the standby's page, once a second; after the promotion this address serves the room itself.

const byId = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

async function look() {
  let news;
  try {
    const answer = await fetch("/news", { headers: { Accept: "application/json" } });
    if (answer.status === 404 || answer.redirected) {
      location.reload();
      return;
    }
    news = await answer.json();
  } catch {
    return; // between two roles nobody answers for a moment
  }
  byId("heard").hidden = !news.heard;
  byId("silent").hidden = news.heard;
  byId("silent-for").textContent = news.silent_s === null ? "" : (byId("silent-for").dataset.said ?? "").replace("{s}", String(news.silent_s));
  byId("records").textContent = String(news.records);
  byId("files").textContent = String(news.files_missing);
  byId("promised").textContent = String(news.promised);
  byId("seated").textContent = String(news.seated);
  byId("offered").hidden = !news.offers;
}

setInterval(look, 1000);
