// Storms that are not of packets: a publisher that is faster than a client reads, many that do not
// read, descriptors that run out. (CONNECTs and odd packets: hostile*.test.mjs. Everybody at once:
// restart.test.mjs. All of them mixed: torture.test.mjs.)

import assert from "node:assert/strict";
import test from "node:test";

import { descriptorsRunOut } from "../torture/lib/storms.mjs";
import { Arena } from "./lib/arena.mjs";
import { cremaOnly } from "./lib/crema.mjs";
import { residentBytes } from "./lib/process.mjs";
import { kAlice, kSiteA } from "./lib/world.mjs";

const kOptions = cremaOnly("has no bounds of this kind", { timeout: 120_000 });
const kMiB = 1 << 20;
const kRejected = "crema_rejected_total";

const isSlow = ({ reason }) => reason === "slow client";

// Publishes for alice until `isDone`; fails beyond `bytesMax`.
async function publishUntil(world, isDone, bytes, bytesMax) {
  const event = { site: kSiteA, room: `user:${kAlice}`, event: "much", message: "x".repeat(bytes) };
  for (let sent = 0; !(await isDone()); sent += 50 * bytes) {
    assert.ok(sent < bytesMax, `${sent} bytes were published`);
    const lot = Array.from({ length: 50 }, () => world.redis.publish(event));
    await Promise.all(lot);
  }
}

test("a client that stops reading goes at its own bound", kOptions, async (t) => {
  const arena = await Arena.create(t);
  const { world } = arena;
  const reader = await world.connect();
  // One that reads is no trouble to anybody, at any rate.
  const alice = await arena.join();
  alice.stopReading();
  const { pid } = world.server.child.process;
  const before = residentBytes(pid);
  const gone = async () => (await world.server.metric("crema_disconnects_total", isSlow)) === 1;
  await publishUntil(world, gone, 2_000, 64 * kMiB);
  const grown = residentBytes(pid) - before;
  // Its own queue, the log for those who come back, and what the allocator keeps of both.
  assert.ok(grown < 40 * kMiB, `${grown} bytes`);
  await reader.pingPong();
  assert.deepEqual(reader.disturbances, []);
  reader.close();
  await arena.unharmed();
});

test("many that do not read: those go first for whom most waits", kOptions, async (t) => {
  // The bound of one is far away: that of all together is met.
  const config = { crema: { queued_bytes_max: "100m", queued_memory_max: 64, recovery: "off" } };
  const arena = await Arena.create(t, { config });
  const { world } = arena;
  const reader = await world.connect();
  const late = [];
  const early = [];
  for (let i = 0; i < 4; ++i) early.push(await arena.join());
  for (const ws of early) ws.stopReading();
  const pressed = () =>
    world.server.metric(kRejected, ({ reason }) => reason === "memory_pressure");
  const event = { site: kSiteA, room: `user:${kAlice}`, event: "much" };
  for (let i = 0; i < 100; ++i)
    await world.redis.publish({ ...event, message: "x".repeat(50_000) });
  // These have less waiting, and stay.
  for (let i = 0; i < 2; ++i) late.push(await arena.join());
  for (const ws of late) ws.stopReading();
  await publishUntil(world, async () => (await pressed()) > 0, 50_000, 256 * kMiB);
  const dropped = await pressed();
  assert.ok(dropped <= early.length, `${dropped} were dropped`);
  await reader.pingPong();
  assert.deepEqual(reader.disturbances, []);
  for (const ws of late) {
    ws.readOn();
    const from = ws.frames.length;
    ws.send(`42/${kSiteA},["ping"]`);
    await ws.message((text) => text.endsWith('["pong"]'), "a pong", { from });
  }
  reader.close();
  await arena.unharmed();
});

test("descriptors run out: nothing spins, and they wait their turn", kOptions, async (t) => {
  const arena = await Arena.create(t);
  const { world } = arena;
  const { pid } = world.server.child.process;
  const findings = [];
  const weather = { bad() {}, good() {} };
  const installation = { pid, server: world.server, weather };
  await descriptorsRunOut({ installation, findings }, { ms: 1_000, shareMax: 0.5 });
  assert.deepEqual(findings, []);
  assert.ok((await world.server.metric("crema_accept_pauses_total")) > 0);
  const alice = await world.connect({ mode: "default" });
  await alice.pingPong();
  alice.close();
  await arena.unharmed();
});
