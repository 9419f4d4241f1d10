// @ts-check
/** Pictures, sound and film of a paper. */

/** @typedef {import("./content.js").NodeObject} NodeObject */
/** @typedef {import("./content.js").Places} Places */

/**
 * @param {NodeObject} node
 * @param {Places} places
 * @returns {HTMLElement}
 */
export function media(node, places) {
  return node.k === "picture" ? picture(node) : recording(node, places);
}

/** @param {NodeObject} node */
export function picture(node) {
  const image = document.createElement("img");
  image.src = `/media/${node.sha256}`;
  image.alt = node.label ?? "";
  image.draggable = false;
  if (node.width && node.height) {  // its place is kept before it has come: nothing moves
    image.width = node.width;
    image.height = node.height;
  }
  return image;
}

/**
 * With a bound on how often it may be played there is one button instead of the browser's own controls, which would
 * let a candidate wind back.
 * @param {NodeObject} node
 * @param {Places} places
 */
function recording(node, places) {
  const box = document.createElement("span");
  box.className = "recording";
  const player = document.createElement(node.k === "video" ? "video" : "audio");
  player.src = `/media/${node.sha256}`;
  player.preload = "metadata";
  player.setAttribute("aria-label", node.label ?? "");
  const title = document.createElement("span");
  title.className = "muted small";
  title.textContent = node.label ?? "";
  box.append(title, player);
  const plays = places.plays;
  if (!plays?.most) player.controls = true;
  else box.append(...bounded(player, String(node.sha256), plays, places.word ?? ((name) => name)));
  return box;
}

/**
 * @param {HTMLMediaElement} player
 * @param {string} name
 * @param {{most: number, used: Map<string, number>}} plays
 * @param {(name: string) => string} word
 */
function bounded(player, name, plays, word) {
  const button = document.createElement("button");
  button.type = "button";
  const left = document.createElement("span");
  left.className = "muted small";
  left.setAttribute("role", "status");
  const tell = () => {
    const rest = plays.most - (plays.used.get(name) ?? 0);
    button.textContent = word(player.paused ? "play" : "playing");
    button.disabled = rest < 1 || !player.paused;
    left.textContent = word("plays_left").replace("{left}", String(rest));
  };
  button.addEventListener("click", () => {
    plays.used.set(name, (plays.used.get(name) ?? 0) + 1);
    player.currentTime = 0;
    void player.play().catch(() => {  // nothing was heard: it does not count
      plays.used.set(name, (plays.used.get(name) ?? 1) - 1);
      tell();
    });
  });
  for (const event of ["play", "pause", "ended"]) player.addEventListener(event, tell);
  tell();
  return [button, left];
}
