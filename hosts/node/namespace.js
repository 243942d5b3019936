// One site, as handlers see it: `socket.nsp`.
"use strict";

const { EventEmitter } = require("events");

const { Adapter } = require("adapter.js");
const { BroadcastOperator } = require("broadcast_operator.js");

class Namespace extends EventEmitter {
  constructor(site, host) {
    super();
    this.name = `/${site}`;
    this.sockets = new Map();
    Object.defineProperty(this, "site", { value: site });
    this.adapter = new Adapter(this, host);
    this.server = { of: () => this, sockets: this };
    this.setMaxListeners(0);
  }

  to(room) {
    return new BroadcastOperator(this.adapter).to(room);
  }

  in(room) {
    return this.to(room);
  }

  except(room) {
    return new BroadcastOperator(this.adapter).except(room);
  }

  get volatile() {
    return new BroadcastOperator(this.adapter).volatile;
  }

  get local() {
    return new BroadcastOperator(this.adapter).local;
  }

  compress(compress) {
    return new BroadcastOperator(this.adapter).compress(compress);
  }

  timeout(ms) {
    return new BroadcastOperator(this.adapter).timeout(ms);
  }

  emit(event, ...args) {
    return new BroadcastOperator(this.adapter).emit(event, ...args);
  }

  send(...args) {
    this.emit("message", ...args);
    return this;
  }

  emitWithAck(event, ...args) {
    return new BroadcastOperator(this.adapter).emitWithAck(event, ...args);
  }

  allSockets() {
    return Promise.resolve(new Set(this.sockets.keys()));
  }

  fetchSockets() {
    return new BroadcastOperator(this.adapter).fetchSockets();
  }

  socketsJoin(rooms) {
    new BroadcastOperator(this.adapter).socketsJoin(rooms);
  }

  socketsLeave(rooms) {
    new BroadcastOperator(this.adapter).socketsLeave(rooms);
  }

  disconnectSockets(close) {
    new BroadcastOperator(this.adapter).disconnectSockets(close);
  }

  // Who may connect is decided before handlers hear of it.
  use() {
    throw new Error("nsp.use is not available: connections are decided by Frappe");
  }
}

module.exports = { Namespace };
