// Behaviours that the original's own tests have (tests/socketio_cases.tsv lists them by number).

import assert from "node:assert/strict";
import test from "node:test";

import { Example, heard, kTransports, times } from "./lib.mjs";

const kTimeout = { timeout: 60_000 };
const start = (t, threads = 1) =>
  Example.start(t, "case_server", { prefix: "library_", args: [String(threads)] });

for (const transports of kTransports.slice(0, 2)) {
  const [name] = transports;

  test(`values and binary data go both ways (${name})`, kTimeout, async (t) => {
    const example = await start(t);
    const client = await example.client({ transports });
    const values = [null, true, 1.5, "é\u2028☕", [], { a: [{ b: null }] }];
    for (const value of values) {
      const back = await new Promise((done) => client.emit("echo", value, (v) => done(v)));
      assert.deepEqual(back, value);
    }
    const deep = { in: [Buffer.from("one"), { more: Buffer.from("two") }], n: 1 };
    const [back] = await new Promise((done) => client.emit("echo", deep, (...a) => done(a)));
    assert.deepEqual(Buffer.from(back.in[1].more).toString(), "two");
    client.emit("send back", deep, Buffer.alloc(0));
    const [again, empty] = await heard(client, "back");
    assert.equal(Buffer.from(again.in[0]).toString(), "one");
    assert.equal(empty.byteLength ?? empty.length, 0);
    assert.equal(await client.emitWithAck("answer late"), "first");
    client.emit("send");
    assert.deepEqual(await heard(client, "message"), ["a", 1]);
  });

  test(`acknowledgements of the client (${name})`, kTimeout, async (t) => {
    const example = await start(t);
    const client = await example.client({ transports });
    client.on("question", (bytes, answer) => answer?.(Buffer.from(bytes).reverse(), 2));
    client.emit("ask me", Buffer.from("abc"));
    const [reversed, count] = await heard(client, "answered");
    assert.equal(Buffer.from(reversed).toString(), "cba");
    assert.equal(count, 2);
    client.off("question");
    client.emit("ask in vain");
    assert.deepEqual(await heard(client, "in vain"), [false, "operation has timed out"]);
  });

  test(`volatile events (${name})`, kTimeout, async (t) => {
    const example = await start(t);
    const client = await example.client({ transports });
    client.emit("volatile");
    await heard(client, "regular");
    await client.emitWithAck("echo", 1);
    const values = client.journal.entries.filter(([n]) => n === "v").map(([, v]) => v);
    assert.ok(values.length <= 1 && !values.includes(2) && !values.includes(4), String(values));
    if (name === "websocket") assert.deepEqual(values, [1]);
    client.emit("volatile bytes");
    await heard(client, "end");
    const whole = client.journal.entries.filter(([n, ...a]) => n === "v" && a.length === 2);
    if (name === "websocket") assert.equal(whole.length, 1, "all of it, or nothing");
  });

  test(`large events (${name})`, kTimeout, async (t) => {
    const example = await start(t);
    const client = await example.client({ transports });
    client.emit("large", 400_000);
    assert.equal((await heard(client, "text"))[0].length, 400_000);
    assert.equal((await heard(client, "bytes"))[0].length, 400_000);
    assert.equal((await heard(client, "empty"))[0].length, 0);
    const text = "y".repeat(800_000);
    assert.equal(await new Promise((done) => client.emit("echo", text, done)), text);
  });
}

test("ends: by either side, of a namespace or of the connection", kTimeout, async (t) => {
  const example = await start(t);
  const client = await example.client();
  const custom = client.io.socket("/custom");
  await new Promise((done) => custom.once("connect", done));
  custom.emit("disconnect me");
  const reason = await new Promise((done) => custom.once("disconnect", done));
  assert.equal(reason, "io server disconnect");
  assert.ok(client.connected);
  await new Promise((done) => custom.connect().once("connect", done));
  const both = [client, custom].map((s) => new Promise((done) => s.once("disconnect", done)));
  client.emit("close me");
  await Promise.all(both);
  const nobody = example.open({ nsp: "/none" });
  assert.deepEqual(await heard(nobody, "connect_error"), ["Invalid namespace", undefined]);
});

for (const threads of [1, 2]) {
  test(`rooms and broadcasts, ${threads} threads`, kTimeout, async (t) => {
    const example = await start(t, threads);
    const [a, b, c] = [await example.client(), await example.client(), await example.client()];
    const other = await example.client({ nsp: "/custom" });
    await heard(a, "connect heard");
    await a.emitWithAck("join", ["r", "s"]);
    await b.emitWithAck("join", ["s"]);
    assert.deepEqual(await a.emitWithAck("rooms"), [a.id, "r", "s"]);
    await a.emitWithAck("leave", "nothing");
    c.emit("to", ["r", "s"], "both");
    c.emit("all", ["s"], [a.id]);
    c.emit("operators", "r", "s");
    c.emit("all", [], []);
    const [bytes, one] = await heard(b, "all");
    assert.equal(Buffer.from(bytes).toString(), "b");
    assert.equal(one, 1);
    await heard(a, "all");
    await heard(a, "only a");
    await b.journal.wait(() => times(b, "all") === 2, "the second");
    await c.journal.wait(() => times(c, "all") === 1, "its own");
    assert.deepEqual([times(a, "both"), times(b, "both"), times(c, "both")], [1, 1, 0]);
    assert.equal(times(a, "all"), 1, "left out of the first");
    assert.equal(times(b, "only a"), 0);
    assert.equal(times(other, "all"), 0);

    assert.equal(await a.emitWithAck("fetch", ""), 3);
    assert.equal(await a.emitWithAck("fetch", "s"), 2);
    a.emit("move", "s", "t");
    assert.equal(await a.emitWithAck("fetch", "t"), 2);
    a.emit("move", "", "u");
    assert.equal(await a.emitWithAck("fetch", "u"), 3);
    a.emit("unmove", "r", "u");
    assert.equal(await a.emitWithAck("fetch", "u"), 2);
    a.emit("unmove", "", "u");
    assert.equal(await a.emitWithAck("fetch", "u"), 0);
    assert.equal(await a.emitWithAck("size", "/custom"), 1);

    for (const [i, client] of [a, b, c].entries()) client.on("vote", (answer) => answer(i));
    const vote = () =>
      new Promise((done) => a.emit("everybody", (ok, all) => done([ok, all.sort()])));
    assert.deepEqual(await vote(), [true, [0, 1, 2]]);
    c.off("vote");
    assert.deepEqual(await vote(), [false, [0, 1]]);
    assert.equal(await a.emitWithAck("outgoing"), 2);
  });
}

test("children of a pattern come and go", kTimeout, async (t) => {
  const example = await start(t);
  const refused = example.open({ nsp: "/child-a", auth: { refuse: true } });
  assert.deepEqual(await heard(refused, "connect_error"), ["refused", undefined]);
  const one = await example.client({ nsp: "/child-a" });
  assert.equal(await one.emitWithAck("made"), 2, "the refused one left none");
  const two = await example.client({ nsp: "/child-a" });
  assert.equal(await two.emitWithAck("made"), 2, "one for both");
  one.disconnect();
  assert.equal(await two.emitWithAck("made"), 2);
  two.disconnect();
  const root = await example.client();
  while ((await root.emitWithAck("size", "/child-a")) !== 0) await new Promise(setImmediate);
  const back = await example.client({ nsp: "/child-a" });
  assert.ok((await back.emitWithAck("made")) >= 2);
});
