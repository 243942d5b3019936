// npm's socket.io with one handlers.js, as Frappe's Node process runs it. Prints its port.

import { createServer } from "node:http";
import { createRequire } from "node:module";

import { Server } from "socket.io";

const setup = createRequire(import.meta.url)(process.argv[2]);
const http = createServer();
const io = new Server(http, { cleanupEmptyChildNamespaces: true });
io.of(/^\/.*$/).on("connection", (socket) => {
  socket.user = "alice@example.com";
  setup(socket);
});
http.listen(0, "127.0.0.1", () => console.log(http.address().port));
