// The control of these tests: a realtime process of Frappe 16 on Node's own Socket.IO server,
// written from the specification (frappe-realtime §1 to §5). A test that passes here speaks the
// real protocol. One thing differs from the original on purpose: the web process is asked at
// `webserver_port` with the site in Host, not at the address in Origin, so that both servers can
// stand in the same test bench.

import { readFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { join } from "node:path";

import { Server } from "socket.io";

import { RespClient } from "../lib/resp.mjs";

const bench = process.argv[process.argv.indexOf("--bench") + 1];
const config = JSON.parse(readFileSync(join(bench, "sites", "common_site_config.json"), "utf8"));
const redisPort = Number(new URL(config.redis_queue).port);
const kMissing = "Missing cookie and authorization header. Either one needed for authentication.";
const kNoMethod = "No authentication method used. Use cookie or authorization header.";

const commands = await RespClient.connect(redisPort);
const listener = createServer((_request, response) => response.writeHead(404).end());
const io = new Server(listener, {
  cors: { origin: true, credentials: true },
  cleanupEmptyChildNamespaces: true,
});
const sites = io.of(/^\/.*$/);

function hostname(value) {
  if (!value) return undefined;
  const authority = value.includes("://") ? value.split("/")[2] : value;
  return authority.split(":")[0];
}

function siteOf({ headers }) {
  if (headers["x-frappe-site-name"]) return hostname(headers["x-frappe-site-name"]);
  const host = hostname(headers.host);
  if (config.default_site && ["localhost", "127.0.0.1"].includes(host)) return config.default_site;
  return headers.origin ? hostname(headers.origin) : host;
}

function sidOf(cookie) {
  const raw = /(?:^|;\s*)sid="?([^;"]*)/.exec(cookie ?? "")?.[1];
  return raw === undefined ? undefined : decodeURIComponent(raw);
}

// GET on the web process as the socket's user; fulfils with the parsed body.
async function ask(socket, path) {
  const headers = { Host: socket.site };
  if (socket.authorization) headers.Authorization = socket.authorization;
  else headers.Cookie = `sid=${encodeURIComponent(socket.sid)}`;
  const secret = await commands.command("GET", "socketio_auth_secret");
  if (secret) headers["X-Frappe-Socket-Secret"] = secret;
  headers["X-Frappe-Site-Name"] = socket.site;
  const options = { host: "127.0.0.1", port: config.webserver_port, path, headers, agent: false };
  return new Promise((resolve, reject) => {
    const asked = request(options, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk) => (text += chunk));
      response.on("error", reject);
      response.on("end", () => {
        try {
          resolve(JSON.parse(text));
        } catch (error) {
          reject(error);
        }
      });
    });
    asked.once("error", reject);
    asked.end();
  });
}

async function authenticate(socket, next) {
  const { headers } = socket.request;
  socket.site = siteOf(socket.request);
  if (socket.nsp.name.slice(1) !== socket.site) return next(new Error("Invalid namespace"));
  if (hostname(headers.host) !== hostname(headers.origin)) return next(new Error("Invalid origin"));
  if (!headers.cookie && !headers.authorization) return next(new Error(kMissing));
  socket.authorization = headers.authorization;
  socket.sid = sidOf(headers.cookie);
  if (!socket.sid && !socket.authorization) return next(new Error(kNoMethod));
  try {
    const path = "/api/method/frappe.realtime.get_user_info";
    let { message } = await ask(socket, path);
    if (!message.installed_apps) message = (await ask(socket, path)).message;
    socket.user = message.user;
    socket.userType = message.user_type;
    return next();
  } catch (error) {
    return next(new Error(`Unauthorized: ${error}`));
  }
}

async function ifAllowed(socket, doctype, name, action) {
  try {
    const query = new URLSearchParams({ doctype, name: name ?? "" });
    const { message } = await ask(socket, `/api/method/frappe.realtime.has_permission?${query}`);
    if (message) action();
  } catch (error) {
    console.error("Can't check permissions", error.message);
  }
}

function onConnection(socket) {
  socket.join(`user:${socket.user}`);
  socket.join("website");
  if (socket.userType === "System User") socket.join("all");
  // Arguments are whatever a client sends: one without a text of its own is nobody's room.
  const text = (value) => (typeof value === "object" ? JSON.stringify(value) : String(value));
  const task = (id) => `task_progress:${text(id)}`;
  const doc = (doctype, name) => `doc:${text(doctype)}/${text(name)}`;
  const type = (doctype) => `doctype:${text(doctype)}`;
  socket.on("ping", () => socket.emit("pong"));
  socket.on("doctype_subscribe", (doctype) => {
    ifAllowed(socket, doctype, undefined, () => socket.join(type(doctype)));
  });
  socket.on("doctype_unsubscribe", (doctype) => socket.leave(type(doctype)));
  socket.on("doc_subscribe", (doctype, name) => {
    ifAllowed(socket, doctype, name, () => socket.join(doc(doctype, name)));
  });
  socket.on("doc_unsubscribe", (doctype, name) => socket.leave(doc(doctype, name)));
  socket.on("task_subscribe", (id) => socket.join(task(id)));
  socket.on("progress_subscribe", (id) => socket.join(task(id)));
  socket.on("task_unsubscribe", (id) => socket.leave(task(id)));
}

function onMessage(_channel, text) {
  const { namespace, room, event, message } = JSON.parse(text);
  if (room) io.of(`/${namespace}`).to(room).emit(event, message);
  else sites.emit(event, message);
}

sites.use(authenticate).on("connection", onConnection);
const subscriber = await RespClient.connect(redisPort, { onPush: onMessage });
await subscriber.command("SUBSCRIBE", "events");
const ready = () => {
  const address = listener.address();
  const on = typeof address === "string" ? ` UDS: ${address}` : `: ws://127.0.0.1:${address.port}`;
  console.log(`Realtime service listening on${on}`);
};
if (config.socketio_uds) listener.listen(config.socketio_uds, ready);
else listener.listen(config.socketio_port, "127.0.0.1", ready);
