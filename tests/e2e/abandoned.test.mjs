// Ten thousand sessions, half of which are abandoned, at every step there is and in every way:
// silently, by FIN, by RST. Afterwards the server is as it was before.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import test from "node:test";

import { kReference } from "./lib/crema.mjs";
import { eventually } from "./lib/journal.mjs";
import { Visitor } from "./lib/visitor.mjs";
import { World, kAlice, kSiteA } from "./lib/world.mjs";

const kOptions = { timeout: 180_000, skip: kReference && "the reference server: has no metrics" };
const kSessions = 10_000;
const kAtOnce = 100;
// What may be left of clients that have gone: 13 bytes of each in the heap, where a session that is
// kept by mistake takes half a kilobyte; and of the process's own pages (RssAnon) a tenth of what
// they took, for the allocator gives back whole pages only.
const kHeapBytes = 128 * 1024;
const kResidentBytes = 1024 * 1024;

// Short enough to be waited for, long enough for those who stay to answer on a loaded machine.
// No session is looked up meanwhile: the first look opens a connection to the cache, which stays.
// Who is lost is not waited for: for two minutes those sessions are kept on purpose.
const kTimings = {
  recovery: "off",
  ping_interval: "3s",
  ping_timeout: "4s",
  upgrade_timeout: "6s",
  session_check: "10m",
};

// Each step ends where the visitor is left.
const kSteps = {
  "after the open": async () => {},
  "with a GET held": async (visitor) => visitor.holdGet(),
  "amid a POST's body": async (visitor) => visitor.beginPost(),
  "amid the request for an upgrade": async (visitor) => visitor.beginUpgrade(),
  "with a WebSocket that says nothing": async (visitor) => visitor.openWebSocket(),
  "after the probe, a GET held": async (visitor) => {
    visitor.holdGet();
    await visitor.openWebSocket();
    await visitor.probe();
  },
  "after the upgrade": async (visitor) => {
    await visitor.openWebSocket();
    await visitor.probe();
    await visitor.upgrade();
  },
  "amid a frame": async (visitor) => {
    await visitor.openWebSocket();
    await visitor.probe();
    await visitor.upgrade();
    visitor.beginFrame();
  },
  "after a message": stays,
};
const kEndings = ["silence", "fin", "reset"];
const kAbandoned = Object.values(kSteps).flatMap((step) =>
  kEndings.map((ending) => ({ step, ending })),
);

async function stays(visitor) {
  await visitor.openWebSocket();
  await visitor.probe();
  await visitor.upgrade();
  await visitor.ping();
}

// `count` sessions, every second of them abandoned. Fulfils with {staying, silent}.
async function visit(world, count) {
  const who = { site: kSiteA, sid: world.credentials(kSiteA, kAlice).sid };
  const staying = [];
  const silent = [];
  let next = 0;
  const worker = async () => {
    for (let i; (i = next++) < count;) {
      const visitor = new Visitor(world.server, who);
      await visitor.open();
      if (i % 2 === 0) {
        await stays(visitor);
        visitor.stay();
        staying.push(visitor);
        continue;
      }
      const { step, ending } = kAbandoned[(i >> 1) % kAbandoned.length];
      await step(visitor);
      if (ending === "silence") silent.push(visitor);
      else visitor.abandon(ending);
    }
  };
  await Promise.all(Array.from({ length: kAtOnce }, worker));
  return { staying, silent };
}

const gauges = async ({ server }) => {
  const names = ["crema_connections", "crema_sockets", "crema_namespaces", "crema_rooms"];
  const all = await server.metrics();
  const sum = (name) =>
    all.filter((s) => s.name === name).reduce((total, { value }) => total + value, 0);
  return Object.fromEntries([...names, "crema_tcp_connections"].map((name) => [name, sum(name)]));
};

const pidOf = ({ server }) => server.child.process.pid;
const residentBytes = (world) => {
  const status = readFileSync(`/proc/${pidOf(world)}/status`, "latin1");
  return 1024 * Number(/^RssAnon:\s+(\d+)/m.exec(status)[1]);
};
const descriptors = (world) => readdirSync(`/proc/${pidOf(world)}/fd`).length;
const memoryReturns = ({ server }) => server.metric("crema_memory_returns_total");
const memoryOf = async (world) => ({
  heap: await world.server.metric("crema_heap_bytes", ({ state }) => state === "used"),
  resident: residentBytes(world),
});

test("sessions that are abandoned leave nothing behind", kOptions, async (t) => {
  const world = await World.create(t, { config: { crema: kTimings } });
  const empty = await gauges(world);
  // The connections to the web process and to Redis stay, once somebody has come.
  const [first] = (await visit(world, 1)).staying;
  await first.leave();
  await eventually("an empty server", async () => {
    assert.deepEqual(await gauges(world), empty);
    return true;
  });
  const before = descriptors(world);
  let peak = 0;
  const memory = [await memoryOf(world)];

  for (const round of [1, 2]) {
    await t.test(`round ${round}: ${kSessions / 2} sessions`, async () => {
      const { staying, silent } = await visit(world, kSessions / 2);
      peak = Math.max(peak, residentBytes(world));
      assert.equal(staying.length, kSessions / 4);
      // The silent ones are still connected; the server has given them up by itself.
      await eventually(
        "only those who stay have a session",
        async () => {
          const { crema_connections: sessions, crema_sockets: sockets } = await gauges(world);
          return sessions === staying.length && sockets === staying.length;
        },
        30_000,
      );
      const returns = await memoryReturns(world);
      await Promise.all(staying.map((visitor) => visitor.leave()));
      for (const visitor of [...staying, ...silent]) visitor.abandon("fin");
      await eventually("what there was before", async () => {
        assert.deepEqual(await gauges(world), empty);
        assert.equal(descriptors(world), before);
        return true;
      });
      const given = returns + 1;
      await eventually("the memory given back", async () => (await memoryReturns(world)) >= given);
      memory.push(await memoryOf(world));
    });
  }
  await t.test("their memory is given back", () => {
    const bytes = (what) => memory.map((m) => Math.round(m[what] / 1024)).join(", ");
    t.diagnostic(`KiB at the start and after each round: heap ${bytes("heap")}`);
    t.diagnostic(`resident ${bytes("resident")}, ${Math.round(peak / 1024)} at most`);
    const [start, ...rounds] = memory;
    // A sanitizer's allocator counts nothing and keeps what was freed.
    if (start.heap === 0) return t.diagnostic("not compared: the heap is a sanitizer's");
    for (const { heap, resident } of rounds) {
      assert.ok(heap - start.heap < kHeapBytes, `heap ${bytes("heap")} KiB`);
      assert.ok(resident - start.resident < kResidentBytes, `resident ${bytes("resident")} KiB`);
    }
  });
});
