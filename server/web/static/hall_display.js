// @ts-check
/** The hall display: asks every two seconds, and counts by itself in between. */

/**
 * @typedef {{
 *   now_ms: number, stage: string, reason: string, title: {vi: string, en: string} | null, part: {vi: string, en: string} | null,
 *   counts: {here: number, working: number, done: number, safe: number} | null, ends_ms: number | null,
 *   next_word: {text: string, due_ms: number} | null,
 * }} Now
 */

const ASK_MS = 2000;
const LOST_MS = 8000; // unanswered for so long: said on the screen
const VIETNAM_MS = 7 * 3_600_000;

/** What is happening, in both languages. @type {{[stage: string]: [string, string]}} */
const STAGES = {
  nothing: ["Chưa có ca thi", "No sitting yet"],
  before: ["Chuẩn bị vào thi", "About to begin"],
  running: ["Đang làm bài", "The exam is running"],
  paused: ["Tạm dừng, đồng hồ dừng", "Paused: all clocks stand still"],
  switching: ["Đang chuyển sang đề khác", "Another paper is coming"],
  between: ["Nghỉ giữa hai phần thi", "Between two parts"],
  ended: ["Phần thi đã kết thúc", "The part has ended"],
  closed: ["Ca thi đã kết thúc", "The sitting is over"],
};

/** @type {Now} */
let now = JSON.parse(document.getElementById("now")?.textContent ?? "{}");
let arrived = performance.now();

/** @param {string} id */
const at = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @param {string} id @param {string} text */
function put(id, text) {
  if (at(id).textContent !== text) at(id).textContent = text;
}

/** @param {number} ms */
function left(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  return `${hours ? `${hours}:` : ""}${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** @param {number} ms */
const clock = (ms) => new Date(ms + VIETNAM_MS).toISOString().slice(11, 16);

function paint() {
  const ms = now.now_ms + performance.now() - arrived;
  const [vi, en] = STAGES[now.stage] ?? ["", ""];
  put("stage", vi);
  put("stage-en", en);
  put("clock", clock(ms));
  put("title", [now.title?.vi, now.part?.vi].filter(Boolean).join(" · "));
  put("reason", now.reason);
  at("left-line").hidden = now.ends_ms === null;
  if (now.ends_ms !== null) {
    put("left-word", `Kết thúc lúc ${clock(now.ends_ms)}, còn`);
    put("left", left(now.ends_ms - ms));
    put("left-en", `ends at ${clock(now.ends_ms)}`);
  }
  const word = now.next_word;
  at("word-line").hidden = !word;
  if (word) {
    const due = word.due_ms <= ms;
    put("word", `${word.text ? `${word.text} · ` : ""}${due ? "Sẽ thông báo trong giây lát" : `Thông báo tiếp theo lúc ${clock(word.due_ms)}`}`);
    put("word-left", due ? "" : `còn ${left(word.due_ms - ms)}`);
    put("word-en", due ? "The announcement comes in a moment" : `Next announcement at ${clock(word.due_ms)}`);
  }
  at("counts").hidden = !now.counts;
  for (const name of /** @type {const} */ (["working", "done", "safe"])) put(name, String(now.counts?.[name] ?? 0));
  put("safe", `${now.counts?.safe ?? 0}/${now.counts?.here ?? 0}`);
  const everybody = now.counts?.safe === now.counts?.here;
  at("safe-box").dataset.level = everybody ? "ok" : "warn";
  put("safe-mark", everybody ? "✓" : "▲");
  at("lost").hidden = performance.now() - arrived < LOST_MS;
}

async function ask() {
  const answer = await fetch("/hall/now", { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok) return;
  now = await answer.json();
  arrived = performance.now();
  paint();
}

paint();
setInterval(paint, 250);
setInterval(() => void ask(), ASK_MS);
