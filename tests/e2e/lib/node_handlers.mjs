// Handlers under npm's socket.io, as Frappe's Node process runs them: what Crema is compared with.
// Source: spec/frappe-realtime.md 3, 4.1, 8.1.

import { createServer } from "node:http";
import { createRequire } from "node:module";

import { Server } from "socket.io";

const kUserOf = /(?:^|;\s*)sid=([^;]*)/;

// `files`: paths of handlers.js. `userOf(sid)`: {name, userType}. `mayRead(user, doctype, name)`.
export async function startNodeHandlers(scope, { files, userOf, mayRead, apps }) {
  const require = createRequire(import.meta.url);
  const setups = files.map((file) => {
    delete require.cache[require.resolve(file)];
    return require(file);
  });
  const http = createServer();
  const io = new Server(http, { cleanupEmptyChildNamespaces: true });
  const sites = io.of(/^\/.*$/);
  sites.use((socket, next) => {
    const sid = decodeURIComponent(kUserOf.exec(socket.request.headers.cookie ?? "")?.[1] ?? "");
    const user = userOf(sid);
    Object.assign(socket, {
      sid,
      user: user.name,
      user_type: user.userType,
      site_name: socket.nsp.name.slice(1),
      installed_apps: apps,
      has_permission: (doctype, name) =>
        new Promise((resolve) => {
          if (mayRead(user.name, doctype, name)) setImmediate(resolve);
        }),
    });
    next();
  });
  sites.on("connection", (socket) => {
    socket.join(`user:${socket.user}`);
    socket.join("website");
    if (socket.user_type === "System User") socket.join("all");
    socket.on("ping", () => socket.emit("pong"));
    for (const setup of setups) setup(socket);
  });
  await new Promise((resolve) => http.listen(0, "127.0.0.1", resolve));
  scope.defer("the Node server", () => new Promise((resolve) => io.close(() => resolve())));
  return { port: http.address().port };
}
