// The web process's answers on their way to Crema, harmed.

export class WebFaults {
  // "none", "cut" (the connection ends amid an answer) or "corrupt" (a byte of it becomes 0, which
  // no valid answer holds: it is never another user's, or another permission).
  mode = "none";
  #random;

  constructor(random) {
    this.#random = random;
  }

  // What FaultProxy.start takes. Every second answer is harmed.
  shape = (pair) => ({ feed: (chunk) => this.#feed(pair, chunk), ended: () => {} });

  #feed(pair, chunk) {
    const isHarmed = this.mode !== "none" && this.#random.chance(0.5);
    if (!isHarmed) return pair.down.push(chunk);
    const at = this.#random.below(chunk.length);
    if (this.mode === "cut") {
      pair.down.push(chunk.subarray(0, at));
      return pair.down.push(Buffer.alloc(0), () => pair.cut(this.#random.pick(["fin", "reset"])));
    }
    const harmed = Buffer.from(chunk);
    harmed[at] = 0;
    pair.down.push(harmed);
  }
}
