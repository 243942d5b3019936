// Every release of the official client since 4.0, in Node, with the example servers.

import assert from "node:assert/strict";
import test from "node:test";

import { ioOf, kAllReleases } from "../lib/official.mjs";
import { Example, heard, kTransports } from "./lib.mjs";

const kTimeout = { timeout: 60_000 };

// emitWithAck is newer than the oldest.
const ask = (socket, ...args) =>
  new Promise((resolve) => socket.emit(...args, (...answer) => resolve(answer)));

for (const release of kAllReleases) {
  test(`socket.io-client ${release}`, kTimeout, async (t) => {
    const io = ioOf(release);

    await t.test("chat, by every transport", async (t) => {
      const example = await Example.start(t, "chat");
      for (const transports of kTransports) {
        const ann = await example.client({ io, transports });
        const bob = await example.client({ io, transports });
        assert.deepEqual(await ask(ann, "join", "tea", "Ann"), ["welcome to tea"]);
        await ask(bob, "join", "tea", "Bob");
        assert.deepEqual(await heard(ann, "joined"), ["Bob"]);
        bob.emit("say", "tea", "Grüße ☕");
        assert.deepEqual(await heard(ann, "said"), ["Bob", "Grüße ☕"]);
        bob.disconnect();
        assert.deepEqual(await heard(ann, "left"), ["Bob", "client namespace disconnect"]);
        ann.disconnect();
      }
    });

    await t.test("rooms and acknowledgements, in a namespace", async (t) => {
      const example = await Example.start(t, "rooms_and_acks");
      const [one, two] = [await example.client({ io, nsp: "/game" }),
                          await example.client({ io, nsp: "/game" })];
      for (const client of [one, two]) await ask(client, "enter", "t");
      one.on("question", (question, answer) => answer(true));
      two.on("question", (question, answer) => answer(true));
      assert.deepEqual(await ask(one, "vote", "t", "ok?"), [true, [true, true]]);
      assert.deepEqual((await ask(one, "who", "t"))[0].sort(), [one.id, two.id].sort());
      one.on("your name?", (answer) => answer("One"));
      one.emit("greet me");
      assert.deepEqual(await heard(one, "hello"), ["One"]);
    });

    await t.test("binary both ways", async (t) => {
      const example = await Example.start(t, "upload");
      for (const transports of kTransports) {
        const client = await example.client({ io, transports });
        const bytes = Buffer.from(Array.from({ length: 5000 }, (_, i) => i % 256));
        assert.deepEqual(await ask(client, "upload", "a.bin", bytes.length), [true]);
        for (let at = 0; at < bytes.length; at += 2500) {
          await ask(client, "piece", bytes.subarray(at, at + 2500));
        }
        const [name, stored] = await heard(client, "stored");
        assert.equal(name, "a.bin");
        assert.deepEqual(Buffer.from(stored), bytes);
        client.disconnect();
      }
    });

    await t.test("typed handlers, and tokens refused", async (t) => {
      const typed = await Example.start(t, "typed_handlers");
      const client = await typed.client({ io });
      assert.deepEqual(await ask(client, "sum", 2, 3), [5]);
      const tokens = await Example.start(t, "tokens");
      const refused = tokens.open({ io, auth: { token: "wrong" } });
      assert.deepEqual(await heard(refused, "connect_error"), ["who are you?", { status: 401 }]);
      const alice = await tokens.client({ io, auth: { token: "t0ken-a" } });
      assert.deepEqual(await heard(alice, "you are"), ["alice"]);
    });
  });
}
