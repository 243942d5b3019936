// Redis' side of the connection to Crema, reply by reply: notes in the ledger what was passed on,
// and breaks what it is told to break.

import { kHarmed, kMaybe, kSure } from "./ledger.mjs";

// {size, payload: {from, to}} of the reply that `bytes` begins with; null when it is not complete.
// `payload` is that of a published message.
export function firstReply(bytes) {
  const end = replyEnd(bytes, 0);
  if (end === null) return null;
  const head = bytes.toString("latin1", 0, Math.min(end, 64));
  const found = /^\*3\r\n\$7\r\nmessage\r\n\$\d+\r\n[^\r]*\r\n\$(\d+)\r\n/.exec(head);
  if (!found) return { size: end };
  const from = found[0].length;
  return { size: end, payload: { from, to: from + Number(found[1]) } };
}

function replyEnd(bytes, at) {
  const line = bytes.indexOf("\r\n", at);
  if (line < 0) return null;
  const kind = String.fromCharCode(bytes[at]);
  const count = Number(bytes.toString("latin1", at + 1, line));
  const next = line + 2;
  if (kind === "$") {
    const end = count < 0 ? next : next + count + 2;
    return end <= bytes.length ? end : null;
  }
  if (kind !== "*") return next;
  let end = next;
  for (let i = 0; i < count && end !== null; ++i) end = replyEnd(bytes, end);
  return end;
}

// The id of the torture's message in a payload; undefined for others.
export function idOf(payload) {
  const found = /^\{\s*"event": "torture",\s*"message": \{\s*"id": (\d+),/.exec(
    payload.toString("latin1", 0, 80),
  );
  return found ? Number(found[1]) : undefined;
}

export class RedisTap {
  #ledger;
  #random;
  #pending = [];

  constructor(ledger, random) {
    this.#ledger = ledger;
    this.#random = random;
  }

  // The next message that comes is treated so: "half" (its beginning, then the end of the
  // connection, `how`), "garbage" (`bytes` of it before the message), "payload" (a byte of it is
  // changed), "framing" (a byte around it is).
  breakNext(what, options = {}) {
    this.#pending.push({ what, ...options });
  }

  // What FaultProxy.start takes. From where the framing is broken on, `pair.isDoubtful`: what is
  // passed on may be misread.
  shape = (pair) => {
    const stream = new Stream(pair, this.#ledger, this.#random, () => this.#pending.shift());
    return { feed: (chunk) => stream.feed(chunk), ended: (broken) => stream.ended(broken) };
  };
}

class Stream {
  #buffer = Buffer.alloc(0);
  constructor(pair, ledger, random, takeFault) {
    this.pair = pair;
    this.ledger = ledger;
    this.random = random;
    this.takeFault = takeFault;
  }

  feed(chunk) {
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
    for (let reply; (reply = firstReply(this.#buffer)) !== null;) {
      const bytes = this.#buffer.subarray(0, reply.size);
      this.#buffer = this.#buffer.subarray(reply.size);
      const id = reply.payload && idOf(bytes.subarray(reply.payload.from, reply.payload.to));
      if (id === undefined) this.#write(bytes);
      else this.#message(bytes, reply.payload, id);
    }
  }

  ended(broken) {
    if (broken) this.ledger.broke(this);
  }

  #message(bytes, payload, id) {
    const fault = this.takeFault();
    switch (fault?.what) {
      case undefined:
        return this.#pass(bytes, id, this.pair.isDoubtful ? kMaybe : kSure);
      case "half":
        this.#write(bytes.subarray(0, this.random.between(1, bytes.length - 1)));
        return this.pair.down.push(Buffer.alloc(0), () => this.pair.cut(fault.how));
      case "garbage":
        this.pair.isDoubtful = true;
        this.#write(Buffer.from(Array.from({ length: fault.bytes }, () => this.random.below(256))));
        return this.#pass(bytes, id, kMaybe);
      case "payload":
        return this.#pass(this.#changed(bytes, payload.from, payload.to - 1), id, kHarmed);
      case "framing":
        this.pair.isDoubtful = true;
        return this.#pass(this.#changed(bytes, 0, payload.from - 1), id, kHarmed);
    }
  }

  #changed(bytes, first, last) {
    const changed = Buffer.from(bytes);
    const at = this.random.between(first, last);
    changed[at] = (changed[at] + this.random.between(1, 255)) % 256;
    return changed;
  }

  #pass(bytes, id, certainty) {
    this.#write(bytes, () => this.ledger.pass(id, certainty, this));
  }

  // In one piece or two: a reply may come in any.
  #write(bytes, onPassed) {
    const at = this.random.chance(0.1) ? this.random.below(bytes.length) : 0;
    if (at > 0) this.pair.down.push(bytes.subarray(0, at));
    this.pair.down.push(bytes.subarray(at), onPassed);
  }
}
