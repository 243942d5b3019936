// What stands between Redis and Crema notes what it passed on, and breaks what it is told to.

import assert from "node:assert/strict";
import test from "node:test";

import { asJson } from "../e2e/lib/frappe_json.mjs";
import { kHarmed, kMaybe, kSure, Ledger } from "./lib/ledger.mjs";
import { Random } from "./lib/random.mjs";
import { firstReply, idOf, RedisTap } from "./lib/redis_tap.mjs";

function messageOf(id, room = "user:alice") {
  const message = { id, pad: "x", sum: "y" };
  const payload = asJson({ event: "torture", message, room, namespace: "a.localhost" });
  return `*3\r\n$7\r\nmessage\r\n$6\r\nevents\r\n$${payload.length}\r\n${payload}\r\n`;
}

// A tap with one connection, of which `passed` keeps the bytes.
function tapped(count) {
  const ledger = new Ledger();
  for (let i = 0; i < count; ++i) ledger.publish("a.localhost", "user:alice");
  const tap = new RedisTap(ledger, new Random(1));
  const pair = { cuts: [], cut: (how) => pair.cuts.push(how), passed: "" };
  pair.down = {
    push(bytes, onPassed) {
      if (pair.cuts.length > 0) return;
      pair.passed += bytes.toString("latin1");
      onPassed?.();
    },
  };
  const stream = tap.shape(pair);
  const feed = (text) => stream.feed(Buffer.from(text, "latin1"));
  const certainties = () => ledger.messages.map(({ certainty }) => certainty);
  return { ledger, tap, pair, feed, certainties, stream };
}

test("replies of every kind are told apart, wherever they are cut", () => {
  const nested = "*1\r\n*1\r\n$1\r\nx\r\n";
  for (const reply of ["+OK\r\n", "$5\r\nhello\r\n", "$-1\r\n", ":1\r\n", nested]) {
    const bytes = Buffer.from(`${reply}+more`);
    assert.equal(firstReply(bytes).size, reply.length, reply);
    for (let end = 0; end < reply.length; ++end)
      assert.equal(firstReply(bytes.subarray(0, end)), null, `${reply} cut at ${end}`);
  }
});

test("a message is found by its id", () => {
  const bytes = Buffer.from(messageOf(42));
  const { from, to } = firstReply(bytes).payload;
  assert.equal(idOf(bytes.subarray(from, to)), 42);
});

test("what goes through is noted when it is whole", () => {
  const { feed, certainties, pair, ledger } = tapped(2);
  feed(messageOf(1).slice(0, 50));
  assert.deepEqual(certainties(), [undefined, undefined]);
  feed(messageOf(1).slice(50) + messageOf(0));
  assert.deepEqual(certainties(), [kSure, kSure]);
  assert.deepEqual(ledger.passed, [1, 0]);
  assert.equal(pair.passed, messageOf(1) + messageOf(0));
});

test("half a message, then the end: it and what follows never came", () => {
  const { feed, tap, certainties, pair } = tapped(3);
  tap.breakNext("half", { how: "reset" });
  feed(messageOf(0) + messageOf(1) + messageOf(2));
  assert.ok(messageOf(0).startsWith(pair.passed) && pair.passed.length < messageOf(0).length);
  assert.deepEqual(pair.cuts, ["reset"]);
  assert.deepEqual(certainties(), [undefined, undefined, undefined]);
});

test("a message of which a byte was changed is harmed, the next is sure", () => {
  const { feed, tap, certainties, pair } = tapped(2);
  tap.breakNext("payload");
  feed(messageOf(0) + messageOf(1));
  assert.deepEqual(certainties(), [kHarmed, kSure]);
  assert.equal(pair.passed.length, (messageOf(0) + messageOf(1)).length);
  assert.notEqual(pair.passed, messageOf(0) + messageOf(1));
});

for (const [what, first] of [
  ["framing", kHarmed],
  ["garbage", kMaybe],
]) {
  test(`${what}: nothing behind it is sure`, () => {
    const { feed, tap, certainties, pair } = tapped(2);
    tap.breakNext(what, { bytes: 8 });
    feed(messageOf(0) + messageOf(1));
    assert.deepEqual(certainties(), [first, kMaybe]);
    assert.equal(pair.isDoubtful, true);
  });
}

test("what a broken connection passed on last is not sure", () => {
  const { feed, stream, certainties } = tapped(1);
  feed(messageOf(0));
  stream.ended(true);
  assert.deepEqual(certainties(), [kMaybe]);
});
