// The official client, with a log of what it saw that fits into memory after millions of messages.

import { createHash } from "node:crypto";

import { officialSocket } from "../../e2e/lib/clients.mjs";

const kBrowser = { "User-Agent": "Mozilla/5.0 (X11; Linux x86_64)" };
// Comes back soon, and always.
const kReconnection = { reconnectionDelay: 50, reconnectionDelayMax: 400 };
const kAgainMs = 200;

// What a message is sent with, so that one that was harmed is known.
export function sumOf(id, pad) {
  return createHash("sha1").update(`${id} ${pad}`).digest("hex").slice(0, 12);
}

export class TortureClient {
  // As checker.mjs reads it.
  log = [];
  // CONNECT_ERRORs, by their message.
  refusals = new Map();
  #wanted;
  #asked = new Set();
  #answersDue = 0;
  #isClosed = false;
  #lostAt = Date.now();

  // `who`: {name, site, user, mode, rooms, wanted}: `wanted` are the rooms to subscribe to.
  constructor(installation, who) {
    Object.assign(this, who, { installation });
    this.#wanted = new Set(who.wanted);
  }

  open() {
    const { site, mode, installation, user } = this;
    const { sid } = installation.user(site, user);
    const options = { site, sid, mode, headers: kBrowser, client: kReconnection };
    const { socket, agent } = officialSocket(installation.clientProxy, site, options);
    Object.assign(this, { socket, agent });
    socket.on("connect", () => this.#onConnect());
    socket.on("disconnect", (reason) => this.#onDisconnect(reason));
    socket.on("connect_error", (error) => this.#onRefused(error));
    socket.on("torture", (message) => this.#onMessage(message));
  }

  // Connected, and every question about a subscription is answered.
  get isSettled() {
    return this.socket.connected && this.#answersDue === 0;
  }

  // From now on these rooms and no others.
  want(rooms) {
    this.#wanted = new Set(rooms);
    if (this.socket.connected) this.#subscribe();
  }

  close() {
    this.#isClosed = true;
    this.socket?.disconnect();
    this.socket?.io.engine?.close();
    this.agent?.destroy();
  }

  #onConnect() {
    const { recovered } = this.socket;
    const { epoch, weather, inherits } = this.installation;
    const isClear = !weather.wasBadSince(this.#lostAt);
    this.log.push({ kind: "connect", recovered, epoch, isClear, inherits });
    if (!recovered) this.#asked.clear();
    this.#subscribe();
  }

  #onDisconnect(reason) {
    this.log.push({ kind: "disconnect", reason });
    this.#answersDue = 0;
    this.#lostAt = Date.now();
    // Nobody is told to go: a server that is in trouble closes connections below Socket.IO.
    if (reason !== "io server disconnect") return;
    this.log.push({ kind: "expelled" });
    this.#again();
  }

  #onRefused({ message }) {
    // Otherwise there was no connection, and the client tries again by itself.
    if (this.socket.active) return;
    this.refusals.set(message, (this.refusals.get(message) ?? 0) + 1);
    this.#again();
  }

  #again() {
    setTimeout(() => this.#isClosed || this.socket.connect(), kAgainMs);
  }

  #onMessage({ id, pad, sum }) {
    this.log.push(sum === sumOf(id, pad) ? id : { kind: "damaged" });
  }

  #subscribe() {
    for (const room of this.#asked) if (!this.#wanted.has(room)) this.#ask("unsubscribe", room);
    for (const room of this.#wanted) this.#ask("subscribe", room);
    this.#asked = new Set(this.#wanted);
  }

  #ask(what, room) {
    const [begins, done] = what === "subscribe" ? ["asks", "joined"] : ["leaves", "left"];
    const [kind, ...names] = room.split(/[:/]/);
    this.log.push({ kind: begins, room });
    ++this.#answersDue;
    const { id } = this.socket;
    this.socket.emit(`${kind}_${what}`, ...names, ({ ok }) => {
      if (this.socket.id !== id) return;
      --this.#answersDue;
      this.log.push({ kind: ok ? done : "refused", room });
    });
  }
}
