// A seed repeats what is drawn from it, and a schedule has every kind.

import assert from "node:assert/strict";
import test from "node:test";

import { Random } from "./lib/random.mjs";
import { kKindNames, makeSchedule } from "./lib/schedule.mjs";

test("the same seed gives the same schedule, another one another", () => {
  assert.deepEqual(makeSchedule(7, 60), makeSchedule(7, 60));
  assert.notDeepEqual(makeSchedule(7, 60), makeSchedule(8, 60));
});

test("every kind comes before any comes again", () => {
  const begin = makeSchedule(1, 600).slice(0, kKindNames.length);
  assert.deepEqual(begin.map(({ kind }) => kind).sort(), [...kKindNames].sort());
});

test("numbers are within their bounds, and reach them", () => {
  const random = new Random(1);
  const drawn = new Set(Array.from({ length: 1_000 }, () => random.between(3, 6)));
  assert.deepEqual([...drawn].sort(), [3, 4, 5, 6]);
  assert.deepEqual(random.shuffled([1, 2, 3, 4]).sort(), [1, 2, 3, 4]);
});

test("what one part draws does not change what another gets", () => {
  const [one, other] = [new Random(5), new Random(5)];
  const [fork, otherFork] = [one.fork(), other.fork()];
  otherFork.next();
  assert.equal(one.next(), other.next());
  assert.notEqual(fork.next(), otherFork.next());
});
