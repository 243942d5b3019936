// Reads every client's log beside the ledger and says what is wrong. Pure: no clock, no network.
//
// A log is a list, in the order in which the client saw it, of
//   12                                      the torture's message of that id
//   {kind: "connect", recovered, epoch, isClear, inherits}   `epoch`: of the server's process;
//                                           `isClear`: the web process was well since the
//                                           disconnect; `inherits`: the process before was stopped
//                                           in order, and has left its sessions' rooms
//   {kind: "disconnect"}                    what was missed comes between it and the connect
//   {kind: "asks" | "joined" | "refused" | "leaves" | "left", room}   a subscription
//
// A span of a log begins where a session begins and goes on over every recovery. Within a span,
// from the first message after a room was joined to the last message of the span, each message for
// the room that Crema has surely read must be there, once and in the order of the ledger. What
// comes at the head of a membership and at the tail of a span is not known to be due; the last span
// of all ends with a message for everybody (`last`), so that it has no tail.

import { kHarmed, kSure } from "./ledger.mjs";

const kRooms = /^(?:doctype|doc):/;

// `clients`: [{name, site, rooms, log}], `rooms` those that a session is a member of from its
// beginning. `last`: the id that every log must end its last span with; undefined: none.
// Returns {delivered, lost, duplicated, leaked, acrossSites, reordered, invented, unrecovered},
// all but the first lists of texts.
export function check(ledger, clients, { last } = {}) {
  const found = {
    delivered: 0,
    lost: [],
    duplicated: [],
    leaked: [],
    acrossSites: [],
    reordered: [],
    invented: [],
    unrecovered: [],
  };
  const placesOf = indexByRoom(ledger);
  for (const client of clients) new Reader(ledger, client, placesOf, found).read(last);
  return found;
}

const roomKey = (site, room) => JSON.stringify([site, room]);

// The places of what Crema has surely read, in order, by site and room.
function indexByRoom(ledger) {
  const places = new Map();
  ledger.passed.forEach((id, place) => {
    const message = ledger.messages[id];
    if (message.certainty !== kSure || message.place !== place) return;
    const key = roomKey(message.site, message.room);
    if (!places.has(key)) places.set(key, []);
    places.get(key).push(place);
  });
  return (site, room) => places.get(roomKey(site, room)) ?? [];
}

// One client's log.
class Reader {
  #seen = new Set();
  #lastPlace = -1;
  #placeAtLoss = -1;
  // By room: {state: "in" | "maybe", since}. No `since`: no message has come since it was joined.
  #rooms = new Map();
  #epoch;

  constructor(ledger, client, placesOf, found) {
    Object.assign(this, { ledger, client, placesOf, found });
  }

  read(last) {
    for (const entry of this.client.log) {
      if (typeof entry === "number") this.#onMessage(entry);
      else this[entry.kind]?.(entry);
    }
    this.#endSpan();
    if (last !== undefined && !this.#seen.has(last)) this.#say("lost", `the last message, ${last}`);
  }

  connect({ recovered, epoch, isClear, inherits }) {
    const asked = [...this.#rooms.keys()].filter(isAskedFor);
    if (recovered) {
      // Permissions were asked for again: what the web process could not say is not known.
      if (!isClear) for (const room of asked) this.#doubt(room, this.#placeAtLoss);
    } else {
      if (epoch === this.#epoch) this.#say("unrecovered", `a session of process ${epoch}`);
      this.#beginSpan();
      if (inherits) for (const room of asked) this.#doubt(room);
    }
    this.#epoch = epoch;
  }

  disconnect() {
    this.#placeAtLoss = this.#lastPlace;
  }

  asks({ room }) {
    if (!this.#rooms.has(room)) this.#rooms.set(room, { state: "maybe" });
  }

  joined({ room }) {
    if (this.#rooms.get(room)?.state !== "in") this.#rooms.set(room, { state: "in" });
  }

  refused({ room }) {
    this.#doubt(room);
    this.#rooms.delete(room);
  }

  leaves({ room }) {
    if (this.#rooms.has(room)) this.#doubt(room);
  }

  left({ room }) {
    this.#rooms.delete(room);
  }

  #onMessage(id) {
    const message = this.ledger.messages[id];
    if (message?.certainty === kHarmed) return;
    if (message?.place === undefined) return this.#say("invented", `${id}, which Crema never got`);
    if (this.#seen.has(id)) return this.#say("duplicated", `${id} for ${message.room}`);
    this.#seen.add(id);
    ++this.found.delivered;
    if (message.site !== null && message.site !== this.client.site)
      return this.#say("acrossSites", `${id} of ${message.site}`);
    if (!this.#isMember(message.room)) this.#say("leaked", `${id} for ${message.room}`);
    if (message.place < this.#lastPlace)
      this.#say("reordered", `${id} for ${message.room} behind a later one`);
    this.#lastPlace = Math.max(this.#lastPlace, message.place);
    for (const room of this.#rooms.values()) room.since ??= message.place;
  }

  #isMember(room) {
    return room === null || this.#rooms.has(room);
  }

  #beginSpan() {
    this.#endSpan();
    this.#lastPlace = -1;
    this.#rooms = new Map(this.client.rooms.map((room) => [room, { state: "in" }]));
  }

  #endSpan() {
    for (const room of this.#rooms.keys()) this.#settle(room);
    this.#rooms.clear();
  }

  // It is a member up to `place`, and from there on it may be or not.
  #doubt(room, place) {
    this.#settle(room, place);
    this.#rooms.set(room, { state: "maybe" });
  }

  // What was due in the room up to `until`, or the last message that came, is compared.
  #settle(name, until = this.#lastPlace) {
    const room = this.#rooms.get(name);
    if (room?.state !== "in" || room.since === undefined) return;
    // Everybody's goes with the session, as the first of its rooms does.
    const names = name === this.client.rooms[0] ? [name, null] : [name];
    for (const each of names)
      for (const site of [this.client.site, null]) this.#compare(site, each, room.since, until);
  }

  #compare(site, room, since, until) {
    const places = this.placesOf(site, room);
    for (let i = firstAfter(places, since); places[i] <= until; ++i) {
      const id = this.ledger.passed[places[i]];
      if (!this.#seen.has(id)) this.#say("lost", `${id} for ${room}`);
    }
  }

  #say(what, text) {
    this.found[what].push(`${this.client.name}: ${text}`);
  }
}

const isAskedFor = (room) => kRooms.test(room);

// The index of the first number above `value` in a sorted list.
function firstAfter(list, value) {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle] > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
