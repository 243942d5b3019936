// A small Redis client: enough RESP2 to give commands, publish and subscribe.

import { connect } from "node:net";

import { within } from "./journal.mjs";

export class RespClient {
  #socket;
  #pending = [];
  #buffer = Buffer.alloc(0);
  #onPush;
  closed = false;

  static async connect(port, { onPush } = {}) {
    const client = new RespClient();
    client.#onPush = onPush;
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    client.#socket = socket;
    const opened = new Promise((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
    });
    socket.on("error", () => {});
    socket.on("data", (chunk) => client.#read(chunk));
    socket.on("close", () => client.#failPending());
    await within(5_000, "a connection to Redis", opened);
    return client;
  }

  // Arguments are strings or Buffers; fulfils with the reply (strings, numbers, null, arrays).
  command(...args) {
    if (this.closed) return Promise.reject(new Error("the connection to Redis is closed"));
    const reply = new Promise((resolve, reject) => this.#pending.push({ resolve, reject }));
    this.#socket.write(encode(args));
    return within(5_000, `Redis' reply to ${args[0]}`, reply);
  }

  close() {
    this.#socket.destroy();
  }

  #read(chunk) {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    for (;;) {
      const parsed = parse(this.#buffer, 0);
      if (parsed === null) return;
      this.#buffer = this.#buffer.subarray(parsed.next);
      this.#deliver(parsed.value);
    }
  }

  #deliver(value) {
    if (Array.isArray(value) && value[0] === "message") return this.#onPush?.(value[1], value[2]);
    const { resolve, reject } = this.#pending.shift();
    if (value instanceof Error) reject(value);
    else resolve(value);
  }

  #failPending() {
    this.closed = true;
    for (const { reject } of this.#pending.splice(0))
      reject(new Error("Redis closed the connection"));
  }
}

function encode(args) {
  const parts = [Buffer.from(`*${args.length}\r\n`)];
  for (const arg of args) {
    const bytes = Buffer.isBuffer(arg) ? arg : Buffer.from(String(arg));
    parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from("\r\n"));
  }
  return Buffer.concat(parts);
}

// One reply that starts at `at`, or null when it is not complete yet.
function parse(buffer, at) {
  const end = buffer.indexOf("\r\n", at);
  if (end < 0) return null;
  const line = buffer.toString("utf8", at + 1, end);
  const next = end + 2;
  switch (buffer[at]) {
    case 0x2b: // +
      return { value: line, next };
    case 0x2d: // -
      return { value: new Error(line), next };
    case 0x3a: // :
      return { value: Number(line), next };
    case 0x24: // $
      return parseBulk(buffer, next, Number(line));
    case 0x2a: // *
      return parseArray(buffer, next, Number(line));
    default:
      throw new Error(`unknown reply type ${buffer[at]}`);
  }
}

function parseBulk(buffer, at, length) {
  if (length < 0) return { value: null, next: at };
  if (buffer.length < at + length + 2) return null;
  return { value: buffer.toString("utf8", at, at + length), next: at + length + 2 };
}

function parseArray(buffer, at, length) {
  const items = [];
  for (let i = 0; i < length; ++i) {
    const item = parse(buffer, at);
    if (item === null) return null;
    items.push(item.value);
    at = item.next;
  }
  return { value: items, next: at };
}
