// Inputs that have broken servers of this kind and that no other file sends, one test for each row
// of docs/protocol/hostile.md that names it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import test from "node:test";

import { Arena } from "./lib/arena.mjs";
import { cremaOnly } from "./lib/crema.mjs";
import { encodeFrame } from "./lib/frames.mjs";
import { RawWebSocket, exchange, http, kOpcode } from "./lib/raw.mjs";
import { kSiteA } from "./lib/world.mjs";

const kOptions = cremaOnly("bounds of our own", { timeout: 120_000 });
const kPath = "/socket.io/?EIO=4";
const kMiB = 1 << 20;
const kUnknown = { status: 400, body: '{"code":1,"message":"Session ID unknown"}' };

const rssBytes = ({ server }) => {
  const status = readFileSync(`/proc/${server.child.process.pid}/status`, "latin1");
  return 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(status)[1]);
};

const wsHead = (query, more = "") =>
  `GET ${kPath}&transport=websocket${query} HTTP/1.1\r\nHost: ${kSiteA}\r\n` +
  "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
  `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${more}\r\n`;

const statusOf = (answer) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);

// Writes, waits for the first bytes of an answer if any come, and goes with a reset.
const writeAndReset = (server, bytes) =>
  new Promise((resolve) => {
    const socket = connect({ port: server.port, host: "127.0.0.1" });
    socket.on("error", () => {});
    socket.on("close", resolve);
    socket.write(bytes, () => socket.resetAndDestroy());
  });

test("bodies and frames of 100 MB", kOptions, async (t) => {
  const arena = await Arena.create(t);
  const before = rssBytes(arena);
  await t.test("many POSTs of 100 MB at once: 413 before they come", async () => {
    const post = async () => {
      const session = await arena.openPolling();
      const head = `POST ${session.path} HTTP/1.1\r\nHost: ${kSiteA}\r\nContent-Length: 100000000`;
      const answer = await exchange(arena.server, `${head}\r\n\r\n4${"2".repeat(65_536)}`);
      assert.equal(statusOf(answer), 413, answer.slice(0, 80));
    };
    await Promise.all(Array.from({ length: 20 }, post));
  });
  await t.test("70 MB of a packet in chunks: 413 at 1,000,000 bytes", async () => {
    const session = await arena.openPolling();
    const body = Buffer.alloc(70 * kMiB, "2");
    body[0] = 0x34;
    const chunked = { "Transfer-Encoding": "chunked" };
    const answer = session.post(body, chunked).catch(({ code }) => ({ status: code }));
    // The rest is not read: writing it may fail before the answer is seen.
    assert.ok([413, "EPIPE", "ECONNRESET"].includes((await answer).status));
  });
  await t.test("a frame of 100 MB: 1009 at its head", async () => {
    const ws = await arena.join();
    const length = Buffer.alloc(9);
    length[0] = 127;
    length.writeBigUInt64BE(100_000_000n, 1);
    ws.sendFrame({ lengthField: length, payload: Buffer.from("42") });
    assert.equal(await ws.ended(), 1009);
  });
  const grown = rssBytes(arena) - before;
  assert.ok(grown < 20 * kMiB, `${grown} bytes more`);
  await arena.unharmed();
});

test("upgrades gone wrong", kOptions, async (t) => {
  const arena = await Arena.create(t);
  for (const upgrade of ["h2c", "unknown", "websocket"]) {
    await t.test(`Upgrade: ${upgrade}, then a reset`, async () => {
      const head = wsHead("").replace("Upgrade: websocket", `Upgrade: ${upgrade}`);
      await writeAndReset(arena.server, head.slice(0, -2));
      await writeAndReset(arena.server, head);
    });
  }
  for (const first of ["test", encodeFrame({ rsv: 2 }), encodeFrame({ rsv: 1 })]) {
    const name = typeof first === "string" ? first : `a frame with ${first[0].toString(16)}`;
    await t.test(`${name} right behind the handshake ends it`, async () => {
      const bytes = Buffer.concat([Buffer.from(wsHead("")), Buffer.from(first)]);
      const answer = await exchange(arena.server, bytes);
      assert.match(answer, /^HTTP\/1\.1 (101|400)/);
      if (answer.startsWith("HTTP/1.1 101")) assert.ok(answer.endsWith("\x88\x02\x03\xea"));
    });
    await t.test(`${name} behind the upgrade of a session ends the WebSocket only`, async () => {
      const session = await arena.openPolling();
      const head = wsHead(`&sid=${session.sid}`);
      await exchange(arena.server, Buffer.concat([Buffer.from(head), Buffer.from(first)]));
      await session.join(kSiteA);
    });
  }
  await t.test("a session of EIO=4 upgraded with EIO=3: 400, it goes on", async () => {
    const session = await arena.openPolling();
    const head = wsHead(`&sid=${session.sid}`).replace("EIO=4", "EIO=3");
    const answer = await exchange(arena.server, head);
    assert.equal(statusOf(answer), 400);
    assert.ok(answer.endsWith("Bad request"), answer);
    await session.join(kSiteA);
  });
  await t.test("a handshake with a body: 400", async () => {
    const answer = await exchange(arena.server, `${wsHead("", "Content-Length: 4\r\n")}test`);
    assert.equal(statusOf(answer), 400);
  });
  await t.test("100,000 spaces in Sec-WebSocket-Protocol: refused at the head", async () => {
    const protocols = `Sec-WebSocket-Protocol: a${" ".repeat(100_000)}b\r\n`;
    assert.equal(statusOf(await exchange(arena.server, wsHead("", protocols))), 431);
  });
  await t.test("1,000 headers before Upgrade: refused at the head", async () => {
    const head = wsHead("").replace("Connection:", `${"X-Y: z\r\n".repeat(1_000)}Connection:`);
    assert.equal(statusOf(await exchange(arena.server, head)), 431);
  });
  await t.test("a second WebSocket while the first is alive is closed", async () => {
    const first = await arena.join();
    const sid = JSON.parse(first.messages[0].slice(1)).sid;
    const { scope } = arena.world;
    const second = await RawWebSocket.open(scope, arena.server, { query: `&sid=${sid}` });
    assert.equal(await second.ended(), undefined);
    first.send(`42/${kSiteA},["ping"]`);
    await first.message((text) => text === `42/${kSiteA},["pong"]`, "the pong");
  });
  await arena.unharmed();
});

test("payloads gone wrong", kOptions, async (t) => {
  const arena = await Arena.create(t);
  const isGone = async (session) => {
    const { status, body } = await session.get();
    assert.deepEqual({ status, body }, kUnknown);
  };
  await t.test("b and what is no base64: an empty attachment that nobody awaits", async () => {
    const session = await arena.openPolling();
    await session.join(kSiteA);
    assert.equal((await session.post("b!!!")).body, "ok");
    assert.equal((await session.get()).body, "6\x1e1");
    await isGone(session);
  });
  await t.test("base64 of 10 MB: 413, the session goes on", async () => {
    const session = await arena.openPolling();
    const { status, body } = await session
      .post(`b${"A".repeat(10 * kMiB)}`)
      .catch(({ code }) => ({ status: code, body: "" }));
    assert.ok([413, "EPIPE", "ECONNRESET"].includes(status));
    assert.equal(body, "");
    await session.join(kSiteA);
  });
  for (const bytes of [
    [0x01, 0x05, 0xff, 0x04, 0x01, 0x02],
    [0x00, 0xff, 0x34],
  ]) {
    await t.test(`EIO=3 bytes ${bytes}: no packet of version 4`, async () => {
      const session = await arena.openPolling();
      assert.equal((await session.post(Buffer.from(bytes))).body, "ok");
      await isGone(session);
      const ws = await arena.join();
      ws.sendFrame({ opcode: kOpcode.binary, payload: Buffer.from(bytes) });
      await ws.ended();
    });
  }
  await t.test("5,000 chunks of a byte are one body", async () => {
    const session = await arena.openPolling();
    const chunks = [...`40/${kSiteA},`, ...Array(5_000).fill("\x1e3")]
      .flatMap((text) => [...text])
      .map((byte) => `1;x=y\r\n${byte}\r\n`);
    const head = `POST ${session.path} HTTP/1.1\r\nHost: ${kSiteA}\r\nConnection: close\r\n`;
    const bytes = `${head}Transfer-Encoding: chunked\r\n\r\n${chunks.join("")}0\r\n\r\n`;
    assert.match(await exchange(arena.server, bytes), /\r\n\r\nok$/);
    assert.match((await session.get()).body, /^40\//);
  });
  for (const b64 of ["1", "true", "2"]) {
    await t.test(`b64=${b64} changes nothing`, async () => {
      const path = `${kPath}&transport=polling&b64=${b64}`;
      const { body } = await http(arena.server, { path });
      assert.match(body, /^0\{"sid"/);
      const sid = JSON.parse(body.slice(1)).sid;
      await http(arena.server, { method: "POST", path: `${path}&sid=${sid}`, body: "1" });
    });
  }
  await arena.unharmed();
});

test("floods that are small packets", kOptions, async (t) => {
  const arena = await Arena.create(t);
  await t.test("10,000 pongs and open packets, before and after the CONNECT", async () => {
    const before = rssBytes(arena);
    const ws = await arena.openWebSocket();
    const turn = ["3", "0"].map((text) => encodeFrame({ payload: Buffer.from(text) }));
    const flood = Buffer.concat(Array(10_000).fill(turn).flat());
    ws.sendBytes(flood);
    ws.send(`40/${kSiteA},`);
    await ws.message((text) => text.startsWith(`40/${kSiteA},{"sid"`), "the CONNECT answer");
    ws.sendBytes(flood);
    ws.send(`42/${kSiteA},["ping"]`);
    await ws.message((text) => text === `42/${kSiteA},["pong"]`, "the pong");
    assert.equal(ws.frames.length, 3, "nothing else was said, no ping either");
    assert.ok(rssBytes(arena) - before < 4 * kMiB);
  });
  await t.test("empty fragments without end: 1008", async () => {
    const ws = await arena.join();
    ws.sendFrame({ fin: 0, payload: Buffer.alloc(0) });
    const empty = encodeFrame({ fin: 0, opcode: kOpcode.continuation });
    ws.sendBytes(Buffer.concat(Array(2_000).fill(empty)));
    assert.equal(await ws.ended(), 1008);
  });
  await t.test("attachments before the CONNECT are refused and freed", async () => {
    const ws = await arena.openWebSocket();
    ws.send('452-["a",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]');
    ws.sendFrame({ opcode: kOpcode.binary, payload: Buffer.alloc(500_000) });
    ws.sendFrame({ opcode: kOpcode.binary, payload: Buffer.alloc(500_000) });
    await ws.ended();
    assert.equal(ws.messages.length, 1);
  });
  await arena.unharmed();
});

test("heads beyond any need", kOptions, async (t) => {
  const arena = await Arena.create(t);
  const chunked = "Transfer-Encoding: chunked\r\n";
  const cases = [
    ["a Host of 64 KB", `GET / HTTP/1.1\r\nHost: ${"x".repeat(65_536)}\r\n\r\n`, 431],
    ["a URL of 64 KB", `GET /${"x".repeat(65_536)} HTTP/1.1\r\nHost: x\r\n\r\n`, 414],
    ["chunks of a size that is no number", `${chunked}\r\nzz\r\n`, 400],
    ["chunks of 2^64 bytes", `${chunked}\r\nffffffffffffffffff\r\n`, 413],
    ["a length with a sign", "Content-Length: +2\r\n\r\n40", 400],
    ["a length in two forms", "Content-Length: 2, 2\r\n\r\n40", 400],
    ["Transfer-Encoding twice", `${chunked}Transfer-Encoding: x\r\n\r\n`, 400],
    ["a space before the colon", "Content-Length : 2\r\n\r\n40", 400],
    ["a bare line feed", "X: y\nContent-Length: 2\r\n\r\n40", 400],
  ];
  for (const [name, text, status] of cases) {
    await t.test(name, async () => {
      const post = `POST ${kPath}&transport=polling HTTP/1.1\r\nHost: ${kSiteA}\r\n`;
      const bytes = text.startsWith("GET") ? text : post + text;
      const answer = await exchange(arena.server, bytes);
      assert.equal(statusOf(answer), status, answer.slice(0, 100));
      assert.equal(answer.split("HTTP/1.1 ").length, 2, "one answer, and the connection ends");
    });
  }
  await arena.unharmed();
});
