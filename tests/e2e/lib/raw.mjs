// HTTP and WebSocket without a client library, for input that no client library would send.

import { randomBytes } from "node:crypto";
import { request } from "node:http";
import { connect } from "node:net";

import { encodeFrame, kOpcode, takeFrame } from "./frames.mjs";
import { Journal, within } from "./journal.mjs";

export { kOpcode };

const kEngine = "/socket.io/?EIO=4";

// The headers of a browser behind bench's nginx.
export function siteHeaders({ site, sid, host = site, origin = `http://${site}` }) {
  const headers = { Host: host, Origin: origin, "X-Frappe-Site-Name": site };
  if (sid !== undefined) headers.Cookie = `sid=${encodeURIComponent(sid)}`;
  return headers;
}

// One HTTP request on its own connection: {status, headers, body}.
export function http(server, { method = "GET", path, headers = {}, body }) {
  const answer = new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port: server.port, method, path, headers, agent: false };
    const asked = request(options, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        resolve({ status: response.statusCode, headers: response.headers, body: text });
      });
    });
    asked.once("error", reject);
    asked.end(body);
  });
  return within(15_000, `an answer to ${method} ${path}`, answer);
}

// Writes `bytes` (with `end`: and closes its side) and fulfils with all that came until the server
// closed the connection.
export function exchange(server, bytes, { ms = 15_000, end = false } = {}) {
  const chunks = [];
  const socket = connect({ port: server.port, host: "127.0.0.1" });
  const ended = new Promise((resolve) => {
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("error", () => {});
    socket.on("close", () => resolve(Buffer.concat(chunks).toString("latin1")));
  });
  if (end) socket.end(bytes);
  else socket.write(bytes);
  return within(ms, "the server closing the connection", ended).finally(() => socket.destroy());
}

// Writes `text` a byte at a time. Fulfils with what came until the server closed the connection,
// which has to be before the last byte, and after how many milliseconds that was.
export async function drip(server, text, everyMs) {
  const socket = connect({ port: server.port, host: "127.0.0.1", noDelay: true });
  const chunks = [];
  let at = 0;
  const dripping = setInterval(() => at < text.length && socket.write(text[at++]), everyMs);
  const begin = performance.now();
  const closed = new Promise((resolve) => {
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("error", () => {});
    socket.on("close", resolve);
  });
  try {
    await within(everyMs * text.length, "the server closing the connection", closed);
  } finally {
    clearInterval(dripping);
    socket.destroy();
  }
  return { answer: Buffer.concat(chunks).toString("latin1"), ms: performance.now() - begin };
}

// A polling session, one request at a time.
export class PollingSession {
  static async open(server, headers = {}) {
    const session = new PollingSession();
    session.server = server;
    session.headers = headers;
    const opened = await http(server, { path: `${kEngine}&transport=polling`, headers });
    if (opened.status !== 200)
      throw new Error(`handshake answered ${opened.status} ${opened.body}`);
    session.openPacket = JSON.parse(opened.body.slice(1));
    session.sid = session.openPacket.sid;
    session.path = `${kEngine}&transport=polling&sid=${session.sid}`;
    return session;
  }

  get() {
    return http(this.server, { path: this.path, headers: this.headers });
  }

  post(body, headers = { "Content-Type": "text/plain;charset=UTF-8" }) {
    return http(this.server, {
      method: "POST",
      path: this.path,
      headers: { ...this.headers, ...headers },
      body,
    });
  }

  // Joins the site's namespace; the answers of all polls are kept in `received`.
  async join(site) {
    await this.post(`40/${site},`);
    const { body } = await this.get();
    if (!body.startsWith(`40/${site},{"sid"`)) throw new Error(`not joined: ${body}`);
  }
}

export class RawWebSocket {
  // The head of the answer to the handshake.
  head;
  // Frames from the server: {opcode, payload, text}.
  frames = new Journal("frames of a raw WebSocket");
  #buffer = Buffer.alloc(0);
  #socket;

  // Connects and waits for the 101. `query` is added to the Engine.IO one.
  static async open(scope, server, { headers = {}, query = "", extensions } = {}) {
    const ws = new RawWebSocket();
    scope.defer("a raw WebSocket", () => ws.abort());
    ws.head = await ws.#handshake(server, headers, query, extensions);
    if (!ws.head.startsWith("HTTP/1.1 101")) throw new Error(`no upgrade: ${ws.head}`);
    return ws;
  }

  // Opens a session and joins the site's namespace.
  static async join(scope, server, { site, ...options }) {
    const ws = await RawWebSocket.open(scope, server, {
      headers: siteHeaders({ site, ...options }),
    });
    await ws.message((text) => text.startsWith("0{"), "the open packet");
    ws.send(`40/${site},`);
    await ws.message((text) => text.startsWith(`40/${site},{"sid"`), "the CONNECT answer");
    return ws;
  }

  send(text) {
    this.sendFrame({ payload: Buffer.from(text) });
  }

  // `frame` as encodeFrame takes it.
  sendFrame(frame) {
    this.#socket.write(encodeFrame(frame));
  }

  sendBytes(bytes) {
    this.#socket.write(bytes);
  }

  // The text of a message that `predicate` accepts, from index `from` of `frames` on. Fails at once
  // when the connection ends before.
  async message(predicate, what, { from = 0, ms } = {}) {
    const matches = ({ opcode, text }) => opcode === kOpcode.text && predicate(text);
    const found = this.frames.wait(matches, what, { from, ms });
    const ended = this.closed.then(() => {
      const present = this.frames.since(from).find(matches);
      if (present) return present;
      throw new Error(`the connection ended before ${what}; got ${JSON.stringify(this.messages)}`);
    });
    found.catch(() => {});
    ended.catch(() => {});
    return (await Promise.race([found, ended])).text;
  }

  // Texts of all messages so far but Engine.IO pings.
  get messages() {
    return this.frames.entries
      .filter((f) => f.opcode === kOpcode.text && f.text !== "2")
      .map((f) => f.text);
  }

  // Fulfils with the close code that the server sent (undefined for none) when the connection has
  // ended. A close frame is answered, as a correct client does.
  async ended(ms = 15_000) {
    await within(ms, "the end of the WebSocket", this.closed);
    const close = this.frames.entries.find(({ opcode }) => opcode === kOpcode.close);
    return close && close.payload.length >= 2 ? close.payload.readUInt16BE(0) : undefined;
  }

  abort() {
    this.#socket?.destroy();
  }

  // What the server sends fills the kernel's buffers from here on, until `readOn`.
  stopReading() {
    this.#socket.pause();
  }

  readOn() {
    this.#socket.resume();
  }

  #handshake(server, headers, query, extensions) {
    const head = {
      Host: `127.0.0.1:${server.port}`,
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
      ...(extensions && { "Sec-WebSocket-Extensions": extensions }),
      ...headers,
    };
    const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}\r\n`);
    const path = `${kEngine}&transport=websocket${query}`;
    this.#socket = connect({ port: server.port, host: "127.0.0.1", noDelay: true });
    this.#socket.write(`GET ${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
    this.closed = new Promise((resolve) => this.#socket.once("close", resolve));
    this.#socket.on("error", () => {});
    return within(15_000, "the answer to a WebSocket handshake", this.#answer());
  }

  #answer() {
    let head = Buffer.alloc(0);
    return new Promise((resolve) => {
      const onData = (chunk) => {
        head = Buffer.concat([head, chunk]);
        const end = head.indexOf("\r\n\r\n");
        if (end < 0) return;
        this.#socket.off("data", onData);
        this.#socket.on("data", (more) => this.#read(more));
        resolve(head.toString("latin1", 0, end));
        this.#read(head.subarray(end + 4));
      };
      this.#socket.on("data", onData);
      this.closed.then(() => resolve(head.toString("latin1")));
    });
  }

  #read(chunk) {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    for (let frame; (frame = takeFrame(this.#buffer)) !== null;) {
      this.#buffer = this.#buffer.subarray(frame.size);
      const { opcode, payload } = frame;
      const text = opcode === kOpcode.text ? payload.toString("utf8") : undefined;
      if (text === "2") this.send("3");
      if (opcode === kOpcode.close) {
        this.sendFrame({ opcode: kOpcode.close, payload });
        this.#socket.end();
      }
      this.frames.push({ opcode, payload, text });
    }
  }
}
