// @ts-check
/** This machine's camera before a screen that shows codes: one picture after another to the server, which reads them. */

const LOOK_MS = 350;  // between two pictures: the codes stand for a second
const PAUSE_MS = 2000;  // after something went wrong
const WIDTH = 1280;  // of a picture that is sent: a code that fills half of it has 6 pixels a module

const place = document.getElementById("camera");
const video = document.getElementById("camera-picture");
const start = document.getElementById("camera-start");
const stop = document.getElementById("camera-stop");
const said = document.getElementById("camera-said");
/** @type {MediaStream | null} */
let stream = null;

/**
 * @param {string} text
 * @param {"" | "ok" | "bad"} kind
 */
function say(text, kind = "") {
  if (!said) return;
  if (said.textContent !== text) said.textContent = text;
  said.dataset.kind = kind;
}

async function begin() {
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      audio: false, video: { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } },
    });
  } catch {
    say(place?.dataset.none ?? "", "bad");
    return;
  }
  if (!(video instanceof HTMLVideoElement)) return;
  video.srcObject = stream;
  video.hidden = false;
  await video.play();
  start?.toggleAttribute("hidden", true);
  stop?.toggleAttribute("hidden", false);
  stop?.focus();
  say(place?.dataset.looking ?? "");
  void look();
}

function end() {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
  if (video instanceof HTMLVideoElement) {
    video.srcObject = null;
    video.hidden = true;
  }
  start?.toggleAttribute("hidden", false);
  stop?.toggleAttribute("hidden", true);
}

/** What the camera shows now, as a JPEG; null while it shows nothing. */
function picture() {
  if (!(video instanceof HTMLVideoElement) || !video.videoWidth) return Promise.resolve(null);
  const canvas = document.createElement("canvas");
  const scale = Math.min(1, WIDTH / video.videoWidth);
  canvas.width = Math.round(video.videoWidth * scale);
  canvas.height = Math.round(video.videoHeight * scale);
  canvas.getContext("2d")?.drawImage(video, 0, 0, canvas.width, canvas.height);
  return new Promise((/** @type {(blob: Blob | null) => void} */ done) => canvas.toBlob(done, "image/jpeg", 0.9));
}

async function look() {
  while (stream) {
    const taken = await picture();
    const answer = taken ? await ask(taken) : null;
    if (answer && stream) tell(answer);
    await new Promise((done) => setTimeout(done, taken && !answer ? PAUSE_MS : LOOK_MS));
  }
}

/** @param {Blob} taken */
async function ask(taken) {
  try {
    const answer = await fetch(place?.dataset.look ?? "", {
      method: "POST", body: taken, headers: { "Content-Type": "image/jpeg", "X-CSRFToken": place?.dataset.token ?? "" },
    });
    if (answer.redirected || [401, 403].includes(answer.status)) location.reload();
    if (answer.ok) return await answer.json();
  } catch {
    // told below: the server is away, or too many pictures came
  }
  say(place?.dataset.lost ?? "", "bad");
  return null;
}

/** @param {{codes: number, fault: string | null, under_way: string[], taken: {ok: boolean, text: string}[]}} answer */
function tell(answer) {
  const last = answer.taken.at(-1);
  if (last) {
    end();
    say(last.text, last.ok ? "ok" : "bad");
    void refresh();
  } else if (answer.fault) {
    say(answer.fault, "bad");
  } else if (answer.under_way.length) {
    say(answer.under_way.join(", "));
  } else {
    say(place?.dataset.looking ?? "");
  }
}

/** The list below, as it is now. */
async function refresh() {
  const answer = await fetch(location.pathname.replace(/\/rescue\/.*/, "/rescue"));
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-list]");
  if (fresh) document.querySelector("[data-list]")?.replaceWith(fresh);
}

start?.addEventListener("click", () => void begin());
stop?.addEventListener("click", () => { end(); say(""); });
addEventListener("pagehide", end);
