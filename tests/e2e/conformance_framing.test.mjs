// WebSocket conformance over the wire, Autobahn's categories 1 to 5: sizes, pings and pongs,
// reserved bits, reserved opcodes, fragments.

import test from "node:test";

import { Arena } from "./lib/arena.mjs";
import {
  ask,
  asked,
  binary,
  closeWith,
  conform,
  echo,
  echoed,
  fragments,
  more,
  ping,
  pong,
  text,
} from "./lib/conformance.mjs";
import { cremaOnly } from "./lib/crema.mjs";
import { kSiteA } from "./lib/world.mjs";

const kTimeout = { timeout: 120_000 };
const kProtocolError = 1002;

const hi = { sent: text(echo("hi")), answer: echoed("hi") };

// Text of exactly `size` bytes that is answered.
const asking = (size) => ask("*".repeat(size - ask().length));
// An event that is answered, with an attachment of that size.
const attached = (size) => [
  text(`451-/${kSiteA},["ping",{"_placeholder":true,"num":0}]`),
  binary(Buffer.alloc(size, 0xfe)),
];

const kSizes = [
  [1, 0],
  [2, 125],
  [3, 126],
  [4, 127],
  [5, 128],
  [6, 65_535],
  [7, 65_536],
];
const kFraming = kSizes.flatMap(([n, size]) => [
  size === 0
    ? {
        id: "1.1.1",
        title: "an empty text frame: no packet, so the session ends",
        frames: [text("")],
        close: "no code",
      }
    : {
        id: `1.1.${n}`,
        title: `text of ${size} bytes`,
        frames: [text(asking(size)), hi.sent],
        answers: [asked, hi.answer],
      },
  {
    id: `1.2.${n}`,
    title: `binary of ${size} bytes`,
    frames: [...attached(size), hi.sent],
    answers: [asked, hi.answer],
  },
]);

const kFull = "\xfe".repeat(125);
const kTen = Array.from({ length: 10 }, (_, i) => `payload-${i}`);
const kPings = [
  { id: "2.1", title: "a ping without payload", frames: [ping()], pongs: [""] },
  { id: "2.2", title: "a ping", frames: [ping("Hello, world!")], pongs: ["Hello, world!"] },
  {
    id: "2.3",
    title: "a ping with bytes that are no UTF-8",
    frames: [ping(Buffer.from([0x00, 0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0x00, 0xff]))],
    pongs: ["\x00\xff\xfe\xfd\xfc\xfb\x00\xff"],
  },
  {
    id: "2.4 and 2.6",
    title: "a ping of 125 bytes",
    frames: [ping(Buffer.from(kFull, "latin1"))],
    pongs: [kFull],
  },
  {
    id: "2.5",
    title: "a ping of 126 bytes",
    frames: [ping(Buffer.alloc(126, 0xfe))],
    close: kProtocolError,
  },
  { id: "2.7", title: "an unsolicited pong without payload", frames: [pong()] },
  { id: "2.8", title: "an unsolicited pong", frames: [pong("unsolicited pong payload")] },
  {
    id: "2.9",
    title: "an unsolicited pong, then a ping",
    frames: [pong("unsolicited pong payload"), ping("ping payload")],
    pongs: ["ping payload"],
  },
  { id: "2.10 and 2.11", title: "ten pings", frames: kTen.map((p) => ping(p)), pongs: kTen },
];

const kReservedBits = [
  { id: "3.1", title: "RSV3 on text", frames: [text(echo("x"), { rsv: 1 })] },
  {
    id: "3.2",
    title: "text, then RSV2 on text, then a ping",
    frames: [hi.sent, text(echo("x"), { rsv: 2 }), ping()],
    answers: [hi.answer],
  },
  {
    id: "3.3 and 3.4",
    title: "text, then RSV1 without an extension, then a ping",
    frames: [hi.sent, text(echo("x"), { rsv: 4 }), ping()],
    answers: [hi.answer],
  },
  { id: "3.5", title: "RSV1 and RSV3 on binary", frames: [binary("\0", { rsv: 5 })] },
  { id: "3.6", title: "RSV1 and RSV2 on a ping", frames: [ping("x", { rsv: 6 })] },
  { id: "3.7", title: "all of them on a close", frames: [closeWith("", { rsv: 7 })] },
].map((row) => ({ ...row, close: kProtocolError }));

const kReservedOpcodes = [
  [1, [3, 4, 5, 6, 7]],
  [2, [11, 12, 13, 14, 15]],
].flatMap(([group, opcodes]) =>
  opcodes.map((opcode, i) => {
    const alone = i < 2;
    const frame = text(i % 2 === 0 ? "" : "reserved opcode payload", { opcode });
    return {
      id: `4.${group}.${i + 1}`,
      title: `opcode ${opcode}${alone ? "" : " after text"}`,
      frames: alone ? [frame] : [hi.sent, frame, ping()],
      answers: alone ? [] : [hi.answer],
      close: kProtocolError,
    };
  }),
);

const [first, second] = fragments(echo("fragments"), [4]);
const whole = echoed("fragments");
const five = fragments(echo("fragments"), [3, 6, 7, 9]);
const stray = (fin) => more("non-continuation payload", { fin });
const kFragments = [
  {
    id: "5.1",
    title: "a ping in two fragments",
    frames: [ping("fragment1", { fin: 0 }), more("fragment2")],
    close: kProtocolError,
  },
  {
    id: "5.2",
    title: "a pong in two fragments",
    frames: [pong("fragment1", { fin: 0 }), more("fragment2")],
    close: kProtocolError,
  },
  { id: "5.3 to 5.5", title: "text in two fragments", frames: [first, second], answers: [whole] },
  {
    id: "5.6 to 5.8",
    title: "text in two fragments, a ping between them",
    frames: [first, ping("between"), second],
    answers: [whole],
    pongs: ["between"],
  },
  ...[1, 0].map((fin) => ({
    id: fin ? "5.9 to 5.11" : "5.12 to 5.14",
    title: `a continuation (FIN ${fin}) of nothing, then text`,
    frames: [stray(fin), hi.sent],
    close: kProtocolError,
  })),
  {
    id: "5.15",
    title: "text in two fragments, then a continuation of nothing, then text",
    frames: [first, second, stray(0), hi.sent],
    answers: [whole],
    close: kProtocolError,
  },
  ...[0, 1].map((fin) => ({
    id: `5.${16 + fin}`,
    title: `a continuation (FIN ${fin}) of nothing, then text in two fragments, twice`,
    frames: [stray(fin), first, second, stray(fin), first, second],
    close: kProtocolError,
  })),
  {
    id: "5.18",
    title: "new text amid fragments",
    frames: [text(echo("x"), { fin: 0 }), text(echo("x"))],
    close: kProtocolError,
  },
  {
    id: "5.18b",
    title: "new binary amid fragments of text",
    frames: [first, binary("x"), second],
    close: kProtocolError,
  },
  {
    id: "5.19 and 5.20",
    title: "text in five fragments, pings after the second and the fourth",
    frames: [five[0], five[1], ping("pongme 1!"), five[2], five[3], ping("pongme 2!"), five[4]],
    answers: [whole],
    pongs: ["pongme 1!", "pongme 2!"],
  },
];

const kLengths = [
  ["126 for a payload of 125 bytes", [126, 0, 125]],
  ["127 for a payload of 125 bytes", [127, 0, 0, 0, 0, 0, 0, 0, 125]],
].map(([title, lengthField], i) => ({
  id: `1.3.${i + 1}`,
  title: `a length that is longer than it need be: ${title}`,
  frames: [text(asking(125), { lengthField })],
  close: kProtocolError,
  options: cremaOnly("lets it pass"),
}));

test("category 1: framing", kTimeout, async (t) => {
  const arena = await Arena.create(t);
  await conform(t, arena, [...kFraming, ...kLengths]);
  await arena.unharmed();
});

test("category 2: pings and pongs", kTimeout, async (t) => {
  await conform(t, await Arena.create(t), kPings);
});

test("category 3: reserved bits", kTimeout, async (t) => {
  await conform(t, await Arena.create(t), kReservedBits);
});

test("category 4: reserved opcodes", kTimeout, async (t) => {
  await conform(t, await Arena.create(t), kReservedOpcodes);
});

test("category 5: fragments", kTimeout, async (t) => {
  await conform(t, await Arena.create(t), kFragments);
});
