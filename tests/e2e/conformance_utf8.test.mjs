// WebSocket conformance over the wire, Autobahn's category 6: what is UTF-8, wherever it is cut.

import assert from "node:assert/strict";
import test from "node:test";

import { Arena } from "./lib/arena.mjs";
import { conform, echo, echoed, fragments, more, runRow, text } from "./lib/conformance.mjs";
import { cremaOnly } from "./lib/crema.mjs";
import { encodeFrame } from "./lib/frames.mjs";
import { kInvalid, kKosme, kValid } from "./lib/utf8_cases.mjs";

const kTimeout = { timeout: 120_000 };
const kInvalidData = 1007;
// A NUL is a character like others.
const kHello = "Hello-µ@ßöäüàá-€-𝄞-UTF-8!!";

const fromHex = (hex) => Buffer.from(hex, "hex");
// A message whose text is answered, around bytes that may be no text at all.
const around = (bytes) =>
  Buffer.concat([Buffer.from(echo("")).subarray(0, -1), bytes, Buffer.from(",")]);

const kWhole = [
  ["6.1.1", "an empty message is no packet: the session ends", [text("")]],
  [
    "6.1.2",
    "so is one of three empty fragments",
    [text("", { fin: 0 }), more("", { fin: 0 }), more()],
  ],
].map(([id, title, frames]) => ({ id, title, frames, close: "no code" }));

const kSome = [
  ...kWhole,
  {
    id: "6.1.3",
    title: "three fragments, the first and the last empty",
    frames: [text("", { fin: 0 }), more(echo("middle"), { fin: 0 }), more()],
    answers: [echoed("middle")],
  },
];

const valid = ([id, title, hex]) => ({
  id,
  title: `${title}: ${hex.slice(0, 16)}`,
  frames: [text(around(fromHex(hex)))],
  answers: [echoed(fromHex(hex).toString())],
});

const invalid = ([id, title, hex]) => ({
  id,
  title: `${title}: ${hex.slice(0, 16)}`,
  frames: [text(around(fromHex(hex)))],
  close: kInvalidData,
});

test("category 6.1 to 6.5, 6.7, 6.9, 6.11, 6.22, 6.23: UTF-8", kTimeout, async (t) => {
  const arena = await Arena.create(t);
  await conform(t, arena, [...kSome, ...kValid.map(valid)]);

  const messages = [kHello, fromHex(kKosme).toString(), "\u0080\u0800\u{10000}\u{10ffff}\uffff"];
  await t.test("6.2.2 every cut into two fragments", async () => {
    for (const message of messages) {
      const whole = Buffer.from(echo(message));
      const cuts = Array.from({ length: whole.length + 1 }, (_, at) => at);
      const frames = cuts.flatMap((at) => fragments(whole, [at]));
      const answers = cuts.map(() => echoed(message));
      await runRow(arena, { frames, answers }, "by frame");
    }
  });
  await t.test("6.2.3 and 6.2.4 a fragment for every byte, a write for every byte", async () => {
    for (const message of messages) {
      const frames = fragments(echo(message), 1);
      await runRow(arena, { frames, answers: [echoed(message)] }, "by byte");
    }
  });
  await t.test("6.5 every cut into three fragments, all of them at once", async () => {
    const message = "µ€𝄞";
    const whole = Buffer.from(echo(message));
    const frames = [];
    let count = 0;
    for (let first = 3; first < whole.length; ++first) {
      for (let second = first; second < whole.length; ++second, ++count)
        frames.push(...fragments(whole, [first, second]));
    }
    const answers = Array.from({ length: count }, () => echoed(message));
    await runRow(arena, { frames, answers }, "at once");
  });
  await arena.unharmed();
});

test("category 6.3, 6.6, 6.8, 6.10, 6.12 to 6.21: no UTF-8", kTimeout, async (t) => {
  const arena = await Arena.create(t);
  await conform(t, arena, kInvalid.map(invalid));
  await t.test("6.3.2 a fragment for every byte", async () => {
    for (const [, , hex] of kInvalid) {
      const frames = fragments(around(fromHex(hex)), 1);
      await runRow(arena, { frames, close: kInvalidData }, "at once");
    }
  });
  await t.test("6.6 a message that ends within a character, however it is cut", async () => {
    const whole = around(fromHex(kKosme));
    const cut = whole.subarray(0, whole.length - 2);
    for (let at = 1; at < cut.length; ++at)
      await runRow(arena, { frames: fragments(cut, [at]), close: kInvalidData }, "by frame");
  });
  await arena.unharmed();
});

// The end comes at the first byte that cannot be: the rest of the message is never sent.
const kEarly = [
  ["6.4.1", "a fragment with a surrogate", fromHex(`${kKosme}eda080`)],
  ["6.4.2", "a fragment beyond the last character", fromHex(`${kKosme}f4908080`)],
];
const early = cremaOnly("checks a message when it is whole");

test("category 6.4: the first wrong byte ends it", kTimeout, async (t) => {
  const arena = await Arena.create(t);
  for (const [id, title, bytes] of kEarly) {
    const start = Buffer.concat([Buffer.from("40/"), bytes]);
    await t.test(`${id} ${title}, more to come`, early, async () => {
      await runRow(arena, { frames: [text(start, { fin: 0 })], close: kInvalidData }, "at once");
    });
    const group = id === "6.4.1" ? "6.4.3" : "6.4.4";
    await t.test(`${group} ${title}: amid a frame`, early, async () => {
      const frame = encodeFrame({ payload: Buffer.concat([start, Buffer.alloc(100, "x")]) });
      const sent = frame.subarray(0, frame.length - 100);
      await runRow(arena, { frames: [sent], close: kInvalidData }, "at once");
      await runRow(arena, { frames: [sent], close: kInvalidData }, "by byte");
    });
  }
  await t.test("6.4.5 at the very byte: the one before it ends nothing", early, async () => {
    const good = Buffer.concat([Buffer.from("40/"), fromHex("f4")]);
    for (const [byte, ends] of [
      [0x8f, false],
      [0x90, true],
    ]) {
      const ws = await arena.join();
      ws.sendFrame({ fin: 0, payload: Buffer.concat([good, Buffer.from([byte])]) });
      if (ends) {
        assert.equal(await ws.ended(), kInvalidData);
        continue;
      }
      ws.sendFrame({ opcode: 9, payload: Buffer.from("alive") });
      await ws.frames.wait(({ opcode }) => opcode === 10, "the pong");
      ws.abort();
    }
  });
});
