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
// What clients that have gone may cost: nothing. The allocator keeps pages that are in part in use,
// so the first round of them may leave some behind; the next finds those and needs no more. What
// it adds is pages cut up otherwise: a fifth of a kilobyte for each of its sessions at most, where
// a session that is kept by mistake takes more than twice that, and is counted besides.
const kGrowthBytesMax = (kSessions / 2) * 200;

// Short enough to be waited for, long enough for those who stay to answer on a loaded machine.
const kTimings = { ping_interval: "3s", ping_timeout: "4s", upgrade_timeout: "6s" };

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
const descriptors = (world) => readdirSync(`/proc/${pidOf(world)}/fd`).length;
const residentBytes = (world) => {
  const status = readFileSync(`/proc/${pidOf(world)}/status`, "utf8");
  const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(status);
  return Number(kilobytes) * 1024;
};

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
  const resident = [residentBytes(world)];

  for (const round of [1, 2]) {
    await t.test(`round ${round}: ${kSessions / 2} sessions`, async () => {
      const { staying, silent } = await visit(world, kSessions / 2);
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
      await Promise.all(staying.map((visitor) => visitor.leave()));
      for (const visitor of [...staying, ...silent]) visitor.abandon("fin");
      await eventually("what there was before", async () => {
        assert.deepEqual(await gauges(world), empty);
        assert.equal(descriptors(world), before);
        return true;
      });
      resident.push(residentBytes(world));
    });
  }
  await t.test("the second round took no memory that the first had not", () => {
    const [start, first, second] = resident;
    const said = `at the start ${start}, after a round ${first}, after another ${second} bytes`;
    assert.ok(second - first < kGrowthBytesMax, said);
    t.diagnostic(said);
  });
});
