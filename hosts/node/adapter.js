// Who is in which room of one site: the mirror that handlers read, and the way their broadcasts
// and joins go. Shaped as socket.io's in-memory adapter, because apps read and wrap it.
// Source: spec/frappe-realtime.md 8.2.
"use strict";

const { EventEmitter } = require("events");

class Adapter extends EventEmitter {
  constructor(nsp, host) {
    super();
    this.nsp = nsp;
    // Room to the ids of its sockets, and the other way round.
    this.rooms = new Map();
    this.sids = new Map();
    Object.defineProperty(this, "host", { value: host });
  }

  // Joins, here at once and at the server.
  addAll(id, rooms) {
    this.host.reach(this.nsp);
    const joined = [...rooms].map(String).filter((room) => !this.sids.get(id)?.has(room));
    for (const room of joined) this.mirrorJoin(id, room);
    if (joined.length > 0) this.host.tellRooms("join", this.nsp, id, joined);
  }

  del(id, room) {
    this.host.reach(this.nsp);
    if (this.mirrorLeave(id, String(room))) {
      this.host.tellRooms("leave", this.nsp, id, [String(room)]);
    }
  }

  // The socket is gone: the server knows.
  delAll(id) {
    for (const room of [...(this.sids.get(id) ?? [])]) this.mirrorLeave(id, room);
    this.sids.delete(id);
  }

  mirrorJoin(id, room) {
    if (!this.sids.has(id)) this.sids.set(id, new Set());
    if (!this.rooms.has(room)) {
      this.rooms.set(room, new Set());
      this.emit("create-room", room);
    }
    this.sids.get(id).add(room);
    if (this.rooms.get(room).has(id)) return;
    this.rooms.get(room).add(id);
    this.emit("join-room", room, id);
  }

  mirrorLeave(id, room) {
    this.sids.get(id)?.delete(room);
    const members = this.rooms.get(room);
    if (!members?.delete(id)) return false;
    this.emit("leave-room", room, id);
    if (members.size > 0) return true;
    this.rooms.delete(room);
    this.emit("delete-room", room);
    return true;
  }

  // `packet.data` is the event's name and its arguments.
  broadcast(packet, { rooms, except, flags = {} }) {
    const [event, ...args] = packet.data;
    this.host.emitEvent(this.nsp, event, args, {
      rooms: [...rooms],
      except: [...(except ?? [])],
      volatile: flags.volatile,
    });
  }

  socketRooms(id) {
    return this.sids.get(id);
  }

  sockets(rooms) {
    const selected = this.select({ rooms, except: new Set() });
    return Promise.resolve(new Set(selected.map(({ id }) => id)));
  }

  fetchSockets(options) {
    return Promise.resolve(this.select(options));
  }

  // The sockets in one of `rooms` (all, if there are none) and in none of `except`.
  select({ rooms, except = new Set() }) {
    const left = new Set([...except].flatMap((room) => [...(this.rooms.get(room) ?? [])]));
    const ids =
      rooms.size === 0
        ? [...this.nsp.sockets.keys()]
        : [...new Set([...rooms].flatMap((room) => [...(this.rooms.get(room) ?? [])]))];
    return ids
      .filter((id) => !left.has(id))
      .map((id) => this.nsp.sockets.get(id))
      .filter(Boolean);
  }

  serverCount() {
    return Promise.resolve(1);
  }
}

module.exports = { Adapter };
