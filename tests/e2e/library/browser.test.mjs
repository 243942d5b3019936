// The examples and the official client that they serve, in a real Chromium.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";

import { Browser } from "../lib/browser.mjs";
import { Scope } from "../lib/scope.mjs";
import { Example, kTransports } from "./lib.mjs";

const kTimeout = { timeout: 60_000 };

const suite = new Scope();
let browser;
before(async () => {
  browser = await Browser.launch(suite);
});
after(() => suite.close());

// A page of the example's own origin with the client's bundle, and `open(options)` in it: a
// connected socket that keeps what it hears, and `heard(socket, name)`.
async function pageOf(t, example) {
  const context = await browser.context(Scope.of(t));
  const page = await context.newPage();
  await page.goto(`${example.url}/socket.io/socket.io.js`);
  await page.addScriptTag({ url: "/socket.io/socket.io.js" });
  await page.evaluate(() => {
    window.open = (options = {}, nsp = "/") =>
      new Promise((resolve, reject) => {
        const socket = io(nsp, { forceNew: true, ...options });
        socket.log = [];
        socket.waiting = [];
        socket.onAny((...event) => {
          socket.log.push(event);
          for (const look of socket.waiting) look();
        });
        socket.once("connect", () => resolve(socket));
        socket.once("connect_error", reject);
      });
    window.heard = (socket, name) =>
      new Promise((resolve) => {
        const look = () => {
          const found = socket.log.find(([each]) => each === name);
          if (found) resolve(found.slice(1));
        };
        socket.waiting.push(look);
        look();
      });
  });
  return page;
}

test("chat, by every transport", kTimeout, async (t) => {
  const example = await Example.start(t, "chat");
  const page = await pageOf(t, example);
  for (const transports of kTransports) {
    const said = await page.evaluate(async (transports) => {
      const ann = await open({ transports });
      const bob = await open({ transports });
      const welcome = await ann.emitWithAck("join", "tea", "Ann");
      await bob.emitWithAck("join", "tea", "Bob");
      bob.emit("say", "tea", "Grüße ☕");
      const heardSaid = await heard(ann, "said");
      bob.disconnect();
      const left = await heard(ann, "left");
      ann.disconnect();
      return [welcome, heardSaid, left];
    }, transports);
    assert.deepEqual(said, [
      "welcome to tea",
      ["Bob", "Grüße ☕"],
      ["Bob", "client namespace disconnect"],
    ]);
  }
});

test("an upload of a Blob comes back as an ArrayBuffer", kTimeout, async (t) => {
  const example = await Example.start(t, "upload");
  const page = await pageOf(t, example);
  for (const transports of kTransports) {
    const same = await page.evaluate(async (transports) => {
      const socket = await open({ transports });
      const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => i * 7919);
      await socket.emitWithAck("upload", "f", bytes.length);
      for (let at = 0; at < bytes.length; at += 100_000) {
        await socket.emitWithAck("piece", new Blob([bytes.subarray(at, at + 100_000)]));
      }
      const [, stored] = await heard(socket, "stored");
      socket.disconnect();
      return new Uint8Array(stored).every((byte, i) => byte === bytes[i]) && stored.byteLength;
    }, transports);
    assert.equal(same, 300_000);
  }
});

test("recovery in the middle of a stream", kTimeout, async (t) => {
  const example = await Example.start(t, "recovery");
  const page = await pageOf(t, example);
  const { numbers, recovered } = await page.evaluate(async () => {
    const publisher = await open();
    const reader = await open({ reconnectionDelay: 10 });
    await reader.emitWithAck("subscribe", "n");
    publisher.emit("publish", "n", 0, 49);
    reader.io.engine.close();
    await publisher.emitWithAck("publish", "n", 50, 98);
    const last = new Promise((resolve) => reader.on("number", (n) => n === 99 && resolve()));
    await new Promise((resolve) => reader.once("connect", resolve));
    publisher.emit("publish", "n", 99, 99);
    await last;
    const all = reader.log.filter(([name]) => name === "number").map(([, n]) => n);
    return { numbers: all, recovered: reader.recovered };
  });
  assert.deepEqual(numbers, Array.from({ length: 100 }, (_, i) => i));
  assert.ok(recovered);
});
