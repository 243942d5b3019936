// `socket.to(…)`, `nsp.except(…)` and what follows them: an event for many.
"use strict";

const kReserved = new Set([
  "connect",
  "connect_error",
  "disconnect",
  "disconnecting",
  "newListener",
  "removeListener",
]);

function checkName(event) {
  if (kReserved.has(event)) throw new Error(`"${String(event)}" is a reserved event name`);
}

// Immutable: every step makes another.
class BroadcastOperator {
  constructor(adapter, rooms = new Set(), except = new Set(), flags = {}) {
    this.adapter = adapter;
    this.rooms = rooms;
    this.exceptRooms = except;
    this.flags = flags;
  }

  to(room) {
    const rooms = new Set([...this.rooms, ...[room].flat().map(String)]);
    return new BroadcastOperator(this.adapter, rooms, this.exceptRooms, this.flags);
  }

  in(room) {
    return this.to(room);
  }

  except(room) {
    const except = new Set([...this.exceptRooms, ...[room].flat().map(String)]);
    return new BroadcastOperator(this.adapter, this.rooms, except, this.flags);
  }

  #with(flags) {
    const all = { ...this.flags, ...flags };
    return new BroadcastOperator(this.adapter, this.rooms, this.exceptRooms, all);
  }

  compress(compress) {
    return this.#with({ compress });
  }

  get volatile() {
    return this.#with({ volatile: true });
  }

  // There is one server.
  get local() {
    return this.#with({ local: true });
  }

  timeout(timeout) {
    return this.#with({ timeout });
  }

  emit(event, ...args) {
    checkName(event);
    const options = { rooms: this.rooms, except: this.exceptRooms, flags: this.flags };
    if (typeof args.at(-1) !== "function") {
      const packet = { type: 2, nsp: this.adapter.nsp.name, data: [event, ...args] };
      this.adapter.broadcast(packet, options);
      return true;
    }
    const callback = args.pop();
    this.adapter.host.emitEvent(this.adapter.nsp, event, args, {
      rooms: [...this.rooms],
      except: [...this.exceptRooms],
      timeout: this.flags.timeout,
      acked: ({ complete, args: responses = [] }) =>
        callback(complete ? null : new Error("operation has timed out"), responses),
    });
    return true;
  }

  emitWithAck(event, ...args) {
    return new Promise((resolve, reject) => {
      this.emit(event, ...args, (error, responses) => {
        if (!error) return resolve(responses);
        error.responses = responses;
        return reject(error);
      });
    });
  }

  fetchSockets() {
    return this.adapter.fetchSockets({ rooms: this.rooms, except: this.exceptRooms });
  }

  #each(fn) {
    for (const socket of this.adapter.select({ rooms: this.rooms, except: this.exceptRooms })) {
      fn(socket);
    }
  }

  socketsJoin(rooms) {
    this.#each((socket) => socket.join(rooms));
  }

  socketsLeave(rooms) {
    this.#each((socket) => [rooms].flat().forEach((room) => socket.leave(room)));
  }

  disconnectSockets(close = false) {
    this.#each((socket) => socket.disconnect(close));
  }
}

module.exports = { BroadcastOperator, checkName };
