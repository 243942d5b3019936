// Each example does what it says, for the official client.

import assert from "node:assert/strict";
import { join } from "node:path";
import test from "node:test";

import { io } from "socket.io-client";

import { Child } from "../lib/child.mjs";
import { refuseReports } from "../lib/sanitizers.mjs";
import { Example, heard, kFolder, kListening, kTransports, times } from "./lib.mjs";

const kTimeout = { timeout: 60_000 };

test("chat", kTimeout, async (t) => {
  const example = await Example.start(t, "chat");
  for (const transports of kTransports) {
    await t.test(transports.join(), async () => {
      const ann = await example.client({ transports });
      const bob = await example.client({ transports });
      assert.equal(await ann.emitWithAck("join", "tea", "Ann"), "welcome to tea");
      await bob.emitWithAck("join", "tea", "Bob");
      assert.deepEqual(await heard(ann, "joined"), ["Bob"]);
      bob.emit("say", "tea", "Grüße ☕");
      assert.deepEqual(await heard(ann, "said"), ["Bob", "Grüße ☕"]);
      bob.disconnect();
      assert.deepEqual(await heard(ann, "left"), ["Bob", "client namespace disconnect"]);
      assert.equal(times(bob, "said"), 0);
      ann.disconnect();
    });
  }
});

test("typed handlers", kTimeout, async (t) => {
  const example = await Example.start(t, "typed_handlers");
  const client = await example.client();
  assert.equal(await client.emitWithAck("sum", 2, 3), 5);
  assert.equal(await client.emitWithAck("mean", [1, 2, 6]), 3);
  assert.equal(await client.emitWithAck("mean", []), null);
  assert.deepEqual(await client.emitWithAck("order", { product: "tea", count: 2 }), { tea: 4 });
  assert.deepEqual(await heard(client, "ordered"), [{ product: "tea", count: 4, note: null }]);
  const raw = await new Promise((resolve) =>
    client.emit("raw", { deep: { er: [1] } }, 7, (...args) => resolve(args)),
  );
  assert.deepEqual(raw, [2, true, { er: [1] }]);
  for (const args of [["1", 2], [1.5, 1], [2 ** 40, 1], [1]]) client.emit("sum", ...args);
  client.emit("order", { product: "tea" });
  client.emit("mean", ["x"]);
  await heard(client, "complaint", (text) => text.includes('"mean"'));
  assert.equal(times(client, "complaint"), 6);
  assert.equal(await client.emitWithAck("sum", 1, 1), 2, "it goes on");
});

test("an app's handlers in a server of one's own", kTimeout, async (t) => {
  const example = await Example.start(t, "app_handlers");
  const nsp = "/a.localhost";
  const [ann, bob] = [await example.client({ nsp }), await example.client({ nsp })];
  const other = await example.client({ nsp: "/b.localhost" });
  assert.equal(await ann.emitWithAck("view_ticket", "T1", "ann"), true);
  assert.equal(await other.emitWithAck("view_ticket", "T1", "otto"), true);
  assert.equal(await bob.emitWithAck("view_ticket", "T1", "bob"), true);
  assert.deepEqual(await heard(ann, "viewer_joined"), ["T1", "bob"]);
  bob.emit("ticket_typing", "T1");
  assert.deepEqual(await heard(ann, "ticket_typing"), ["bob"]);
  const frame = Buffer.from(Int16Array.from({ length: 160 }, (_, i) => i).buffer);
  bob.emit("ticket_audio", "T1", frame);
  assert.deepEqual(await heard(ann, "ticket_audio"), [frame]);
  const answers = [];
  for (let i = 0; i < 4; ++i) {
    answers.push(await bob.emitWithAck("notify_ticket_update", "T1", "status"));
  }
  assert.deepEqual(answers, ["told", "told", "told", "slow down"]);
  bob.disconnect();
  assert.deepEqual(await heard(ann, "viewer_left"), ["T1", "bob", "client namespace disconnect"]);
  assert.equal(times(other, "viewer_joined") + times(other, "viewer_left"), 0);
});

test("rooms and acknowledgements", kTimeout, async (t) => {
  const example = await Example.start(t, "rooms_and_acks");
  const clients = [];
  for (let i = 0; i < 4; ++i) clients.push(await example.client({ nsp: "/game" }));
  for (const client of clients.slice(0, 3)) await client.emitWithAck("enter", "t");
  clients[0].on("question", (question, answer) => answer(question === "ok?"));
  clients[1].on("question", (question, answer) => answer(false));
  const vote = () =>
    new Promise((resolve) =>
      clients[3].emit("vote", "t", "ok?", (all, votes) => resolve([all, votes.sort()])),
    );
  assert.deepEqual(await vote(), [false, [false, true]], "one is silent");
  clients[2].on("question", (question, answer) => answer(true));
  assert.deepEqual(await vote(), [true, [false, true, true]]);
  assert.equal(times(clients[3], "question"), 0);

  clients[0].on("your name?", (answer) => answer("Ann"));
  clients[0].emit("greet me");
  assert.deepEqual(await heard(clients[0], "hello"), ["Ann"]);
  clients[1].emit("greet me");
  assert.deepEqual(await heard(clients[1], "hello"), ["nobody: operation has timed out"]);

  const ids = (list) => list.map(({ id }) => id).sort();
  assert.deepEqual((await clients[3].emitWithAck("who", "t")).sort(), ids(clients.slice(0, 3)));
  await clients[0].emitWithAck("enter", "spectators");
  clients[3].emit("move all", "t", "u");
  await heard(clients[1], "moved");
  await heard(clients[2], "moved");
  assert.deepEqual(await clients[3].emitWithAck("who", "t"), []);
  assert.equal((await clients[3].emitWithAck("who", "u")).length, 3);
  clients[3].emit("close table", "u");
  for (const client of clients.slice(0, 3)) {
    assert.deepEqual((await heard(client, "disconnect"))[0], "io server disconnect");
  }
  assert.equal(times(clients[0], "moved"), 0);
  assert.ok(clients[3].connected);
});

test("upload", kTimeout, async (t) => {
  const example = await Example.start(t, "upload");
  for (const transports of kTransports) {
    await t.test(transports.join(), async () => {
      const client = await example.client({ transports });
      const file = Buffer.alloc(1_000_000, 0).map((_, i) => (i * 7919) & 0xff);
      assert.equal(await client.emitWithAck("upload", "f.bin", file.length), true);
      for (let at = 0; at < file.length; at += 200_000) {
        const read = await client.emitWithAck("piece", file.subarray(at, at + 200_000));
        assert.equal(read, at + 200_000);
      }
      const [name, stored] = await heard(client, "stored");
      assert.equal(name, "f.bin");
      assert.ok(Buffer.from(stored).equals(file));
      client.emit("piece", "no bytes");
      client.emit("upload", "empty", 0);
      client.emit("piece", Buffer.alloc(1));
      // A poll brings the packet and the close together: the client sees the close first.
      const [reason] = await heard(client, "disconnect");
      assert.match(reason, /^(io server disconnect|transport close)$/);
    });
  }
});

test("tokens", kTimeout, async (t) => {
  const example = await Example.start(t, "tokens");
  const nobody = example.open();
  const [message, data] = await heard(nobody, "connect_error");
  assert.equal(message, "who are you?");
  assert.deepEqual(data, { status: 401 });
  const alice = await example.client({ auth: { token: "t0ken-a" } });
  const bob = await example.client({ auth: { token: "t0ken-b" } });
  assert.deepEqual(await heard(alice, "you are"), ["alice"]);
  bob.emit("admin:announce", "mine");
  assert.deepEqual(await heard(bob, "refused"), ["not for you"]);
  bob.emit("tell", "alice", "hi");
  assert.deepEqual(await heard(alice, "told"), ["hi"]);
  alice.emit("admin:announce", "all");
  assert.deepEqual(await heard(bob, "announcement"), ["all"]);
  const answer = await fetch(`${example.url}/health`);
  assert.equal(await answer.text(), "up");
  assert.equal((await fetch(`${example.url}/else`)).status, 404);
});

test("recovery in the middle of a stream", kTimeout, async (t) => {
  const example = await Example.start(t, "recovery");
  const publisher = await example.client();
  const reader = await example.client({ reconnection: true, reconnectionDelay: 10 });
  const { id } = reader;
  await reader.emitWithAck("subscribe", "n");
  for (let cut = 0; cut < 3; ++cut) {
    const from = reader.journal.length;
    publisher.emit("publish", "n", cut * 100, cut * 100 + 49);
    reader.io.engine.close();
    await heard(reader, "disconnect", () => true, from);
    await publisher.emitWithAck("publish", "n", cut * 100 + 50, cut * 100 + 99);
    await heard(reader, "number", (n) => n === cut * 100 + 99);
    assert.equal(reader.id, id);
    assert.ok(reader.recovered);
  }
  const numbers = reader.journal.entries.filter(([name]) => name === "number").map(([, n]) => n);
  assert.deepEqual(numbers, Array.from({ length: 300 }, (_, i) => i));
  const session = reader.journal.entries.filter(([name]) => name === "session");
  assert.deepEqual(session.map(([, sid, recovered]) => [sid, recovered]), [
    [id, false],
    [id, true],
    [id, true],
    [id, true],
  ]);
});

test("coroutines", kTimeout, async (t) => {
  const example = await Example.start(t, "coroutines");
  const client = await example.client();
  const other = await example.client();
  const both = [client.emitWithAck("later", 30, "a"), client.emitWithAck("later", 1, "b")];
  assert.deepEqual(await Promise.all(both), ["a, later", "b, later"]);
  assert.equal(await client.emitWithAck("others"), 1);
  client.on("your name?", (answer) => answer("Ann"));
  other.on("your name?", (answer) => answer("Bob"));
  assert.equal(await client.emitWithAck("ask me"), "Ann");
  for (const one of [client, other]) {
    const expected = one === client ? ["Bob"] : ["Ann"];
    assert.deepEqual(await one.emitWithAck("ask others"), expected);
  }
  client.emit("fail");
  assert.deepEqual(await heard(client, "complaint"), ["it cannot"]);
  other.emit("later", 50, "gone");
  other.disconnect();
  assert.equal(await client.emitWithAck("later", 60, "c"), "c, later");
});

test("embedding", kTimeout, async (t) => {
  const child = new Child(join(kFolder, "example_embedding"), ["0"]);
  t.after(() => child.stop("SIGKILL"));
  const line = await child.stderr.wait((l) => kListening.test(l), "the port");
  const url = `http://127.0.0.1:${kListening.exec(line)[1]}`;
  let last;
  for (const transports of kTransports) {
    last?.disconnect();
    last = io(url, { forceNew: true, transports, reconnection: false });
    t.after(() => last.disconnect());
    const asked = await last.emitWithAck("ask");
    // The program's own timer tells what the handler counted.
    await new Promise((resolve) => last.on("asked so far", (n) => n === asked && resolve()));
  }
  const gone = new Promise((resolve) => last.on("disconnect", resolve));
  const { code } = await child.stop("SIGTERM");
  assert.equal(code, 0, "the context had nothing left to do");
  refuseReports("the program", child.stderr.entries);
  assert.equal(await gone, "transport close");
  assert.deepEqual(child.stdout.entries, [`asked ${kTransports.length} times`]);
});
