// What a handlers.js is given: a client on one site. Shaped as socket.io's server-side Socket with
// what Frappe adds to it. Source: spec/frappe-realtime.md 8.1, 8.2.
"use strict";

const { EventEmitter } = require("events");

const { BroadcastOperator, checkName } = require("broadcast_operator.js");
const { frappeRequest } = require("frappe_request.js");
const { askPermission } = require("permission.js");

class Socket extends EventEmitter {
  constructor(host, nsp, { socket, apps, user, user_type, sid, authorization, handshake }) {
    super();
    this.setMaxListeners(0);
    Object.defineProperty(this, "host", { value: host });
    // Of listeners and middlewares: the app that added them.
    Object.defineProperty(this, "owners", { value: new WeakMap() });
    this.id = socket;
    this.nsp = nsp;
    this.server = nsp.server;
    this.adapter = nsp.adapter;
    this.connected = true;
    this.recovered = false;
    this.data = {};
    this.flags = {};
    this.fns = [];
    this.anyListeners = [];
    this.anyOutgoingListeners = [];
    this.#describe(handshake);
    // What Frappe leaves on it.
    this.user = user;
    this.user_type = user_type;
    this.site_name = nsp.site;
    this.sid = sid || undefined;
    this.authorization_header = authorization || undefined;
    this.installed_apps = apps;
    this.subscribed_documents = [];
    this.frappe_request = (path, args, opts) => frappeRequest(this, path, args, opts);
    this.has_permission = (doctype, name) => askPermission(this, doctype, name);
  }

  #describe({ headers = {}, query = "", address = "", auth = {}, time = Date.now() }) {
    const parsed = Object.fromEntries(new URLSearchParams(query));
    const url = `/socket.io/?${query}`;
    this.handshake = {
      headers,
      time: new Date(time).toString(),
      address,
      xdomain: Boolean(headers.origin),
      secure: headers["x-forwarded-proto"] === "https",
      issued: time,
      url,
      query: parsed,
      auth,
    };
    const connection = { remoteAddress: address };
    this.request = { headers, url, _query: parsed, connection, socket: connection, method: "GET" };
    this.conn = new EventEmitter();
    Object.assign(this.conn, {
      id: this.id,
      request: this.request,
      remoteAddress: address,
      readyState: "open",
      transport: { name: parsed.transport ?? "websocket", writable: true },
      writeBuffer: [],
    });
    this.client = { id: this.id, conn: this.conn, request: this.request };
  }

  get disconnected() {
    return !this.connected;
  }

  get rooms() {
    return this.adapter.socketRooms(this.id) ?? new Set();
  }

  // Whose listener it is decides who is charged for it, and what a reload removes.
  #own(fn) {
    if (typeof fn === "function" && !this.owners.has(fn)) {
      this.owners.set(fn, this.host.blame.caller());
    }
    return fn;
  }

  on(event, listener) {
    return super.on(event, this.#own(listener));
  }

  addListener(event, listener) {
    return this.on(event, listener);
  }

  once(event, listener) {
    return super.once(event, this.#own(listener));
  }

  prependListener(event, listener) {
    return super.prependListener(event, this.#own(listener));
  }

  onAny(listener) {
    this.anyListeners.push(this.#own(listener));
    return this;
  }

  prependAny(listener) {
    this.anyListeners.unshift(this.#own(listener));
    return this;
  }

  offAny(listener) {
    this.anyListeners = listener ? this.anyListeners.filter((fn) => fn !== listener) : [];
    return this;
  }

  listenersAny() {
    return this.anyListeners;
  }

  onAnyOutgoing(listener) {
    this.anyOutgoingListeners.push(this.#own(listener));
    return this;
  }

  prependAnyOutgoing(listener) {
    this.anyOutgoingListeners.unshift(this.#own(listener));
    return this;
  }

  offAnyOutgoing(listener) {
    const kept = this.anyOutgoingListeners.filter((fn) => fn !== listener);
    this.anyOutgoingListeners = listener ? kept : [];
    return this;
  }

  listenersAnyOutgoing() {
    return this.anyOutgoingListeners;
  }

  use(fn) {
    this.fns.push(this.#own(fn));
    return this;
  }

  #takeFlags() {
    const flags = this.flags;
    this.flags = {};
    return flags;
  }

  emit(event, ...args) {
    checkName(event);
    const { timeout, volatile } = this.#takeFlags();
    const callback = typeof args.at(-1) === "function" ? args.pop() : undefined;
    for (const listener of this.anyOutgoingListeners) listener(event, ...args);
    if (!this.connected) return true;
    const options = { socket: this.id, volatile, timeout };
    if (callback) options.acked = (answer) => this.#acked(callback, timeout, answer);
    this.host.emitEvent(this.nsp, event, args, options);
    return true;
  }

  // Without a time limit a callback is called when the client answers, or not at all.
  #acked(callback, timeout, { error, args }) {
    if (timeout === undefined) return error ? undefined : callback(...args);
    return error ? callback(new Error("operation has timed out")) : callback(null, ...args);
  }

  emitWithAck(event, ...args) {
    const hasTimeout = this.flags.timeout !== undefined;
    return new Promise((resolve, reject) => {
      const settle = (error, value) => (error ? reject(error) : resolve(value));
      this.emit(event, ...args, hasTimeout ? settle : resolve);
    });
  }

  send(...args) {
    this.emit("message", ...args);
    return this;
  }

  write(...args) {
    return this.send(...args);
  }

  join(rooms) {
    if (this.connected) this.adapter.addAll(this.id, new Set([rooms].flat()));
  }

  leave(room) {
    this.adapter.del(this.id, room);
  }

  #operator() {
    return new BroadcastOperator(this.adapter, new Set(), new Set([this.id]), this.#takeFlags());
  }

  to(room) {
    return this.#operator().to(room);
  }

  in(room) {
    return this.#operator().in(room);
  }

  except(room) {
    return this.#operator().except(room);
  }

  get broadcast() {
    return this.#operator();
  }

  get local() {
    return this.#operator().local;
  }

  get volatile() {
    this.flags.volatile = true;
    return this;
  }

  compress(compress) {
    this.flags.compress = compress;
    return this;
  }

  timeout(ms) {
    this.flags.timeout = ms;
    return this;
  }

  disconnect(close = false) {
    if (!this.connected) return this;
    this.host.reach(this.nsp);
    this.host.tell({ type: "disconnect", site: this.nsp.site, socket: this.id, close });
    this.closed("server namespace disconnect");
    return this;
  }

  // --- for the host ---

  // The client has sent an event.
  received(event, args, ack) {
    const all = ack === undefined ? args : [...args, this.host.acknowledger(this, ack)];
    for (const listener of [...this.anyListeners]) this.#call(listener, event, [event, ...all]);
    if (this.fns.length === 0) return this.#tellListeners(event, all);
    return this.#throughMiddlewares([event, ...all], [...this.fns]);
  }

  #throughMiddlewares(packet, fns) {
    const fn = fns.shift();
    if (!fn) {
      const [event, ...args] = packet;
      return this.connected ? this.#tellListeners(event, args) : undefined;
    }
    const next = (error) => {
      if (error) return this.#failed(error);
      return this.#throughMiddlewares(packet, fns);
    };
    return this.#call(fn, packet[0], [packet, next]);
  }

  #failed(error) {
    if (this.listenerCount("error") > 0) return this.#tellListeners("error", [error]);
    return this.host.report(error, { event: "error" });
  }

  // One listener's throw keeps none of the others from their turn.
  #tellListeners(event, args) {
    for (const listener of this.rawListeners(event)) this.#call(listener, event, args);
  }

  #call(listener, event, args) {
    const app = this.owners.get(listener.listener ?? listener) ?? this.host.blame.last;
    this.host.call(app, listener, this, args, { event, site: this.nsp.site });
  }

  closed(reason) {
    if (!this.connected) return;
    this.#tellListeners("disconnecting", [reason]);
    this.adapter.delAll(this.id);
    this.nsp.sockets.delete(this.id);
    this.host.forgetIfEmpty(this.nsp);
    this.connected = false;
    this.conn.readyState = "closed";
    this.#tellListeners("disconnect", [reason]);
  }

  // Forgets what apps that `isTheirs(app)` accepts have added.
  removeHandlers(isTheirs) {
    const kept = (fn) => !isTheirs(this.owners.get(fn.listener ?? fn));
    for (const event of this.eventNames()) {
      for (const listener of this.rawListeners(event)) {
        if (!kept(listener)) this.removeListener(event, listener);
      }
    }
    this.fns = this.fns.filter(kept);
    this.anyListeners = this.anyListeners.filter(kept);
    this.anyOutgoingListeners = this.anyOutgoingListeners.filter(kept);
  }
}

module.exports = { Socket };
