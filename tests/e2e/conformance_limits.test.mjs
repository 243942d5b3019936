// WebSocket conformance over the wire, Autobahn's categories 9 and 10, scaled to the bounds that
// the server announces or documents: large messages, many of them, many fragments.
// Source: spec/hostile-input.md, "Defaults and bounds".

import test from "node:test";

import { Arena } from "./lib/arena.mjs";
import {
  ask,
  asked,
  binary,
  conform,
  echo,
  echoed,
  fragments,
  more,
  text,
} from "./lib/conformance.mjs";
import { cremaOnly } from "./lib/crema.mjs";
import { kSiteA } from "./lib/world.mjs";

const kTimeout = { timeout: 120_000 };
const kMaxPayload = 1_000_000;
const kFragmentsMax = 1_024;
const kTooBig = 1009;
const kPolicy = 1008;
const kProtocolError = 1002;

const asking = (size) => ask("*".repeat(size - ask().length));
const announced = `451-/${kSiteA},["ping",{"_placeholder":true,"num":0}]`;
const kOnce = ["at once"];
const kChopped = ["by byte"];

const kLarge = [65_536, 262_144, 524_288, 900_000, kMaxPayload - 1, kMaxPayload];
const kMessages = kLarge.flatMap((size, i) => [
  {
    id: `9.1.${i + 1}`,
    title: `text of ${size} bytes`,
    frames: [text(asking(size))],
    answers: [asked],
    deliveries: kOnce,
  },
  {
    id: `9.2.${i + 1}`,
    title: `binary of ${size} bytes`,
    frames: [text(announced), binary(Buffer.alloc(size, 0xfe))],
    answers: [asked],
    deliveries: kOnce,
  },
]);

const kCuts = [1_000, 4_096, 16_384, 65_536, 262_144, 524_288];
const kFragmented = kCuts.flatMap((size, i) => [
  {
    id: `9.3.${i + 1}`,
    title: `${kMaxPayload} bytes of text in fragments of ${size}`,
    frames: fragments(asking(kMaxPayload), size),
    answers: [asked],
    deliveries: kOnce,
  },
]);

const kChops = [
  {
    id: "9.5",
    title: `${kMaxPayload} bytes of text in small writes`,
    frames: [text(asking(kMaxPayload))],
    answers: [asked],
    deliveries: kChopped,
  },
  {
    id: "9.6",
    title: `${kMaxPayload} bytes of binary in small writes`,
    frames: [text(announced), binary(Buffer.alloc(kMaxPayload, 0xfe))],
    answers: [asked],
    deliveries: kChopped,
  },
];

// Each is answered with its own text, so that order and number are seen.
const kNumbers = Array.from({ length: 1_000 }, (_, i) => i);
const kMany = [0, 16, 64, 256, 1_024].map((size, i) => {
  const named = (number) => `${number} ${"*".repeat(size)}`;
  return {
    id: `9.7.${i + 1}`,
    title: `1,000 messages with ${size} bytes of text`,
    frames: kNumbers.map((number) => text(echo(named(number)))),
    answers: kNumbers.map((number) => echoed(named(number))),
    deliveries: ["at once", "by frame"],
  };
});

const tooMany = cremaOnly("has its own bound");
const kLimits = [
  {
    id: "9.9.1",
    title: "one byte too many: told from the header alone",
    frames: [text("", { lengthField: lengthOf(BigInt(kMaxPayload + 1)) })],
    close: kTooBig,
  },
  {
    id: "9.9.2",
    title: "2^62 bytes",
    frames: [text("", { lengthField: lengthOf(1n << 62n) })],
    close: kTooBig,
    options: cremaOnly("takes it for an error of the protocol's; either is right"),
  },
  {
    id: "9.9.3",
    title: "a length with its highest bit set",
    frames: [text("", { lengthField: lengthOf((1n << 63n) + 1n) })],
    close: kProtocolError,
    options: cremaOnly("says 1009"),
  },
  {
    id: "9.9.4",
    title: "fragments that are too big together",
    frames: [text("4".repeat(600_000), { fin: 0 }), more("4".repeat(400_001))],
    close: kTooBig,
    deliveries: kOnce,
  },
  {
    id: "9.9.5",
    title: "a binary message that is one byte too big",
    frames: [text(announced), binary(Buffer.alloc(kMaxPayload + 1, 0xfe))],
    close: kTooBig,
    deliveries: kOnce,
  },
  {
    id: "9.9.6",
    title: `${kFragmentsMax} fragments`,
    frames: fragments(asking(kFragmentsMax), 1),
    answers: [asked],
    deliveries: ["at once", "by frame"],
  },
  {
    id: "9.9.7",
    title: "one fragment more",
    frames: fragments(asking(kFragmentsMax + 1), 1),
    close: kPolicy,
    deliveries: ["at once", "by frame"],
    options: tooMany,
  },
  {
    id: "9.9.8",
    title: "empty fragments count",
    frames: [text("4", { fin: 0 }), ...Array(kFragmentsMax).fill(more("", { fin: 0 }))],
    close: kPolicy,
    deliveries: kOnce,
    options: tooMany,
  },
  {
    id: "9.9.9",
    title: "the bound is one message's",
    frames: [1, 2].flatMap(() => fragments(asking(kFragmentsMax), 1)),
    answers: [asked, asked],
    deliveries: kOnce,
  },
];

const kAutoFragmented = {
  id: "10.1.1",
  title: "65,536 bytes in fragments of 1,300",
  frames: fragments(asking(65_536), 1_300),
  answers: [asked],
};

test("category 9: sizes and numbers", kTimeout, async (t) => {
  const arena = await Arena.create(t);
  await conform(t, arena, [...kMessages, ...kFragmented, ...kChops, ...kMany, ...kLimits]);
  await arena.unharmed();
});

test("category 10: fragments made by the library", kTimeout, async (t) => {
  await conform(t, await Arena.create(t), [kAutoFragmented]);
});

function lengthOf(size) {
  const bytes = Buffer.alloc(9);
  bytes[0] = 127;
  bytes.writeBigUInt64BE(BigInt(size), 1);
  return bytes;
}
