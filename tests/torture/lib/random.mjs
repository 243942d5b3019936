// Numbers that a seed repeats (mulberry32: what is drawn, not how well, is what matters here).

export class Random {
  #state;

  // `seed`: a whole number of 32 bits.
  constructor(seed) {
    this.#state = seed >>> 0;
  }

  // In [0, 1).
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  // A whole number of 0 to `count` - 1.
  below(count) {
    return Math.floor(this.next() * count);
  }

  // A whole number, both ends included.
  between(low, high) {
    return low + this.below(high - low + 1);
  }

  chance(probability) {
    return this.next() < probability;
  }

  pick(list) {
    return list[this.below(list.length)];
  }

  shuffled(list) {
    const all = [...list];
    for (let i = all.length - 1; i > 0; --i) {
      const j = this.below(i + 1);
      [all[i], all[j]] = [all[j], all[i]];
    }
    return all;
  }

  // A source of its own: what one part draws does not change what another gets.
  fork() {
    return new Random(this.below(2 ** 32));
  }
}
