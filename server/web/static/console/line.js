// @ts-check
/**
 * The line to the room: pictures in, commands out. It comes back by itself, and a command that was sent is never lost or
 * doubled; one that nobody could send for long is dropped, and said to be.
 */

/**
 * @typedef {{
 *   verdict?: "accepted" | "refused" | "conflict" | "gap", reason?: string | null, detail?: string, count?: number, seq?: number,
 *   refused?: string, hint?: string
 * }} Answer
 * @typedef {{ kind: string, args: {[name: string]: unknown}, done: (answer: Answer) => void, at: number, sent: boolean }} Waiting
 * @typedef {"waiting" | "open" | "lost" | "signed_out"} Standing
 */

const STALE_MS = 30_000; // what was asked for half a minute ago, and never sent, may no longer be what the hall needs
const ANSWER_MS = 8000; // a command not answered by then is sent again under its number: once is all it will count

export class Line {
  /** @type {Standing} */
  standing = "waiting";
  lostAt = 0;
  /** What only this page does, so that the server knows its commands from another page's. */
  #source = Array.from(crypto.getRandomValues(new Uint8Array(16)), (octet) => octet.toString(16).padStart(2, "0")).join("");
  /** Commands the room has given a verdict on; the next one's number follows. */
  #told = 0;
  /** @type {Waiting[]} */
  #waiting = [];
  #sending = false;

  /**
   * @param {{
   *   picture: (news: import("./model.js").News) => void, changes: (news: import("./model.js").News) => void,
   *   standing: (standing: Standing) => void
   * }} hears
   */
  constructor(hears) {
    this.hears = hears;
    this.socket = io("/console", {
      transports: ["websocket"], reconnectionDelay: 300, reconnectionDelayMax: 2000, randomizationFactor: 0.3,
    });
    this.socket.on("picture", (news) => {
      hears.picture(news);
      this.#stand("open");
      void this.#send();
    });
    this.socket.on("changes", hears.changes);
    this.socket.on("signed_out", () => this.#stand("signed_out"));
    this.socket.on("disconnect", () => this.#stand("lost"));
    // Not active: the room said no to this session, and nobody tries again by themselves.
    this.socket.on("connect_error", () => this.#stand(this.socket.active ? "lost" : "signed_out"));
    globalThis.addEventListener("beforeunload", (event) => {
      if (this.#waiting.length > 0) event.preventDefault();
    });
  }

  /** Commands on their way. */
  get pending() {
    return this.#waiting.length;
  }

  /**
   * Ask something of the room; the answer comes once the room has it on disk, however often the line breaks meanwhile,
   * or says `stale` when it could not be sent.
   * @param {string} kind @param {{[name: string]: unknown}} args
   * @returns {Promise<Answer>}
   */
  command(kind, args) {
    return new Promise((done) => {
      this.#waiting.push({ kind, args, done, at: performance.now(), sent: false });
      void this.#send();
    });
  }

  /** One after the other: the room takes a page's commands in their order and without a gap. */
  async #send() {
    if (this.#sending) return;
    this.#sending = true;
    while (this.#waiting.length > 0 && this.standing === "open") {
      const first = this.#waiting[0];
      if (!first) break;
      const { kind, args, done } = first;
      if (!first.sent && performance.now() - first.at > STALE_MS) {
        this.#waiting.shift();
        done({ refused: "stale" });
        continue;
      }
      first.sent = true;
      const answer = await this.#ask({ source: this.#source, seq: this.#told + 1, kind, args });
      if (answer === null) continue; // no answer: the line is lost, or slow; the same number goes out again
      this.#waiting.shift();
      if (answer.verdict !== undefined) this.#told += 1; // turned away before that, the number is still free
      done(answer);
    }
    this.#sending = false;
  }

  /** @param {object} message @returns {Promise<Answer | null>} */
  #ask(message) {
    return new Promise((answered) => {
      const settle = () => {
        this.socket.off("disconnect", settle);
        answered(null);
      };
      this.socket.on("disconnect", settle);
      this.socket.timeout(ANSWER_MS).emit("command", message, (/** @type {Error | null} */ error, /** @type {Answer} */ answer) => {
        this.socket.off("disconnect", settle);
        answered(error ? null : answer);
      });
    });
  }

  /** @param {Standing} standing */
  #stand(standing) {
    if (this.standing === "signed_out" || (this.standing === standing && standing !== "open")) return;
    if (standing === "lost") this.lostAt = performance.now();
    this.standing = standing;
    this.hears.standing(standing);
  }
}
