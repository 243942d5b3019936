// WebSocket conformance over the wire, Autobahn's category 7: the end of a connection.

import assert from "node:assert/strict";
import test from "node:test";

import { Arena } from "./lib/arena.mjs";
import {
  ask,
  asked,
  closeCode,
  closeWith,
  conform,
  echo,
  echoed,
  fragments,
  ping,
  text,
} from "./lib/conformance.mjs";
import { kOpcode } from "./lib/frames.mjs";

const kTimeout = { timeout: 120_000 };
const kProtocolError = 1002;
const kInvalidData = 1007;
const kNoCode = "no code";

const hi = { sent: text(echo("hi")), answer: echoed("hi") };
const normal = closeCode(1000);
const [first] = fragments(echo("fragments"), [4]);

const kOrder = [
  { id: "7.1.1", title: "text, then a close", frames: [hi.sent, normal], answers: [hi.answer] },
  { id: "7.1.2", title: "two closes", frames: [normal, normal] },
  { id: "7.1.3", title: "a ping after the close", frames: [normal, ping("late")] },
  { id: "7.1.4", title: "text after the close", frames: [normal, hi.sent] },
  { id: "7.1.5", title: "a close amid fragments", frames: [first, normal] },
  {
    id: "7.1.6",
    title: "256 KiB of text, then a close, then a ping",
    frames: [text(ask("*".repeat(262_144))), normal, ping("late")],
    answers: [asked],
  },
  {
    id: "7.1.7",
    title: "what is no frame after the close",
    frames: [normal, Buffer.alloc(64, 0xff)],
  },
].map((row) => ({ ...row, close: 1000 }));

const kReasons = [
  ["7.3.1", "no payload", closeWith(), kNoCode],
  ["7.3.2", "a payload of one byte", closeWith("a"), kProtocolError],
  ["7.3.3", "a code", normal, 1000],
  ["7.3.4", "a code and a reason", closeCode(1000, "Hello World!"), 1000],
  ["7.3.5", "a reason of 123 bytes", closeCode(1000, "*".repeat(123)), 1000],
  ["7.3.6", "a reason of 124 bytes", closeCode(1000, "*".repeat(124)), kProtocolError],
  [
    "7.5.1",
    "a reason that is no UTF-8",
    closeCode(1000, Buffer.from("cebae1bdb9cf83cebcceb5eda080656469746564", "hex")),
    kInvalidData,
  ],
  [
    "7.5.2",
    "a reason that ends within a character",
    closeCode(1000, Buffer.from("ceba".repeat(3) + "ce", "hex")),
    kInvalidData,
  ],
  ["7.3.7", "a close that announces fragments", closeWith("", { fin: 0 }), kProtocolError],
].map(([id, title, frame, close]) => ({ id, title, frames: [frame], close }));

// 1012 to 1014 have been registered since Autobahn's list was made.
const kGood = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014];
const kGoodCodes = [...kGood, 3000, 3999, 4000, 4999].map((code, i) => ({
  id: `7.7.${i + 1}`,
  title: `the code ${code} comes back`,
  frames: [closeCode(code)],
  close: code,
}));

const kBad = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999];
const kBadCodes = [...kBad, 5000, 32_767, 32_768, 65_535].map((code, i) => ({
  id: code < 5000 ? `7.9.${i + 1}` : `7.13.${i - kBad.length + 1}`,
  title: `nobody may send the code ${code}`,
  frames: [closeCode(code)],
  close: kProtocolError,
}));

test("category 7: the end", kTimeout, async (t) => {
  const arena = await Arena.create(t);
  await conform(t, arena, [...kOrder, ...kReasons, ...kGoodCodes, ...kBadCodes]);
  await arena.unharmed();
});

test("category 7: one close frame, whatever ends it", kTimeout, async (t) => {
  const arena = await Arena.create(t);
  const endings = [
    ["a close", normal],
    ["a frame that is none", text("x", { rsv: 7 })],
    ["a packet that is none", text("x")],
    ["a message that is too big", text("4", { lengthField: [127, 0, 0, 0, 0, 0, 0x10, 0, 0] })],
  ];
  for (const [title, frame] of endings) {
    await t.test(`7.1 ${title}: one close frame, then the end of the stream`, async () => {
      const ws = await arena.join();
      ws.sendBytes(Buffer.concat([frame, frame, normal]));
      await ws.ended();
      const frames = ws.frames.entries.map(({ opcode }) => opcode);
      assert.equal(frames.filter((opcode) => opcode === kOpcode.close).length, 1);
      assert.equal(frames.at(-1), kOpcode.close, "the close frame is the last");
    });
  }
  await t.test("7.7 and 7.9 every code from 998 to 1020", async () => {
    for (let code = 998; code <= 1020; ++code) {
      const ws = await arena.openWebSocket();
      ws.sendBytes(closeCode(code));
      assert.equal(await ws.ended(), kGood.includes(code) ? code : kProtocolError, `code ${code}`);
    }
  });
});
