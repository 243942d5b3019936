// Example programs and the official client, together.

import { join } from "node:path";

import { io as newest } from "socket.io-client";

import { Child } from "../lib/child.mjs";
import { Journal } from "../lib/journal.mjs";
import { refuseReports } from "../lib/sanitizers.mjs";
import { Scope } from "../lib/scope.mjs";

export const kFolder = process.env.CREMA_EXAMPLES ?? "build/dev/bin";
export const kListening = /msg=listening port=(\d+)/;

export const kTransports = [["polling"], ["websocket"], ["polling", "websocket"]];

export class Example {
  // `name` is a program's, without its prefix.
  static async start(t, name, { prefix = "example_", args = [] } = {}) {
    const example = new Example();
    example.scope = Scope.of(t);
    example.child = new Child(join(kFolder, `${prefix}${name}`), ["0", ...args]);
    example.scope.defer("the program", async () => {
      const { code, signal } = await example.child.stop("SIGKILL");
      refuseReports(name, example.child.stderr.entries);
      if (signal !== "SIGKILL") throw new Error(`${name} ended by itself: ${code ?? signal}`);
    });
    const line = await example.child.stderr.wait((l) => kListening.test(l), "the port");
    example.url = `http://127.0.0.1:${kListening.exec(line)[1]}`;
    return example;
  }

  // A connected client with a journal of its events, [name, ...args].
  async client(options = {}) {
    const client = this.open(options);
    await client.journal.wait(([name]) => name === "connect", "the connection");
    return client;
  }

  // `io` is that of another release of the client.
  open({ nsp = "/", io = newest, ...options } = {}) {
    const socket = io(this.url + nsp, { forceNew: true, reconnection: false, ...options });
    this.scope.defer("a client", () => socket.disconnect());
    socket.journal = new Journal("a client");
    for (const name of ["connect", "disconnect"]) {
      socket.on(name, (...args) => socket.journal.push([name, ...args]));
    }
    socket.on("connect_error", (e) => socket.journal.push(["connect_error", e.message, e.data]));
    socket.onAny((name, ...args) => socket.journal.push([name, ...args]));
    return socket;
  }
}

// The arguments of an event of that name, present or future.
export async function heard(client, name, predicate = () => true, from = 0) {
  const matches = ([each, ...args]) => each === name && predicate(...args);
  const [, ...args] = await client.journal.wait(matches, `event ${name}`, { from });
  return args;
}

// How often it was heard so far.
export const times = (client, name) => client.journal.entries.filter(([n]) => n === name).length;
