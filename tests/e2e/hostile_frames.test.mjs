import assert from "node:assert/strict";
import test from "node:test";

import { Arena } from "./lib/arena.mjs";
import { cremaOnly } from "./lib/crema.mjs";
import { RawWebSocket, exchange, http, kOpcode, siteHeaders } from "./lib/raw.mjs";
import { kSiteA } from "./lib/world.mjs";

const kTimeout = { timeout: 120_000 };
const kPath = "/socket.io/?EIO=4";

const kUpgrades = [
  ["an unknown session", "&sid=unknown"],
  ...["__proto__", "constructor", "hasOwnProperty"].map((name) => [
    `the transport ${name}`,
    `&transport=${name}`,
  ]),
  ["another protocol version", "&EIO=3", cremaOnly("answers 101 first")],
];

test("WebSocket handshakes that are refused", kTimeout, async (t) => {
  const arena = await Arena.create(t);
  for (const [name, query, options] of kUpgrades) {
    await t.test(`${name}: 400`, options, async () => {
      const opening = RawWebSocket.open(arena.world.scope, arena.server, { query });
      await assert.rejects(opening, /no upgrade: HTTP\/1\.1 400/);
    });
  }
  // Node hands every request with an Upgrade header over as one, and Engine.IO hangs up.
  const kOurs = cremaOnly("hangs up");
  await t.test("an upgrade to something else ends nothing", kOurs, async () => {
    const get = `GET ${kPath}&transport=polling HTTP/1.1\r\nHost: ${kSiteA}\r\n`;
    const upgrade = "Connection: Upgrade, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n";
    const answer = await exchange(arena.server, `${get}${upgrade}\r\n`);
    const [, sid] = /"sid":"([^"]+)"/.exec(answer);
    const path = `${kPath}&transport=polling&sid=${sid}`;
    await http(arena.server, { method: "POST", path, body: "1" });
  });
  for (const extensions of [
    "constructor",
    "; x=; ;;",
    "permessage-deflate; server_max_window_bits=99",
  ]) {
    await t.test(`the extension ${JSON.stringify(extensions)} is not negotiated`, async () => {
      const headers = siteHeaders({ site: kSiteA });
      const opening = RawWebSocket.open(arena.world.scope, arena.server, { headers, extensions });
      const ws = await opening.catch(({ message }) => assert.match(message, /HTTP\/1\.1 400/));
      if (!ws) return;
      assert.doesNotMatch(ws.head, /^Sec-WebSocket-Extensions/im);
      await ws.message((text) => text.startsWith("0{"), "the open packet");
    });
  }
  await arena.unharmed();
});

// Frames that break the WebSocket protocol, and the close codes that are right for each; undefined
// is an end without a code.
const kBig = Buffer.from([127, 0x40, 0, 0, 0, 0, 0, 0, 0]);
const kAll = Buffer.from([127, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
const kFrames = [
  ["an unmasked frame", { payload: Buffer.from("3"), mask: "none" }, [1002]],
  ["RSV1 without an extension", { rsv: 4, payload: Buffer.from("3") }, [1002]],
  ["RSV2", { rsv: 2, payload: Buffer.from("3") }, [1002]],
  ["RSV3", { rsv: 1, payload: Buffer.from("3") }, [1002]],
  ...[3, 7, 11, 15].map((opcode) => [
    `opcode ${opcode}`,
    { opcode, payload: Buffer.from("3") },
    [1002],
  ]),
  [
    "a continuation of nothing",
    { opcode: kOpcode.continuation, payload: Buffer.from("3") },
    [1002],
  ],
  ["a ping in fragments", { fin: 0, opcode: kOpcode.ping }, [1002]],
  ["a ping of 126 bytes", { opcode: kOpcode.ping, payload: Buffer.alloc(126) }, [1002]],
  ["text that is not UTF-8", { payload: Buffer.from([0x34, 0xc0, 0x80]) }, [1007]],
  ["a close frame of one byte", { opcode: kOpcode.close, payload: Buffer.from([3]) }, [1002]],
  ...[1005, 1006, 999, 5000].map((code) => {
    const payload = Buffer.from([code >> 8, code & 0xff]);
    return [`a close frame with code ${code}`, { opcode: kOpcode.close, payload }, [1002]];
  }),
  ["a frame of 2^62 bytes", { lengthField: kBig }, [1002, 1009]],
  ["a frame of 2^64 - 1 bytes", { lengthField: kAll }, [1002, 1009]],
  ["a frame over the limit", { payload: Buffer.alloc(1_000_001, "4") }, [1009]],
];

test("frames that break the WebSocket protocol", kTimeout, async (t) => {
  const arena = await Arena.create(t);
  for (const [name, frame, codes] of kFrames) {
    await t.test(`${name}: ${codes.join(" or ")}`, async () => {
      const ws = await arena.join();
      ws.sendFrame(frame);
      const code = await ws.ended();
      assert.ok(codes.includes(code), `closed with ${code}`);
      const close = ws.frames.entries.find(({ opcode }) => opcode === kOpcode.close);
      assert.equal(close.payload.length, 2, "a reason may tell more than it should");
      assert.ok(
        !ws.messages.includes("41"),
        "a DISCONNECT packet would keep the client from coming back",
      );
    });
  }
  await t.test("fragments without end", cremaOnly("has its own bound"), async () => {
    const ws = await arena.join();
    ws.sendFrame({ fin: 0, payload: Buffer.from("4") });
    for (let i = 0; i < 2_000; ++i)
      ws.sendFrame({ fin: 0, opcode: kOpcode.continuation, payload: Buffer.from("x") });
    assert.equal(await ws.ended(), 1008);
  });
  await t.test("UTF-8 split over fragments, a ping between them, is a good message", async () => {
    const ws = await arena.join();
    const text = Buffer.from(`42/${kSiteA},["ping","ü"]`);
    const cut = text.length - 3;
    ws.sendFrame({ fin: 0, payload: text.subarray(0, cut) });
    ws.sendFrame({ opcode: kOpcode.ping, payload: Buffer.from("hi") });
    ws.sendFrame({ opcode: kOpcode.continuation, payload: text.subarray(cut) });
    await ws.message((answer) => answer === `42/${kSiteA},["pong"]`, "the pong");
    const pong = ws.frames.entries.find(({ opcode }) => opcode === kOpcode.pong);
    assert.equal(pong.payload.toString(), "hi");
  });
  await arena.unharmed();
});
