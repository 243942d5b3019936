// A TCP proxy that can be slow, stall, cut, and be away; what passes through can be shaped on its
// way back to the caller.

import { connect, createServer } from "node:net";

// Ends it with RST. libuv cannot do that to a socket that has said its last already, and Node then
// waits for ever to end.
export function reset(socket) {
  if (socket.connecting || socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}

// One direction of one connection: bytes leave in order, each lot after its delay.
export class Lane {
  #to;
  #proxy;
  #waiting = [];
  #timer;
  #ends = false;
  #isDropped = false;

  constructor(to, proxy) {
    this.#to = to;
    this.#proxy = proxy;
  }

  // `onPassed` is called when `bytes` have been written.
  push(bytes, onPassed) {
    if (this.#isDropped) return;
    this.#waiting.push({ bytes, onPassed, due: Date.now() + this.#proxy.delayMs });
    this.pump();
  }

  // The other side has said its last: so does this one, behind what waits.
  end() {
    this.#ends = true;
    this.pump();
  }

  // Nothing leaves any more, what waits neither.
  drop() {
    clearTimeout(this.#timer);
    this.#isDropped = true;
    this.#waiting = [];
  }

  pump() {
    clearTimeout(this.#timer);
    if (this.#isDropped) return;
    const now = Date.now();
    while (!this.#proxy.stalled && this.#waiting.length > 0 && this.#waiting[0].due <= now) {
      const { bytes, onPassed } = this.#waiting.shift();
      if (this.#to.destroyed) continue;
      this.#to.write(bytes);
      onPassed?.();
    }
    if (this.#proxy.stalled || this.#isDropped) return;
    if (this.#waiting.length > 0)
      this.#timer = setTimeout(() => this.pump(), this.#waiting[0].due - now);
    else if (this.#ends) this.#to.end();
  }
}

// A caller and whom it called, joined.
class Pair {
  // Whether what was passed on to the caller may be lost: not when it had an end in order.
  broken = true;

  constructor(caller, called, proxy) {
    this.caller = caller;
    this.called = called;
    this.up = new Lane(called, proxy);
    this.down = new Lane(caller, proxy);
  }

  // Ends it now: the caller sees FIN behind what was passed on, or RST ("reset").
  cut(how) {
    this.up.drop();
    this.down.drop();
    this.called.destroy();
    if (this.caller.destroyed) return;
    this.broken = how === "reset";
    if (this.broken) reset(this.caller);
    else this.caller.end();
  }

  get lanes() {
    return [this.up, this.down];
  }
}

// What comes back is passed on as it is.
const kPassOn = (pair) => ({ feed: (chunk) => pair.down.push(chunk), ended: () => {} });

export class FaultProxy {
  stalled = false;
  delayMs = 0;
  #pairs = new Set();
  #isAway = false;

  // `port()` is asked for at each connection. `shape(pair)` returns {feed(chunk), ended(broken)}:
  // the first gets what the called side sends and pushes what is to go to `pair.down`; the second
  // is told of the connection's end, and whether what was under way may be lost.
  static async start(scope, port, shape = kPassOn) {
    const proxy = new FaultProxy();
    const server = createServer((caller) => proxy.#accept(caller, port, shape));
    await new Promise((done) => server.listen(0, "127.0.0.1", done));
    proxy.port = server.address().port;
    scope.defer("a proxy", () => {
      proxy.clear();
      proxy.cut("reset");
      return new Promise((done) => server.close(done));
    });
    return proxy;
  }

  stall() {
    this.stalled = true;
  }

  // Each lot of bytes takes so long, in both directions.
  slow(ms) {
    this.delayMs = ms;
  }

  // New connections are reset, and there are no old ones, until `clear`.
  away() {
    this.#isAway = true;
    this.cut("reset");
  }

  // Ends connections, those that `chosen(pair)` says.
  cut(how, chosen = () => true) {
    for (const pair of [...this.#pairs]) if (chosen(pair)) pair.cut(how);
  }

  // Everything is well again; what was held leaves.
  clear() {
    this.stalled = false;
    this.delayMs = 0;
    this.#isAway = false;
    for (const pair of this.#pairs) pair.lanes.forEach((lane) => lane.pump());
  }

  #accept(caller, port, shape) {
    caller.on("error", () => {});
    if (this.#isAway) return reset(caller);
    const called = connect(port(), "127.0.0.1").on("error", () => {});
    for (const socket of [caller, called]) socket.setNoDelay(true);
    const pair = new Pair(caller, called, this);
    this.#pairs.add(pair);
    const shaper = shape(pair);
    caller.on("data", (chunk) => pair.up.push(chunk)).on("end", () => pair.up.end());
    called.on("data", (chunk) => shaper.feed(chunk)).on("end", () => pair.down.end());
    called.on("end", () => (pair.broken = false)).on("close", () => pair.down.end());
    caller.on("close", () => {
      this.#pairs.delete(pair);
      pair.lanes.forEach((lane) => lane.drop());
      called.destroy();
      shaper.ended(pair.broken);
    });
  }
}
