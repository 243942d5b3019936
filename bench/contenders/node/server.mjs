// A Frappe-like realtime process on Node's socket.io: namespaces by pattern, identity from the web
// process, three rooms per user, Redis messages emitted as they come. It leaves out what the
// benchmark does not ask for (permission calls, document rooms), so it does no more than Crema.
//
// Usage: node server.mjs PORT REDIS-PORT WEB-PORT
import { createServer } from "node:http";

import { createClient } from "@redis/client";
import { Server } from "socket.io";

const [port, redisPort, webPort] = process.argv.slice(2).map(Number);

const redisUrl = `redis://127.0.0.1:${redisPort}`;
const redis = createClient({ url: redisUrl });
await redis.connect();

// The part before the port, of a Host header or of an Origin.
function hostname(text) {
  const authority = text?.includes("://") ? text.split("/")[2] : text;
  return authority?.split(":")[0];
}

function sidOf(cookie) {
  const found = cookie
    ?.split(";")
    .map((part) => part.trim())
    .find((part) => part.startsWith("sid="));
  return found && decodeURIComponent(found.slice("sid=".length));
}

async function userInfo(site, sid) {
  const headers = { Cookie: `sid=${encodeURIComponent(sid)}`, "X-Frappe-Site-Name": site };
  const secret = await redis.get("socketio_auth_secret");
  if (secret) headers["X-Frappe-Socket-Secret"] = secret;
  const url = `http://127.0.0.1:${webPort}/api/method/frappe.realtime.get_user_info`;
  const response = await fetch(url, { headers });
  if (!response.ok) throw new Error(response.statusText);
  return (await response.json()).message;
}

async function authenticate(socket, next) {
  const { host, origin, cookie } = socket.request.headers;
  const site = socket.nsp.name.slice(1);
  if (site !== hostname(origin ?? host)) return next(new Error("Invalid namespace"));
  if (hostname(host) !== hostname(origin)) return next(new Error("Invalid origin"));
  const sid = sidOf(cookie);
  if (!sid) return next(new Error("Missing cookie"));
  try {
    Object.assign(socket, await userInfo(site, sid));
  } catch (error) {
    return next(new Error(`Unauthorized: ${error}`));
  }
  return next(socket.user ? undefined : new Error("Unauthorized"));
}

function onConnection(socket) {
  socket.join(`user:${socket.user}`);
  socket.join("website");
  if (socket.user_type === "System User") socket.join("all");
  socket.on("task_subscribe", (task) => socket.join(`task_progress:${task}`));
  socket.on("ping", () => socket.emit("pong"));
}

const http = createServer();
const io = new Server(http, {
  cors: { origin: true, credentials: true },
  cleanupEmptyChildNamespaces: true,
});
const sites = io.of(/^\/.*$/);
sites.use(authenticate);
sites.on("connection", onConnection);

// Echo and bare connections are asked of "/", where nobody is anybody.
io.on("connection", (socket) => {
  socket.on("echo", (said, answer) => answer(said));
});

const subscriber = redis.duplicate();
await subscriber.connect();
await subscriber.subscribe("events", (text) => {
  const { event, message, namespace, room } = JSON.parse(text);
  if (room) io.of(`/${namespace}`).to(room).emit(event, message);
  else sites.emit(event, message);
});

http.listen(port, "127.0.0.1", 511, () => {
  console.log(`Realtime service listening on: ws://127.0.0.1:${port}`);
});
