// A client made of two plain sockets that goes through a connection's life step by step and can
// stop at any of them. Thousands fit into one process: nothing is kept but what was not looked at.

import { once } from "node:events";
import { connect } from "node:net";

import { encodeFrame } from "./frames.mjs";
import { within } from "./journal.mjs";
import { siteHeaders } from "./raw.mjs";

const kDeadlineMs = 30_000;
const kPath = "/socket.io/?EIO=4";
const kUpgrade = [
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
];

class Wire {
  #text = "";
  #wake = () => {};

  constructor(server) {
    this.socket = connect({ port: server.port, host: "127.0.0.1", noDelay: true });
    this.socket.on("error", () => {});
    this.socket.on("close", () => this.#heard("\0closed"));
    this.socket.on("data", (chunk) => this.#heard(chunk.toString("latin1")));
  }

  // A ping may come when the end is said already.
  say(bytes) {
    if (!this.socket.writableEnded) this.socket.write(bytes);
  }

  // Forgets everything up to `marker`, which has to come.
  async hear(marker) {
    const deadline = Date.now() + kDeadlineMs;
    let at;
    while ((at = this.#text.indexOf(marker)) < 0) {
      if (this.#text.endsWith("\0closed")) throw new Error(`closed before ${marker}`);
      const more = new Promise((resolve) => (this.#wake = resolve));
      await within(deadline - Date.now(), marker, more);
    }
    const heard = this.#text.slice(0, at + marker.length);
    this.#text = this.#text.slice(at + marker.length);
    return heard;
  }

  // From here on every Engine.IO ping is answered, and nothing else is kept.
  answerPings() {
    this.#heard = (text) => {
      if (text.includes("\x81\x012")) this.say(encodeFrame({ payload: Buffer.from("3") }));
    };
    this.#heard(this.#text);
    this.#text = "";
  }

  #heard = (text) => {
    this.#text += text;
    this.#wake();
  };
}

export class Visitor {
  constructor(server, { site, sid }) {
    this.server = server;
    this.site = site;
    this.headers = Object.entries(siteHeaders({ site, sid })).map(([k, v]) => `${k}: ${v}`);
    this.wires = [];
  }

  // A polling session, with its first answer read.
  async open() {
    this.polling = this.#connect();
    this.polling.say(this.#head("GET", "&transport=polling"));
    await this.polling.hear('0{"sid":"');
    this.sid = (await this.polling.hear('"')).slice(0, -1);
    await this.polling.hear("}");
  }

  holdGet() {
    this.polling.say(this.#head("GET", `&transport=polling&sid=${this.sid}`));
  }

  // A body of which less comes than was announced.
  beginPost() {
    const head = this.#head("POST", `&transport=polling&sid=${this.sid}`, ["Content-Length: 99"]);
    this.polling.say(`${head}40/`);
  }

  // A request for an upgrade that breaks off.
  beginUpgrade() {
    this.websocket = this.#connect();
    this.websocket.say(this.#upgradeHead().slice(0, -4));
  }

  async openWebSocket() {
    this.websocket = this.#connect();
    this.websocket.say(this.#upgradeHead());
    await this.websocket.hear("\r\n\r\n");
  }

  async probe() {
    this.#send("2probe");
    await this.websocket.hear("3probe");
  }

  async upgrade() {
    this.#send("5");
    this.#send(`40/${this.site},`);
    await this.websocket.hear(`40/${this.site},{"sid"`);
    await this.websocket.hear("}");
  }

  // A frame of which less comes than was announced.
  beginFrame() {
    const frame = encodeFrame({
      payload: Buffer.from(`42/${this.site},["ping","${"x".repeat(500)}"]`),
    });
    this.websocket.say(frame.subarray(0, 300));
  }

  async ping() {
    this.#send(`42/${this.site},["ping"]`);
    await this.websocket.hear('["pong"]');
  }

  stay() {
    this.websocket.answerPings();
    this.polling.socket.destroy();
  }

  async leave() {
    this.#send("1");
    this.websocket.socket.end();
    if (!this.websocket.socket.closed) await once(this.websocket.socket, "close");
  }

  // The end of both connections, by FIN or by RST.
  abandon(how) {
    for (const { socket } of this.wires) {
      if (how === "reset" && !socket.destroyed) socket.resetAndDestroy();
      else socket.destroy();
    }
  }

  #connect() {
    const wire = new Wire(this.server);
    this.wires.push(wire);
    return wire;
  }

  #send(text) {
    this.websocket.say(encodeFrame({ payload: Buffer.from(text) }));
  }

  #upgradeHead() {
    return this.#head("GET", `&transport=websocket&sid=${this.sid}`, kUpgrade);
  }

  #head(method, query, more = []) {
    const lines = [`${method} ${kPath}${query} HTTP/1.1`, ...this.headers, ...more];
    return `${lines.join("\r\n")}\r\n\r\n`;
  }
}
