// The official client, connected as a browser behind bench's nginx is: Host is the site's, Origin
// and X-Frappe-Site-Name are set by the proxy. Source: frappe-realtime §10.1.

import { randomBytes } from "node:crypto";
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";

import { Journal, within } from "./journal.mjs";
import { ioOf, kNewest } from "./official.mjs";

export const kModes = ["default", "polling", "websocket"];

const kTransports = { default: undefined, polling: ["polling"], websocket: ["websocket"] };
const kMarker = "e2e_marker";

export class Client {
  // What the user of the client sees, in order: {kind: connect|disconnect|connect_error|event,
  // ...}.
  journal;
  // Socket.IO packets as they came over the wire, as text.
  wire;

  // Opens a connection without waiting for it. `sid` and `token` are credentials, null for none.
  // `server`: {port}, and behind TLS {scheme: "https", tls: options of its agent}.
  // `host` is the name the browser uses; `headers` are added last, undefined removes one.
  // `release` is the client's.
  static open(scope, server, options) {
    const client = new Client();
    const { name = "client", namespace = options.site, mode = "default" } = options;
    client.name = name;
    client.mode = mode;
    client.site = options.site;
    client.journal = new Journal(`events of ${name}`);
    client.wire = new Journal(`packets of ${name}`);
    client.#connect(scope, server, namespace, options);
    return client;
  }

  // Opens a connection and waits until it is connected and, in mode default, upgraded.
  static async connect(scope, server, options) {
    const client = Client.open(scope, server, options);
    await client.connected();
    await client.upgraded();
    return client;
  }

  async connected(ms) {
    const settled = (entry) => entry.kind === "connect" || entry.kind === "connect_error";
    const entry = await this.journal.wait(settled, "connect", { ms });
    if (entry.kind === "connect_error")
      throw new Error(`${this.name}: connect_error ${entry.message}`);
    return entry;
  }

  // The message of the first connect_error; fails when the client connects instead.
  async refused(ms) {
    const settled = (entry) => entry.kind === "connect" || entry.kind === "connect_error";
    const entry = await this.journal.wait(settled, "connect_error", { ms });
    if (entry.kind === "connect")
      throw new Error(`${this.name}: connected, a refusal was expected`);
    return entry.message;
  }

  async upgraded() {
    if (this.mode !== "default") return;
    const { engine } = this.socket.io;
    if (engine.transport.name === "websocket") return;
    const done = new Promise((resolve) => engine.once("upgrade", resolve));
    await within(15_000, `the upgrade of ${this.name}`, done);
  }

  get transport() {
    return this.socket.io.engine.transport.name;
  }

  emit(event, ...args) {
    this.socket.emit(event, ...args);
  }

  // Emits and fulfils with what the server acknowledges.
  ask(event, ...args) {
    const answer = new Promise((resolve) => this.socket.emit(event, ...args, resolve));
    return within(15_000, `the acknowledgement of ${event}`, answer);
  }

  // The arguments of an event whose arguments `predicate` accepts, from index `from` of the journal
  // on.
  async waitFor(event, predicate = () => true, { from = 0, ms } = {}) {
    const matches = (entry) =>
      entry.kind === "event" && entry.event === event && predicate(...entry.args);
    return (await this.journal.wait(matches, `event ${event}`, { from, ms })).args;
  }

  // The server answers the events of one connection in order, so what was emitted before is done
  // after. Permission calls are the exception: they go on in the background.
  async pingPong() {
    const from = this.journal.length;
    this.emit("ping");
    await this.waitFor("pong", () => true, { from });
  }

  // Everything but the first connect, for the test that nothing was noticed.
  get disturbances() {
    return this.journal.entries.filter(({ kind }) => kind !== "event").slice(1);
  }

  close() {
    this.socket?.disconnect();
    this.socket?.io.engine?.close();
    this.agent?.destroy();
  }

  #connect(scope, server, namespace, options) {
    scope.defer(this.name, () => this.close());
    const { socket, agent } = officialSocket(server, namespace, options);
    Object.assign(this, { socket, agent });
    // Whom Crema numbers events for from the first one on; the others once they show that they
    // were given a private id, which releases before 4.6 do not.
    const { mode = "default", headers = {} } = options;
    const product = headers["User-Agent"] ?? (mode === "websocket" ? "" : "node-XMLHttpRequest");
    this.understood = /^(Mozilla|node)/.test(product);
    this.#record();
  }

  #record() {
    const { socket, journal } = this;
    socket.on("connect", () => {
      journal.push({ kind: "connect", id: socket.id, recovered: socket.recovered });
    });
    socket.on("disconnect", (reason) => journal.push({ kind: "disconnect", reason }));
    socket.on("connect_error", (error) =>
      journal.push({ kind: "connect_error", message: error.message }),
    );
    socket.onAny((event, ...args) => {
      // What a session that may be recovered gets has its number behind its arguments.
      if (this.numbered) args.pop();
      journal.push({ kind: "event", event, args });
    });
    const tap = () => {
      socket.io.engine.on("packet", ({ type, data }) => {
        if (type !== "message") return;
        if (/^0[^{]*\{.*"pid":/.test(data)) {
          this.numbered = this.understood || socket._pid !== undefined;
        }
        this.wire.push(data);
      });
    };
    tap();
    socket.io.on("reconnect_attempt", () => setImmediate(tap));
  }
}

// A socket of the official client that has begun to connect, and the agent of its connections.
// Options as Client.open takes them.
export function officialSocket(server, namespace, options) {
  const { site, host = site, sid, token, mode = "default", headers = {}, client = {} } = options;
  const { scheme = "http", port, tls } = server;
  const Agent = scheme === "https" ? HttpsAgent : HttpAgent;
  const agent = new Agent({ lookup: lookupLoopback, keepAlive: true, ...tls });
  const sent = {
    Origin: `${scheme}://${host}:${port}`,
    "X-Frappe-Site-Name": site,
    Cookie: sid == null ? undefined : `sid=${encodeURIComponent(sid)}`,
    Authorization: token == null ? undefined : `token ${token}`,
    ...headers,
  };
  const extraHeaders = Object.fromEntries(
    Object.entries(sent).filter(([, value]) => value !== undefined),
  );
  const transports = kTransports[mode];
  const url = `${scheme}://${host}:${port}/${namespace}`;
  const socket = ioOf(options.release ?? kNewest)(url, {
    forceNew: true,
    agent,
    extraHeaders,
    ...(transports && { transports }),
    ...client,
  });
  return { socket, agent };
}

// What each of `clients` received because of `act`: {name: [[event, ...args], ...]}. The end is a
// marker published after it to every socket, so nothing that should have arrived is missed and
// nothing that should not is overlooked. Disconnects and the like are listed as [kind, ...].
export async function deliveries(clients, redis, act) {
  // What was published earlier, for others too, has arrived when this marker has.
  const starts = await mark(clients, redis, []);
  await act();
  const ends = await mark(clients, redis, starts);
  const received = clients.map((client, i) => [
    client.name,
    client.journal
      .since(starts[i])
      .slice(0, ends[i] - starts[i])
      .filter(({ event }) => event !== kMarker)
      .map(summary),
  ]);
  return Object.fromEntries(received);
}

// Publishes a marker to every socket and fulfils with its place in each client's journal.
async function mark(clients, redis, starts) {
  const marker = randomBytes(8).toString("hex");
  await redis.publish({ event: kMarker, message: marker });
  const isMarker = (value) => value === marker;
  return Promise.all(
    clients.map(async (client, i) => {
      const from = starts[i] ?? 0;
      await client.waitFor(kMarker, isMarker, { from });
      const entries = client.journal.since(from);
      return from + entries.findIndex(({ event, args }) => event === kMarker && isMarker(args[0]));
    }),
  );
}

function summary(entry) {
  if (entry.kind === "event") return [entry.event, ...entry.args];
  return [entry.kind, entry.reason ?? entry.message ?? entry.id];
}

// Every name is this machine: the client keeps the site's name in the URL and so in Host.
function lookupLoopback(_name, options, callback) {
  if (options.all) callback(null, [{ address: "127.0.0.1", family: 4 }]);
  else callback(null, "127.0.0.1", 4);
}
