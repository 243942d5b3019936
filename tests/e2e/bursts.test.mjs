// What one read of Redis brings at once: events for the same receivers are joined on their way, and
// nobody may notice.

import assert from "node:assert/strict";
import test from "node:test";

import { kReference } from "./lib/crema.mjs";
import { asJson } from "./lib/frappe_json.mjs";
import { kEventsChannel } from "./lib/redis.mjs";
import { kAlice, kBob, kSiteA, kSiteB, World } from "./lib/world.mjs";

const kPublishAll = "for _, m in ipairs(ARGV) do redis.call('PUBLISH', KEYS[1], m) end";
const kBrowser = { headers: { "User-Agent": "Mozilla/5.0 (X11; Linux x86_64)" } };
const kQuick = { client: { reconnectionDelay: 50, reconnectionDelayMax: 100 } };
// Of site A: runs of one room, a change at every event, and one event that is larger than what is
// joined.
const kRooms = [
  ...Array(40).fill("website"),
  ...Array(20).fill(`user:${kAlice}`),
  ...Array(20).fill([`user:${kAlice}`, "website"]).flat(),
  ...Array(20).fill(`user:${kBob}`),
];
const kLarge = { 10: "x".repeat(100_000) };

const kEvents = kRooms.map((room, number) => ({
  event: "step",
  room,
  message: { number, text: kLarge[number] ?? "" },
}));

// In one step of Redis.
function publish(world, events, site = kSiteA) {
  const messages = events.map((each) => asJson({ ...each, namespace: site }));
  return world.redis.command("EVAL", kPublishAll, 1, kEventsChannel, ...messages);
}

const numbers = (received) =>
  received.filter(([event]) => event === "step").map(([, message]) => message.number);
const due = (...rooms) => kRooms.flatMap((room, number) => (rooms.includes(room) ? [number] : []));

for (const shards of kReference ? [1] : [1, 2]) {
  for (const mode of ["default", "polling", "websocket"]) {
    test(`a burst by ${mode}, ${shards} shards: in order, for its receivers`, async (t) => {
      const world = await World.create(t, { config: { crema: { shards } } });
      const alice = await world.connect({ mode });
      const browser = await world.connect({ mode, ...kBrowser, site: kSiteA, user: kBob });
      const other = await world.connect({ mode, site: kSiteB });
      const got = await world.deliveries([alice, browser, other], () => publish(world, kEvents));
      assert.deepEqual(numbers(got[alice.name]), due("website", `user:${kAlice}`));
      assert.deepEqual(numbers(got[browser.name]), due("website", `user:${kBob}`));
      assert.deepEqual(numbers(got[other.name]), []);
    });
  }
}

test("who is away for a burst, and lost within one, misses nothing", {
  skip: kReference && "has no recovery",
}, async (t) => {
  const world = await World.create(t);
  const alice = await world.connect({ ...kBrowser, ...kQuick });
  const expected = due("website", `user:${kAlice}`);
  for (let round = 0; round < 5; ++round) {
    const from = alice.journal.length;
    await publish(world, kEvents);
    alice.socket.io.engine.close();
    await publish(world, kEvents);
    await alice.journal.wait(({ kind }) => kind === "connect", "connect", { from });
    await world.deliveries([alice], () => publish(world, kEvents));
    const received = alice.journal.since(from).map(({ event, args }) => [event, ...(args ?? [])]);
    assert.deepEqual(numbers(received), [...expected, ...expected, ...expected], `round ${round}`);
  }
});
