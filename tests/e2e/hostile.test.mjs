import assert from "node:assert/strict";
import test from "node:test";

import { Arena } from "./lib/arena.mjs";
import { cremaOnly } from "./lib/crema.mjs";
import { kOpcode } from "./lib/raw.mjs";
import { kSiteA } from "./lib/world.mjs";

const kTimeout = { timeout: 120_000 };

// Packets (without the Engine.IO type) from a client that joined a.localhost, after each of which
// the connection is closed. "A" stands for the namespace and its comma.
const kFatalPackets = [
  '2A[{"toString":"foo"}]',
  '2A[true,"foo"]',
  '2A[null,"bar"]',
  "2A[]",
  "2A{}",
  '2A"x"',
  '2A["some","data"',
  '2A["x"]trailing',
  '2A["x",NaN]',
  ...[
    "connect",
    "connect_error",
    "disconnect",
    "disconnecting",
    "newListener",
    "removeListener",
  ].map((name) => `2A["${name}","123"]`),
  '2/admin,["x"]',
  '2["x"]',
  '2A1e2["x"]',
  '2A-1["x"]',
  '2A1.5["x"]',
  '2Aabc["x"]',
  "999",
  "",
  "x",
  "7A",
  '0A"invalid"',
  "0A[]",
  "0A{",
  "1A{}",
  '3A1{"x":1}',
  '3/admin,1["x"]',
  '4A{"message":"x"}',
  "5",
  '5A["x"]',
  "51",
  "5a-",
  "51.23-",
  '50-A["hello"]',
  '5-1-A["hello"]',
  `511-A["a"${',{"_placeholder":true,"num":0}'.repeat(11)}]`,
];
const kStricterPackets = [
  '50x1-A["a"]',
  '51e1-A["a"]',
  '2A ["x"]',
  '2A99999999999999999999["ping"]',
  `2A["x",${"[".repeat(5_000)}${"]".repeat(5_000)}]`,
];

// Sequences of frames: strings are text, Buffers are binary.
const kAttachment = '451-A["hello",{"_placeholder":true,"num":0}]';
const kFatalSequences = [
  ["text while an attachment is awaited", [kAttachment, '42A["ping"]']],
  ["a binary frame that nobody awaits", [Buffer.from("x")]],
  ...['"splice"', "1", "-1", "1.5", "1e9", '"0"'].map((num) => [
    `the attachment number ${num}`,
    [kAttachment.replace('"num":0', `"num":${num}`), Buffer.from("x")],
  ]),
  ["an attachment without a number", [kAttachment.replace(',"num":0', ""), Buffer.from("x")]],
  ["an Engine.IO ping from the client", ["2"]],
  ["an unknown Engine.IO packet", ["9"]],
  ["an empty frame", [""]],
];

function inNamespace(text) {
  return text.replace("A", `/${kSiteA},`);
}

test("packets that close the connection", kTimeout, async (t) => {
  const arena = await Arena.create(t);
  const stricter = cremaOnly("is laxer");
  const cases = [
    ...kFatalPackets.map((packet) => [packet, [`4${packet}`], {}]),
    ...kStricterPackets.map((packet) => [packet, [`4${packet}`], stricter]),
    ...kFatalSequences.map(([name, frames]) => [name, frames, {}]),
  ];
  for (const [name, frames, options] of cases) {
    await t.test(JSON.stringify(name.slice(0, 60)), options, async () => {
      const ws = await arena.join();
      const from = ws.messages.length;
      for (const frame of frames) {
        if (typeof frame === "string") ws.send(inNamespace(frame));
        else ws.sendFrame({ opcode: kOpcode.binary, payload: frame });
      }
      await ws.ended();
      assert.deepEqual(ws.messages.slice(from), []);
    });
  }
  await arena.unharmed();
});

const kFirstPackets = [
  `42/${kSiteA},["ping"]`,
  '42["ping"]',
  `41/${kSiteA},`,
  `43/${kSiteA},1["x"]`,
  `44/${kSiteA},{"message":"x"}`,
  `451-/${kSiteA},["x",{"_placeholder":true,"num":0}]`,
];

const kHolds = cremaOnly("it closes the connection", kTimeout);

test("an event right behind the CONNECT waits for its answer", kHolds, async (t) => {
  const arena = await Arena.create(t);
  const ws = await arena.openWebSocket();
  ws.send(`40/${kSiteA},`);
  ws.send(`42/${kSiteA},["ping"]`);
  await ws.message((text) => text === `42/${kSiteA},["pong"]`, "the answer to the event");
  assert.ok(ws.messages.at(-2).startsWith(`40/${kSiteA},`));
  await arena.unharmed();
});

test("anything but a CONNECT first closes the connection", kTimeout, async (t) => {
  const arena = await Arena.create(t);
  for (const packet of kFirstPackets) {
    await t.test(packet, async () => {
      const ws = await arena.openWebSocket();
      ws.send(packet);
      if (packet.startsWith("45"))
        ws.sendFrame({ opcode: kOpcode.binary, payload: Buffer.from("x") });
      await ws.ended();
      assert.equal(ws.messages.length, 1);
    });
  }
  await arena.unharmed();
});

// Events, with any arguments, that end nothing: the connection goes on.
const kHarmless = [
  '["error","no handler"]',
  '["unknown"]',
  "[5,1]",
  '["hello",{"__proto__":{"x":1},"constructor":{"y":2}}]',
  '["x",1e400]',
  '["x",-0]',
  '["x",18446744073709551616]',
  '["ping",null,{},[1,2]]',
  ...["doctype_subscribe", "doc_subscribe", "task_subscribe", "progress_subscribe"].flatMap(
    (event) => [
      `["${event}"]`,
      `["${event}",null,null]`,
      `["${event}",{"toString":1},[]]`,
      `["${event}",5,true]`,
      `["${event}","","",""]`,
      `["${event}","${"x".repeat(10_000)}","&name=y#z?\\r\\nX: y"]`,
    ],
  ),
  ...["doctype_unsubscribe", "doc_unsubscribe", "task_unsubscribe"].flatMap((event) => [
    `["${event}"]`,
    `["${event}",{},null]`,
    `["${event}","never subscribed","x"]`,
  ]),
  '["open_in_editor",{"file":"/etc/passwd","line":1,"column":1}]',
];

test("packets that are ignored", kTimeout, async (t) => {
  const arena = await Arena.create(t);
  const ws = await arena.join();
  const packets = [
    "42A",
    "43A1[]",
    "43A7[1]",
    ...kHarmless.flatMap((json) => [`42A${json}`, `42A12${json}`]),
  ];
  for (const packet of packets) ws.send(inNamespace(packet));
  ws.send("3");
  ws.send(`42/${kSiteA},["ping","the last"]`);
  const pongs = 3;
  let from = 0;
  for (let n = 0; n < pongs; ++n) {
    await ws.message((text) => text === `42/${kSiteA},["pong"]`, "a pong", { from });
    from = ws.frames.entries.findIndex(({ text }, i) => i >= from && text?.includes("pong")) + 1;
  }
  // Only who asked for an acknowledgement may be answered, and only with one.
  const isAnswer = (text) => /^43\/[^,]+,12\[\{"ok":(true|false,"error":"[\w ]+")\}\]$/.test(text);
  const answers = ws.messages.filter((text) => !/^(0|40)/.test(text) && !isAnswer(text));
  assert.deepEqual(
    answers,
    Array.from({ length: pongs }, () => `42/${kSiteA},["pong"]`),
  );
  for (const { headers } of arena.world.web.requests.entries) assert.equal(headers.x, undefined);
  await arena.unharmed();
});

test(
  "CONNECT packets beyond reason",
  cremaOnly("asks the web process for each", kTimeout),
  async (t) => {
    const arena = await Arena.create(t);
    const { world } = arena;

    await t.test("5,000 namespaces cost no question to the web process", async () => {
      const from = world.web.requests.length;
      const names = Array.from({ length: 5_000 }, (_, i) => `x${i}.localhost`);
      const ws = await arena.openWebSocket();
      for (const name of names) ws.send(`40/${name},`);
      ws.send(`40/${kSiteA},`);
      await ws.message((text) => text.startsWith(`40/${kSiteA},{`), "the site's namespace");
      // Each once, in order; none takes a place of the namespaces that a connection may have.
      const refusals = names.map((name) => `44/${name},{"message":"Invalid namespace"}`);
      assert.deepEqual(ws.messages.slice(1, -1), refusals);
      const counted = (name, reason) =>
        world.server.metric(`crema_${name}_total`, (labels) => labels.reason === reason);
      assert.equal(await counted("auth_results", "namespace"), names.length);
      assert.equal(await counted("rejected", "namespaces_per_connection"), 0);
      assert.equal(world.web.requests.length - from, 1, "who alice is");
    });
    await t.test("two CONNECTs in flight make one socket", async () => {
      const ws = await arena.openWebSocket();
      ws.send(`40/${kSiteA},`);
      ws.send(`40/${kSiteA},`);
      await ws.message((text) => text.startsWith(`40/${kSiteA},`), "the answer");
      ws.send(`42/${kSiteA},["ping"]`);
      await ws.message((text) => text === `42/${kSiteA},["pong"]`, "the pong");
      await world.redis.publish({ site: kSiteA, room: "all", event: "once", message: 1 });
      await world.redis.publish({ site: kSiteA, room: "all", event: "last", message: 1 });
      await ws.message((text) => text.includes('"last"'), "the last event");
      assert.equal(ws.messages.filter((text) => text.includes('"once"')).length, 1);
    });
    await t.test("a repeated CONNECT is answered with the same id", async () => {
      const ws = await world.joinRaw();
      const [first] = ws.messages.filter((text) => text.startsWith("40"));
      const from = ws.frames.length;
      ws.send(`40/${kSiteA},`);
      assert.equal(
        await ws.message((text) => text.startsWith("40"), "the answer", { from }),
        first,
      );
    });
    await t.test("CONNECT and DISCONNECT over and over", async () => {
      const ws = await arena.openWebSocket();
      for (let i = 0; i < 200; ++i) {
        const from = ws.frames.length;
        ws.send(`40/${kSiteA},`);
        await ws.message((text) => text.startsWith("40"), "the answer", { from });
        ws.send(`41/${kSiteA},`);
      }
    });
    await arena.unharmed();
  },
);

test("clients that vanish at every stage", kTimeout, async (t) => {
  const arena = await Arena.create(t);
  const { world } = arena;
  for (let round = 0; round < 20; ++round) {
    const opened = await arena.openWebSocket();
    opened.abort();
    const joining = await arena.openWebSocket();
    joining.send(`40/${kSiteA},`);
    joining.abort();
    const joined = await world.joinRaw();
    joined.send(`42/${kSiteA},["doctype_subscribe","ToDo"]`);
    joined.abort();
    const half = await world.joinRaw();
    half.sendBytes(Buffer.from([0x81]));
    half.abort();
  }
  await arena.unharmed();
});
