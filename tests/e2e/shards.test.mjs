// One, two and four threads: connections spread over them, and no request has to come in on the
// thread of its session.

import assert from "node:assert/strict";
import test from "node:test";

import { kReference } from "./lib/crema.mjs";
import { PollingSession, RawWebSocket, siteHeaders } from "./lib/raw.mjs";
import { World, kAlice, kSiteA } from "./lib/world.mjs";

const kOptions = { timeout: 120_000, skip: kReference && "the reference server: has one thread" };
const kSessions = 80;
const kPong = `42/${kSiteA},["pong"]`;

// The first character of a session id is its shard's number.
function perShard(sids) {
  const counts = new Map();
  for (const [shard] of sids) counts.set(shard, (counts.get(shard) ?? 0) + 1);
  return [...counts.values()];
}

for (const shards of [1, 2, 4]) {
  test(`shards: ${shards}`, kOptions, async (t) => {
    const world = await World.create(t, { server: { args: ["--shards", `${shards}`] } });
    const { sid } = world.credentials(kSiteA, kAlice);
    const headers = siteHeaders({ site: kSiteA, sid });
    const openPolling = () => PollingSession.open(world.server, headers);
    const moved = () => world.server.metric("crema_connections_moved_total");

    await t.test("WebSockets that stay are spread evenly", async () => {
      const opened = [];
      for (let i = 0; i < kSessions; ++i)
        opened.push(await RawWebSocket.open(world.scope, world.server, { headers }));
      const sids = await Promise.all(
        opened.map(async (ws) => {
          const open = await ws.message((text) => text.startsWith("0{"), "the open packet");
          return JSON.parse(open.slice(1)).sid;
        }),
      );
      const counts = perShard(sids);
      assert.equal(counts.length, shards);
      const even = kSessions / shards;
      for (const count of counts) assert.ok(Math.abs(count - even) <= even / 10, `${counts}`);
      for (const ws of opened) ws.abort();
    });
    await t.test("each poll on a connection of its own finds its session", async () => {
      const before = await moved();
      for (let i = 0; i < 10; ++i) {
        const session = await openPolling();
        await session.join(kSiteA);
        const answer = session.get();
        assert.equal((await session.post(`42/${kSiteA},["ping"]`)).body, "ok");
        assert.equal((await answer).body, kPong);
      }
      const after = await moved();
      assert.equal(after > before, shards > 1, `${after - before} connections were handed over`);
    });
    await t.test("upgrades find their session", async () => {
      for (let i = 0; i < 10; ++i) {
        const session = await openPolling();
        await session.join(kSiteA);
        const query = `&sid=${session.sid}`;
        const ws = await RawWebSocket.open(world.scope, world.server, { headers, query });
        ws.send("2probe");
        await ws.message((text) => text === "3probe", "the probe's answer");
        ws.send("5");
        ws.send(`42/${kSiteA},["ping"]`);
        await ws.message((text) => text === kPong, "the pong");
        ws.abort();
      }
    });
    await t.test("an event reaches the sockets of all shards once", async () => {
      const all = await Promise.all(
        Array.from({ length: 12 }, (_, i) => world.connect({ name: `${i}` })),
      );
      const event = { site: kSiteA, room: `user:${kAlice}`, event: "hello", message: 1 };
      const received = await world.deliveries(all, () => world.redis.publish(event));
      for (const { name } of all) assert.deepEqual(received[name], [["hello", 1]]);
    });
  });
}
