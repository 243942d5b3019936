import assert from "node:assert/strict";
import test from "node:test";

import { judge } from "./lib/flat.mjs";

const kMib = 1 << 20;
const minutes = (bytesAt) => Array.from({ length: 31 }, (_, i) => [60 * i, bytesAt(i)]);

test("a line that rises without end is not flat", () => {
  const { isFlat, riseBytes } = judge(minutes((i) => 10 * kMib + i * 0.1 * kMib));
  assert.equal(isFlat, false);
  assert.ok(Math.abs(riseBytes - 2 * kMib) < 1);
});

test("a line that rises at the beginning only is flat", () => {
  assert.equal(judge(minutes((i) => Math.min(i, 8) * kMib + kMib)).isFlat, true);
});

test("a line that goes up and down around one height is flat", () => {
  assert.equal(judge(minutes((i) => 10 * kMib + (i % 2) * 3 * kMib)).isFlat, true);
});

test("a line that falls is flat", () => {
  assert.equal(judge(minutes((i) => 40 * kMib - i * kMib)).isFlat, true);
});
