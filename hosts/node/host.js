// The host: what the server says to what handlers hear, and back.
// Source: docs/protocol/apphost.md.
"use strict";

const util = require("util");

const { Apps } = require("apps.js");
const { Blame } = require("blame.js");
const { takeApart, putTogether } = require("binary.js");
const { Channel } = require("channel.js");
const { Namespace } = require("namespace.js");
const { PermissionDenied } = require("permission.js");
const { Socket } = require("socket.js");

const kMainChannel = 3;
const kVersion = 1;
const kTextMax = 16_000;

class Host {
  blame = new Blame();
  web = "";
  #channel;
  #apps = new Apps(this);
  #namespaces = new Map();
  #calls = new Map();
  #lastCall = 0;

  // `realRequire` is Node's, for apps' files. `onHello(hello)` runs before they load.
  constructor(realRequire, onHello) {
    this.require = realRequire;
    this.onHello = onHello;
    this.#channel = new Channel(kMainChannel, (head, attachments) => {
      this.#receive(head, attachments);
    });
  }

  #receive(head, attachments) {
    switch (head.type) {
      case "hello":
        return this.#hello(head);
      case "open":
        return this.#open(head);
      case "close":
        return this.#socket(head)?.closed(head.reason);
      case "join":
        return this.#mirror(head, (adapter, room) => adapter.mirrorJoin(head.socket, room));
      case "leave":
        return this.#mirror(head, (adapter, room) => adapter.mirrorLeave(head.socket, room));
      case "event":
        return this.#socket(head)?.received(
          head.event,
          putTogether(head.args, attachments),
          head.ack,
        );
      case "acked":
      case "permitted":
        return this.#answered(head, attachments);
      case "ping":
        return this.tell({ type: "pong", call: head.call });
      case "reload":
        return this.#apps.reload();
      case "shutdown":
        return process.kill(process.pid, "SIGKILL");
      default:
        throw new Error(`the server says ${head.type}`);
    }
  }

  #hello(hello) {
    this.blame.begin(hello.bench, hello.apps);
    this.web = hello.web;
    this.tell({ type: "hello", version: kVersion, runtime: `node ${process.version}` });
    this.onHello(hello);
    this.#apps.loadAll(hello.apps);
    if (hello.developer_mode) this.#apps.watch();
  }

  #open(open) {
    if (!this.#namespaces.has(open.site)) {
      this.#namespaces.set(open.site, new Namespace(open.site, this));
    }
    const nsp = this.#namespaces.get(open.site);
    const socket = new Socket(this, nsp, open);
    nsp.sockets.set(socket.id, socket);
    nsp.adapter.mirrorJoin(socket.id, socket.id);
    for (const room of open.rooms) nsp.adapter.mirrorJoin(socket.id, room);
    this.#apps.setUp(socket);
  }

  #socket({ site, socket }) {
    return this.#namespaces.get(site)?.sockets.get(socket);
  }

  #mirror(head, change) {
    if (!this.#socket(head)) return;
    for (const room of head.rooms) change(this.#namespaces.get(head.site).adapter, room);
  }

  *sockets() {
    for (const nsp of this.#namespaces.values()) yield* [...nsp.sockets.values()];
  }

  forgetIfEmpty(nsp) {
    if (nsp.sockets.size === 0 && this.#namespaces.get(nsp.site) === nsp) {
      this.#namespaces.delete(nsp.site);
    }
  }

  // --- what sockets and namespaces have sent ---

  tell(head, attachments) {
    this.#channel.send(head, attachments);
    if (this.#channel.isFull) this.#giveUp();
  }

  #giveUp() {
    process.stderr.write("the server does not read what handlers send\n");
    process.kill(process.pid, "SIGKILL");
  }

  // A call whose answer goes to `answered(head)`, in the name of the app that makes it.
  #call(answered) {
    const call = ++this.#lastCall;
    this.#calls.set(call, { answered, app: this.blame.running, site: this.blame.site });
    return call;
  }

  #answered(head, attachments) {
    const entry = this.#calls.get(head.call);
    this.#calls.delete(head.call);
    if (!entry) return;
    const answer = { ...head, args: answers(head, attachments) };
    const { answered, app, site } = entry;
    const event = "acknowledgement";
    this.call(app ?? this.blame.last, answered, null, [answer], { event, site });
  }

  ask(nsp, head) {
    this.reach(nsp);
    return new Promise((resolve) => {
      this.tell({ ...head, site: nsp.site, call: this.#call(resolve) });
    });
  }

  emitEvent(nsp, event, args, { socket, rooms, except, volatile, timeout, acked }) {
    this.reach(nsp);
    const [plain, attachments] = takeApart(args);
    const head = { type: "emit", site: nsp.site, event: String(event), args: plain };
    if (socket !== undefined) head.socket = socket;
    if (rooms?.length) head.rooms = rooms;
    if (except?.length) head.except = except;
    if (volatile) head.volatile = true;
    if (acked) {
      head.call = this.#call(acked);
      if (timeout !== undefined) head.timeout = Math.max(1, Math.round(timeout));
    }
    this.tell(head, attachments);
  }

  tellRooms(type, nsp, socket, rooms) {
    this.tell({ type, site: nsp.site, socket, rooms });
  }

  acknowledger({ nsp, id }, ack) {
    let sent = false;
    return (...args) => {
      if (sent) return;
      this.reach(nsp);
      sent = true;
      const [plain, attachments] = takeApart(args);
      this.tell({ type: "ack", site: nsp.site, socket: id, ack, args: plain }, attachments);
    };
  }

  // --- whose code it is ---

  // What runs for a site acts on no other, whatever an app keeps in its variables. Code that runs
  // for none, as a file while it loads, may act on all.
  reach(nsp) {
    const { site } = this.blame;
    if (site === undefined || site === nsp.site) return;
    throw new Error(`what runs for ${site} cannot reach ${nsp.site}`);
  }

  // Calls into an app, for a site. What it throws, now or by its promise, is reported and goes no
  // further.
  call(app, fn, self, args, { event, site }) {
    try {
      const result = this.blame.run(app, fn, self, args, site);
      if (typeof result?.then === "function") {
        result.then(undefined, (error) => this.report(error, { app, event }));
      }
    } catch (error) {
      this.report(error, { app, event });
    }
  }

  report(error, { app, event } = {}) {
    if (error instanceof PermissionDenied) return;
    const place = this.blame.fromStack(error?.stack);
    const head = { type: "error", ...place, text: this.textOf(error) };
    if (app) head.app = app;
    if (event) head.event = String(event);
    this.tell(head);
  }

  textOf(error) {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : util.inspect(error);
    return text.slice(0, kTextMax);
  }

  log(app, level, text) {
    this.tell({ type: "log", app, level, text: text.slice(0, kTextMax) });
  }
}

// Each answer to a broadcast has the next `attachments[i]` of the frame's attachments.
function answers({ args = [], attachments: counts }, attachments) {
  if (!counts) return putTogether(args, attachments);
  let at = 0;
  return args.map((arg, i) => {
    const own = attachments.slice(at, at + counts[i]);
    at += counts[i];
    return putTogether(arg, own);
  });
}

module.exports = { Host };
