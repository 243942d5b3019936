// What was published, and what of it reached Crema: the other half of what the checker compares.

// How sure it is that Crema has read a message whole. What was never passed on has none.
//   sure    the proxy passed all its bytes on, unharmed, over a connection that went on or ended in
//           order long enough after
//   maybe   the connection broke too soon after to know, or its framing was broken before
//   harmed  the proxy changed bytes of it
export const kSure = "sure";
export const kMaybe = "maybe";
export const kHarmed = "harmed";

// What was passed on this long before a connection broke may not have been read.
const kUnreadMs = 2_000;

export class Ledger {
  // By id: {site, room, certainty, place}. A `site` of null is every site's, a `room` of null
  // everybody's of the site.
  messages = [];
  // Ids in the order in which they were passed on: a message's `place` is its index here.
  passed = [];
  #times = [];
  #connections = [];

  // Returns the message's id.
  publish(site, room) {
    return this.messages.push({ site, room, certainty: undefined, place: undefined }) - 1;
  }

  // The proxy has written the last byte of it to `connection`, an object that stands for one. Of
  // two connections the later counts: Crema has given the earlier up.
  pass(id, certainty, connection, now = Date.now()) {
    const message = this.messages[id];
    message.certainty = certainty;
    message.place = this.passed.push(id) - 1;
    this.#times.push(now);
    this.#connections.push(connection);
  }

  // `connection` ended in a way that loses what was not read yet.
  broke(connection, now = Date.now()) {
    for (let i = this.passed.length - 1; i >= 0 && this.#times[i] >= now - kUnreadMs; --i) {
      const message = this.messages[this.passed[i]];
      if (this.#connections[i] !== connection || message.place !== i) continue;
      if (message.certainty === kSure) message.certainty = kMaybe;
    }
  }

  count(certainty) {
    return this.messages.filter((message) => message.certainty === certainty).length;
  }
}
