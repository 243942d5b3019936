// One HTTP connection byte for byte: what is written is exactly what a test says, and an answer is
// read to its end by the framing it announces.

import { connect } from "node:net";

import { within } from "./journal.mjs";

const kDeadlineMs = 15_000;

export class HttpWire {
  #buffer = Buffer.alloc(0);
  #closed = false;
  #wake = () => {};

  static open(scope, server) {
    const wire = new HttpWire();
    const where = server.path ? { path: server.path } : { port: server.port, host: "127.0.0.1" };
    wire.socket = connect({ ...where, noDelay: true });
    scope.defer("an HTTP connection", () => wire.socket.destroy());
    wire.socket.on("data", (chunk) => {
      wire.#buffer = Buffer.concat([wire.#buffer, chunk]);
      wire.#wake();
    });
    wire.socket.on("error", () => {});
    wire.socket.on("close", () => {
      wire.#closed = true;
      wire.#wake();
    });
    return wire;
  }

  // `head`: {method, path, headers: [[name, value], …]}, written in that order and spelling.
  request({ method = "GET", path, headers = [], body }) {
    const lines = [["Host", "a.localhost"], ...headers];
    if (body !== undefined && !headers.some(([name]) => /^transfer-encoding$/i.test(name)))
      lines.push(["Content-Length", Buffer.byteLength(body)]);
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
    this.write(`${method} ${path} HTTP/1.1\r\n${head}\r\n`);
    if (body !== undefined) this.write(body);
    return this.answer(method);
  }

  write(bytes) {
    this.socket.write(bytes);
  }

  abort() {
    this.socket.destroy();
  }

  // The next answer: {status, headers, body}, header names in lower case, values of a repeated one
  // joined; {status: "closed"} when the connection ends without one.
  answer(method = "GET") {
    return within(kDeadlineMs, `an answer to ${method}`, this.#read(method));
  }

  async #read(method) {
    const head = await this.#until(() => this.#takeHead());
    if (!head) return { status: "closed" };
    const bodiless = method === "HEAD" || head.status < 200 || [204, 304].includes(head.status);
    if (bodiless) return { ...head, body: "" };
    const { headers } = head;
    const length = headers["content-length"];
    let body;
    if (/chunked/i.test(headers["transfer-encoding"] ?? "")) body = await this.#chunked();
    else if (length !== undefined) body = await this.#until(() => this.#take(Number(length)));
    else body = await this.#until(() => (this.#closed ? this.#take(this.#buffer.length) : null));
    return { ...head, body: body ?? "cut short" };
  }

  async #chunked() {
    const parts = [];
    for (;;) {
      const size = await this.#until(() => this.#takeLine());
      if (size === null) return null;
      const part = await this.#until(() => this.#take(parseInt(size, 16) + 2));
      if (part === null) return null;
      if (part.length === 2) return Buffer.concat(parts);
      parts.push(part.subarray(0, -2));
    }
  }

  // What `take` returns as soon as it is not null; null when the connection ends before.
  async #until(take) {
    for (;;) {
      const taken = take();
      if (taken !== null || this.#closed) return taken;
      await new Promise((resolve) => (this.#wake = resolve));
    }
  }

  #take(size) {
    if (this.#buffer.length < size) return null;
    const taken = this.#buffer.subarray(0, size);
    this.#buffer = this.#buffer.subarray(size);
    return taken;
  }

  #takeLine() {
    const end = this.#buffer.indexOf("\r\n");
    return end < 0 ? null : this.#take(end + 2).toString("latin1", 0, end);
  }

  #takeHead() {
    const end = this.#buffer.indexOf("\r\n\r\n");
    if (end < 0) return null;
    const [start, ...lines] = this.#take(end + 4)
      .toString("latin1", 0, end)
      .split("\r\n");
    const headers = {};
    for (const line of lines) {
      const [, name, value] = /^([^:]+):\s*(.*)$/.exec(line);
      const key = name.toLowerCase();
      headers[key] = key in headers ? `${headers[key]}, ${value}` : value;
    }
    return { status: Number(start.split(" ")[1]), headers };
  }
}
