import assert from "node:assert/strict";
import test from "node:test";

import { Subscriptions } from "../src/subscriptions.ts";

function online() {
  const line = { connected: true, said: [], emit: (...all) => line.said.push(all.join(" ")) };
  const subscriptions = new Subscriptions(() => line);
  const said = () => line.said.splice(0);
  return { line, subscriptions, said };
}

test("asks once, and again after a reconnect that lost the rooms", () => {
  const { subscriptions, said } = online();
  subscriptions.add("doctype", ["ToDo"]);
  subscriptions.add("doctype", ["ToDo"]);
  assert.deepEqual(said(), ["doctype_subscribe ToDo"]);
  subscriptions.renew(true);
  assert.deepEqual(said(), []);
  subscriptions.renew(false);
  assert.deepEqual(said(), ["doctype_subscribe ToDo"]);
});

test("what changes while offline is said at the connect", () => {
  const { line, subscriptions, said } = online();
  subscriptions.add("doc", ["ToDo", "1"]);
  subscriptions.add("open_doc", ["ToDo", "1"]);
  assert.deepEqual(said(), ["doc_subscribe ToDo 1", "doc_open ToDo 1"]);
  line.connected = false;
  subscriptions.remove("doc", ["ToDo", "1"]);
  subscriptions.add("task", ["t"]);
  assert.deepEqual(said(), []);
  line.connected = true;
  subscriptions.renew(true);
  assert.deepEqual(said(), [
    "doc_unsubscribe ToDo 1",
    "doc_open ToDo 1",
    "task_subscribe t",
    "progress_subscribe t",
  ]);
});

test("stays while one holder is left", () => {
  const { subscriptions, said } = online();
  subscriptions.add("doctype", ["ToDo"], "first");
  subscriptions.add("doctype", ["ToDo"], "second");
  said();
  subscriptions.remove("doctype", ["ToDo"], "first");
  subscriptions.remove("doctype", ["ToDo"], "first");
  assert.deepEqual(said(), []);
  subscriptions.remove("doctype", ["ToDo"], "second");
  assert.deepEqual(said(), ["doctype_unsubscribe ToDo"]);
});

test("a room that somebody else asked for can be left", () => {
  const { subscriptions, said } = online();
  subscriptions.remove("doctype", ["ToDo"]);
  assert.deepEqual(said(), ["doctype_unsubscribe ToDo"]);
});

test("a hundred at once go out in turns, none is lost", (t) => {
  const timers = [];
  t.mock.method(globalThis, "setTimeout", (turn) => timers.push(turn));
  const { subscriptions, said } = online();
  const names = Array.from({ length: 100 }, (_, i) => `doc_subscribe ToDo ${i}`);
  for (let i = 0; i < 100; ++i) subscriptions.add("doc", ["ToDo", String(i)]);
  const first = said();
  assert.ok(first.length > 0 && first.length < 100);
  const all = [...first];
  for (let turn = 0; turn < 20 && timers.length > 0; ++turn) {
    timers.shift()();
    all.push(...said());
  }
  assert.deepEqual(timers, []);
  assert.deepEqual(all, names);
});
