// Plays the server to a host, over the descriptors that it is really given.
// Source: docs/protocol/apphost.md.

import { spawn } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const kFolder = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const { FrameReader, encodeFrame } = createRequire(import.meta.url)("../channel.js");

// As crema/apphost/host_program.cc has it.
const kBoot =
  "const s=JSON.parse(require('fs').readFileSync(5,'utf8'));" +
  "require('vm').compileFunction(s['main.js'],['require','sources']," +
  "{filename:'crema:main.js'})(require,s)";

export class PlayedServer {
  heard = [];
  output = "";
  #waiting = [];

  // `apps`: name to the text of its handlers.js.
  static start(t, apps, { developer_mode = false } = {}) {
    const server = new PlayedServer();
    server.bench = mkdtempSync(join(tmpdir(), "crema-host-"));
    t.after(() => server.stop());
    for (const [app, text] of Object.entries(apps)) server.write(app, text);
    const sources = Object.fromEntries(
      readdirSync(kFolder)
        .filter((name) => name.endsWith(".js"))
        .map((name) => [name, readFileSync(join(kFolder, name), "utf8")]),
    );
    writeFileSync(join(server.bench, "sources"), JSON.stringify(sources));
    writeFileSync(join(server.bench, "slot"), Buffer.alloc(4, 0xff));
    const source = openSync(join(server.bench, "sources"), "r");
    const slot = openSync(join(server.bench, "slot"), "r+");
    server.process = spawn(process.execPath, ["-e", kBoot], {
      cwd: server.bench,
      stdio: ["ignore", "pipe", "pipe", "pipe", "pipe", source, slot],
    });
    for (const stream of [1, 2]) {
      server.process.stdio[stream].on("data", (bytes) => (server.output += bytes));
    }
    server.exited = new Promise((resolve) => server.process.once("exit", resolve));
    server.#listen(3);
    server.#listen(4);
    server.send({
      type: "hello",
      version: 1,
      language: "node",
      bench: server.bench,
      apps: Object.keys(apps).map((app) => ({ app, file: `apps/${app}/realtime/handlers.js` })),
      web: "http://127.0.0.1:1",
      developer_mode,
    });
    return server;
  }

  write(app, text, name = "handlers.js") {
    mkdirSync(join(this.bench, "apps", app, "realtime"), { recursive: true });
    writeFileSync(join(this.bench, "apps", app, "realtime", name), text);
  }

  #listen(descriptor) {
    const reader = new FrameReader();
    const stream = this.process.stdio[descriptor];
    stream.on("error", () => {});
    stream.on("data", (bytes) => {
      reader.feed(bytes);
      for (const [head, attachments] of reader.frames()) {
        this.heard.push({ ...head, ...(attachments.length > 0 && { attachments }) });
        this.#waiting = this.#waiting.filter((look) => !look());
      }
    });
  }

  send(head, attachments = []) {
    this.process.stdio[3].write(encodeFrame(head, attachments));
  }

  sendRaw(bytes) {
    this.process.stdio[3].write(bytes);
  }

  where() {
    this.process.stdio[4].write(encodeFrame({ type: "where" }));
  }

  open(socket, fields = {}) {
    this.send({
      type: "open",
      site: "a",
      socket,
      apps: ["frappe", "chat", "desk"],
      user: "alice@example.com",
      user_type: "System User",
      sid: "s1",
      authorization: "",
      rooms: ["all"],
      handshake: { headers: { origin: "http://a" }, query: "EIO=4", auth: { x: 1 }, time: 5 },
      again: false,
      ...fields,
    });
  }

  event(socket, event, args = [], more = {}) {
    this.send({ type: "event", site: "a", socket, event, args, ...more });
  }

  // The first message from index `from` on that `matches` accepts.
  wait(matches, from = 0) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`heard only ${JSON.stringify(this.heard)}; said ${this.output}`));
      }, 10_000);
      const look = () => {
        const found = this.heard.slice(from).find(matches);
        if (found) clearTimeout(timer);
        if (found) resolve(found);
        return Boolean(found);
      };
      if (!look()) this.#waiting.push(look);
    });
  }

  waitFor(type, fields = {}, from = 0) {
    const entries = Object.entries(fields);
    return this.wait((m) => m.type === type && entries.every(([k, v]) => m[k] === v), from);
  }

  // What was said until everything sent so far is handled.
  async settled() {
    const call = (this.pings = (this.pings ?? 0) + 1);
    this.send({ type: "ping", call });
    await this.waitFor("pong", { call });
    return this.heard;
  }

  async stop() {
    this.process.kill("SIGKILL");
    await this.exited;
    rmSync(this.bench, { recursive: true, force: true });
  }
}
