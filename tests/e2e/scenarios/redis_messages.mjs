// What may be published, as text, and what arrives. Source: frappe-realtime 5, 12.

import assert from "node:assert/strict";

import { kAlice, kSiteA, kSiteB } from "../lib/world.mjs";

const site = `"namespace":"${kSiteA}"`;
const all = `"room":"all",${site}`;
const to = (room) => `{"event":"e","message":1,"room":${room},${site}}`;
const say = (message) => `{"event":"e","message":${message},${all}}`;

// [text, the argument that arrives]; without one nothing does.
const kRows = [
  [say("1"), 1],
  [say('"Failed"'), "Failed"],
  [say('""'), ""],
  [say("null"), null],
  [say("false"), false],
  [say("[]"), []],
  [say("{}"), {}],
  [say('[1,[2,[3]],{"a":{"b":[]}}]'), [1, [2, [3]], { a: { b: [] } }]],
  [say('"{\\"a\\": 1}"'), '{"a": 1}'],
  [say('{"_placeholder":true,"num":0}'), { _placeholder: true, num: 0 }],
  [say('{"nan":NaN,"inf":[Infinity,-Infinity]}'), { nan: null, inf: [null, null] }],
  [say("25.0"), 25],
  [say("1e3"), 1000],
  [say("-0.5"), -0.5],
  [say('"\\u00e9\\u6f22\\ud83d\\ude00"'), "é漢😀"],
  [say('"é漢😀"'), "é漢😀"],
  [say('\n {\n "a":\t1 } \r\n'), { a: 1 }],
  [say('"\\u0000\\n"'), "\u0000\n"],
  [`{"event":"e",${all}}`, null],
  [`{"x":{"event":"f"},"event":"e","message":1,${all},"extra":[1]}`, 1],
  [`{"\\u0065vent":"e","message":1,${all}}`, 1],
  [to(`"user:${kAlice}"`), 1],
  [to('"website"'), 1],
  [to('"nobody"')],
  [to('["all","website"]'), 1],
  [to(`["nobody","user:${kAlice}"]`), 1],
  [to("[]")],
  [to("null"), 1],
  [to('""'), 1],
  [to("false"), 1],
  [to("0"), 1],
  [to("{}")],
  [to("true")],
  [to('["all",null]')],
  [to('["all",["website"]]')],
  [`{"event":"e","message":1,"room":"all","namespace":"${kSiteB}"}`],
  [`{"event":"e","message":1,"room":"all"}`],
  [`{"event":"e","message":1,"room":"all","namespace":"nowhere"}`],
  [`{"event":"e","message":1,"room":"all","namespace":"/${kSiteA}"}`],
  [`{"event":"e","message":1,"room":"all","namespace":"../${kSiteA}"}`],
  [`{"event":"e","message":1,"room":"all","namespace":7}`],
  [`{"event":"e","message":1}`, 1],
  [`{"event":"e","message":1,"room":null,"namespace":null}`, 1],
  [`{"message":1,${all}}`],
  [`{"event":null,"message":1,${all}}`],
  [`{"event":"","message":1,${all}}`],
  [`{"event":7,"message":1,${all}}`],
  [`{"event":["e"],"message":1,${all}}`],
  ...[
    "connect",
    "connect_error",
    "disconnect",
    "disconnecting",
    "newListener",
    "removeListener",
  ].map((event) => [`{"event":"${event}","message":1,${all}}`]),
  ["null"],
  ["[]"],
  ["7"],
  ['"text"'],
  [""],
  ["not json"],
  ["{"],
  [say("1") + "x"],
  [say("01")],
  [say("'1'")],
  [say('{"a":1,}')],
  [say("undefined")],
  [say(`${"[".repeat(200)}${"]".repeat(200)}`)],
  [Buffer.from([0x80, 0x04, 0x95, 0x0a])],
  [Buffer.concat([Buffer.from(`{"event":"e","message":"`), Buffer.from([0xff, 0xfe, 0x22, 0x7d])])],
];

export async function redisMessages(t, world) {
  const client = await world.connect();
  for (const [text, ...arrives] of kRows) {
    const shown = text.toString("latin1").slice(0, 60).replace(/\s/g, " ");
    await t.test(`${shown} ${arrives.length ? "arrives" : "is dropped"}`, async () => {
      const received = await world.deliveries([client], () => world.redis.publishRaw(text));
      assert.deepEqual(received[client.name], arrives.length ? [["e", arrives[0]]] : []);
    });
  }
  await t.test("nobody was disturbed by it", () => assert.deepEqual(client.disturbances, []));
}
