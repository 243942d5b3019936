// The official engine.io-client, which knows nothing of Socket.IO: its messages are our packets.

import { Journal, within } from "./journal.mjs";
import { engineOf } from "./official.mjs";
import { siteHeaders } from "./raw.mjs";

const kHost = "127.0.0.1";
const kTransports = { polling: ["polling"], websocket: ["websocket"] };

export class EngineClient {
  // Messages in order, then "close: <reason>".
  messages = new Journal("messages of an engine.io-client");

  // Opens a session and, in mode default, waits for the upgrade. `site` and `sid` go into headers.
  static async open(scope, server, { release, mode, site, sid }) {
    const client = new EngineClient();
    const Socket = engineOf(release);
    const socket = new Socket(`ws://${kHost}:${server.port}`, {
      path: "/socket.io/",
      // The client writes Host itself when it polls: the origin has to agree with that.
      extraHeaders: siteHeaders({ site, sid, host: kHost, origin: `http://${kHost}` }),
      ...(kTransports[mode] && { transports: kTransports[mode] }),
    });
    client.socket = socket;
    scope.defer("an engine.io-client", () => socket.close());
    socket.on("message", (data) => client.messages.push(data));
    client.closed = new Promise((resolve) => socket.once("close", resolve));
    const ready = new Promise((resolve, reject) => {
      socket.once(mode === "default" ? "upgrade" : "open", resolve);
      socket.once("error", reject);
    });
    await within(15_000, `engine.io-client ${release} by ${mode}`, ready);
    return client;
  }

  get transport() {
    return this.socket.transport.name;
  }

  send(packet) {
    this.socket.send(packet);
  }

  message(predicate, what) {
    return this.messages.wait(predicate, what);
  }
}
