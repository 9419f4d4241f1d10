// What question_bank/front/vendor/socket.io.min.js puts on the page.
import type { io as connect } from "socket.io-client";

declare global {
  const io: typeof connect;
}
