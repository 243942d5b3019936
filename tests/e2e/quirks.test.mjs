// What became of each quirk of the original: every row of frappe-realtime §12, kept or changed, and
// the test that shows it. A test that is renamed fails here.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

const kQuirks = [
  ["rooms, events, payloads, CORS, the open packet", "kept", [
    ["rooms.test.mjs", "three users on two sites over three transports"],
    ["rooms.test.mjs", "a message arrives as it was published"],
    ["operations.test.mjs", "CORS reflects the origin, with credentials"],
    ["operations.test.mjs", "the open packet has the original's numbers"],
  ]],
  ["the texts of CONNECT_ERROR", "kept", [["scenarios/admission.mjs", "a cookie without Origin"]]],
  ["the root namespace is open and hears nothing", "kept", [
    ["identity.test.mjs", "the root namespace needs no credentials and hears nothing"],
  ]],
  ["Invalid namespace goes on", "changed", [
    ["identity.test.mjs", "one answer, the web process is not asked, the connection stays"],
  ]],
  ["a missing Origin is refused", "kept", [
    ["identity.test.mjs", "no Origin with a cookie"],
    ["identity.test.mjs", "no Origin with Authorization, as programs connect"],
  ]],
  ["the web process is asked where the client's Origin points", "changed", [
    ["identity.test.mjs", "the web process is never looked for where a client points"],
    ["upstream.test.mjs", "auth_upstream = origin"],
  ]],
  ["no timeouts and no caching", "changed", [
    ["identity.test.mjs", "one question at a time for each credential"],
    ["identity.test.mjs", "slow for one site: the other site is served meanwhile"],
  ]],
  ["a web process that cannot answer refuses everybody", "changed", [
    ["identity.test.mjs", "away: the CONNECT waits, and is answered when it is back"],
    ["recovery.test.mjs", "rooms come back although the web process is late"],
  ]],
  ["an answer {} leaves a dead socket", "changed", [
    ["identity.test.mjs", "that the web process never accepts ends in Unauthorized"],
    ["identity.test.mjs", "is read again when Redis was flushed"],
  ]],
  ["each version asks in its own way", "kept", [
    ["dialects.test.mjs", "how the web process is asked"],
  ]],
  ["a lost Redis ends the process", "changed", [["redis.test.mjs", "its connections killed"]]],
  ["a poisonous message ends the process", "changed", [
    ["redis.test.mjs", "messages that are no events"],
  ]],
  ["a handler's error ends the process", "changed", [
    ["handlers.test.mjs", "throws and rejections cost a line of the log, no restart"],
  ]],
  ["open_in_editor ends the process", "changed", [["client_events.test.mjs", "open_in_editor"]]],
  ["doc_close forgets the other documents", "changed", [
    ["client_events.test.mjs", "a connection that is lost closes what it had open"],
  ]],
  ["a late answer joins a room that was left", "changed", [
    ["rooms.test.mjs", "an unsubscribe overtakes the permission call of its subscribe"],
  ]],
  ["paths outside /socket.io/ hang", "changed", [
    ["operations.test.mjs", "/health answers ok"],
    ["operations.test.mjs", "nothing of the admin socket is on it"],
  ]],
  ["a second CONNECT closes the connection", "changed", [
    ["hostile.test.mjs", "a repeated CONNECT is answered with the same id"],
  ]],
  ["numbers go through doubles", "changed", [["rooms.test.mjs", "numbers keep every digit"]]],
  ["apps' handlers.js", "kept", [
    ["handlers.test.mjs", "the documented example: one host, at the first connection"],
  ]],
  ["a page that comes back has no rooms and missed what was said", "changed", [
    ["recovery.test.mjs", "has missed nothing"],
    ["recovery.test.mjs", "a restart keeps subscriptions"],
  ]],
];

for (const [quirk, became, shown] of kQuirks) {
  test(`${quirk}: ${became}`, () => {
    for (const [file, name] of shown) {
      const text = readFileSync(new URL(file, import.meta.url), "utf8");
      assert.ok(text.includes(name), `${file} has no test "${name}"`);
    }
  });
}
