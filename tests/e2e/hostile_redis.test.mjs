// A Redis that is not well, or not Redis: Crema keeps its clients, its memory and its descriptors,
// and serves on when there is a good one again. One test for each row of docs/protocol/hostile.md.

import assert from "node:assert/strict";
import test from "node:test";

import { FaultProxy } from "../torture/lib/fault_proxy.mjs";
import { Arena } from "./lib/arena.mjs";
import { deliveries } from "./lib/clients.mjs";
import { cremaOnly } from "./lib/crema.mjs";
import { eventually } from "./lib/journal.mjs";
import { residentBytes } from "./lib/process.mjs";
import { Redis } from "./lib/redis.mjs";
import { kAlice, kSiteA, World } from "./lib/world.mjs";

const kOptions = cremaOnly("dies with its Redis connection", { timeout: 120_000 });
const kMiB = 1 << 20;
// One reply may have 16 MiB, and is there twice while it grows.
const kGrowthMax = 48 * kMiB;
const kHeapGrowthMax = kMiB;

const says = (text) => (pair) => pair.down.push(Buffer.from(text, "latin1"));
const saysAndEnds = (text, how) => (pair) =>
  pair.down.push(Buffer.from(text, "latin1"), () => pair.cut(how));

// `head`, and then more of the same for as long as somebody takes it.
const goesOn = (head, chunk) => (pair) => {
  pair.down.push(Buffer.from(head));
  const more = setInterval(() => pair.down.push(chunk), 1);
  pair.caller.on("close", () => clearInterval(more));
};

// What a Redis says in place of confirming the subscription, after which it is given up.
const kReplies = {
  "bytes that are no reply": says("\x00\xff nonsense\r\n"),
  "an answer of HTTP": says("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"),
  "a reply that nobody asked for": says(":1\r\n"),
  "an array that is no message": says("*1\r\n$3\r\nfoo\r\n"),
  "an array without elements": says("*0\r\n"),
  "a message of two parts": says("*2\r\n$7\r\nmessage\r\n$6\r\nevents\r\n"),
  "a bulk of 2^63 - 1 bytes": says("$9223372036854775807\r\n"),
  "a bulk of fewer bytes than none": says("$-7\r\n"),
  "an array of 2^31 - 1 elements": says("*2147483647\r\n"),
  "arrays in arrays in arrays": says("*1\r\n".repeat(1_000)),
  "that it is loading": says("-LOADING Redis is loading the dataset in memory\r\n"),
  "that it has moved": says("-MOVED 1 127.0.0.1:1\r\n"),
  "that it has too many clients": saysAndEnds("-ERR max number of clients reached\r\n", "fin"),
  "half a reply, then a reset": saysAndEnds("*3\r\n$9\r\nsubsc", "reset"),
  "half a reply, then the end": saysAndEnds("*3\r\n$9\r\nsubsc", "fin"),
  "a line without end": goesOn("+", Buffer.alloc(kMiB, "a")),
  "a bulk beyond the bound": goesOn("$900000000\r\n", Buffer.alloc(kMiB, "a")),
  "nothing at all": () => {},
};

// A world whose Redis is behind a proxy. `redis.says` is what it says to the next connection, not
// in its own words; `redis.connections` counts them.
async function proxied(t) {
  const world = await World.create(t, { server: null });
  const redis = { says: undefined, connections: 0, target: () => world.redis.port };
  const shape = (pair) => {
    ++redis.connections;
    let script = redis.says;
    const isScripted = script !== undefined;
    redis.says = undefined;
    const feed = (chunk) => {
      if (redis.byteByByte) for (const byte of chunk) pair.down.push(Buffer.from([byte]));
      else if (!isScripted) pair.down.push(chunk);
      script?.(pair);
      script = undefined;
    };
    return { feed, ended: () => {} };
  };
  redis.proxy = await FaultProxy.start(world.scope, () => redis.target(), shape);
  const url = `redis://127.0.0.1:${redis.proxy.port}`;
  await world.startServer({ env: { FRAPPE_REDIS_QUEUE: url, FRAPPE_REDIS_CACHE: url } });
  const alice = await world.connect();
  return { world, redis, alice, arena: await Arena.around(world) };
}

const isReady = ({ server }) =>
  eventually("/ready", async () => (await server.admin("/ready")).status === 200, 30_000);

// Events come again, and nobody noticed anything.
async function eventsFlow({ world, alice, arena }, from = world.redis) {
  await isReady(world);
  const event = { site: kSiteA, room: `user:${kAlice}`, event: "again", message: 1 };
  const all = [alice, arena.innocent];
  const received = await deliveries(all, from, () => from.publish(event));
  assert.deepEqual(received[alice.name], [["again", 1]]);
  assert.deepEqual(received[arena.innocent.name], []);
  for (const client of all) assert.deepEqual(client.disturbances, [], client.name);
}

const heapBytes = ({ server }) =>
  server.metric("crema_heap_bytes", ({ state }) => state === "used");

// Between two attempts Crema waits, up to 2 s: several at once.
const kAtOnce = 4;
const kSideBySide = { ...kOptions, concurrency: kAtOnce };

test("a Redis that talks nonsense is given up, and asked again", kSideBySide, async (t) => {
  const share = (i) => Object.entries(kReplies).filter((_, j) => j % kAtOnce === i);
  const part = (_, i) => t.test(`part ${i + 1}`, kOptions, (t) => talksNonsense(t, share(i)));
  await Promise.all(Array.from({ length: kAtOnce }, part));
});

async function talksNonsense(t, replies) {
  const all = await proxied(t);
  const { world, redis, arena } = all;
  await eventsFlow(all);
  const { pid } = world.server.child.process;
  const [heap, resident, fds] = [await heapBytes(world), residentBytes(pid), arena.descriptors()];
  let peak = resident;
  for (const [name, script] of replies) {
    await t.test(name, async () => {
      redis.says = script;
      const before = redis.connections;
      redis.proxy.cut("fin");
      const again = () => {
        peak = Math.max(peak, residentBytes(pid));
        return redis.connections >= before + 2;
      };
      await eventually("it is given up and asked again", again);
      await eventsFlow(all);
    });
  }
  await t.test("with no more memory than one reply may have, and none of it kept", async () => {
    assert.ok(peak - resident < kGrowthMax, `${peak - resident} bytes`);
    assert.ok((await heapBytes(world)) - heap < kHeapGrowthMax);
    assert.ok(arena.descriptors() <= fds);
  });
  await arena.unharmed();
}

test("a Redis that is slow, full, closed or replaced", kOptions, async (t) => {
  const all = await proxied(t);
  const { world, redis, arena } = all;
  await t.test("a message that comes byte by byte arrives", async () => {
    const from = all.alice.journal.length;
    redis.byteByByte = true;
    redis.proxy.slow(20);
    const event = { site: kSiteA, room: `user:${kAlice}`, event: "slow", message: 1 };
    await world.redis.publish(event);
    await all.alice.waitFor("slow", () => true, { from });
    redis.byteByByte = false;
    redis.proxy.clear();
    await eventsFlow(all);
  });
  await t.test("what stalls comes when it goes on", async () => {
    const from = all.alice.journal.length;
    redis.proxy.stall();
    const held = { site: kSiteA, room: `user:${kAlice}`, event: "held" };
    for (let i = 0; i < 3; ++i) await world.redis.publish({ ...held, message: i });
    await all.alice.pingPong();
    const early = all.alice.journal.since(from).filter(({ event }) => event === "held");
    assert.deepEqual(early, []);
    redis.proxy.clear();
    await all.alice.waitFor("held", (message) => message === 2, { from });
    await eventsFlow(all);
  });
  await t.test("its memory is full: events are published all the same", async () => {
    await world.redis.command("CONFIG", "SET", "maxmemory", "1");
    await assert.rejects(world.redis.command("SET", "x", "1"), /OOM/);
    const reconnects = () => world.server.metric("crema_redis_reconnects_total");
    const before = await reconnects();
    redis.proxy.cut("reset");
    await eventually("it is subscribed again", async () => (await reconnects()) > before);
    await eventsFlow(all);
    await world.redis.command("CONFIG", "SET", "maxmemory", "0");
  });
  await t.test("it takes no more clients, for a while", async () => {
    await world.redis.command("CONFIG", "SET", "maxclients", "1");
    const { length } = world.server.child.stderr;
    redis.proxy.cut("fin");
    await world.server.logged(/redis cannot be reached|redis refused/, { from: length });
    await world.redis.command("CONFIG", "SET", "maxclients", "1000");
    await eventsFlow(all);
  });
  await t.test("it wants a password that Crema has not, for a while", async () => {
    await world.redis.command("CONFIG", "SET", "requirepass", "a password");
    const { length } = world.server.child.stderr;
    redis.proxy.cut("fin");
    await world.server.logged(/credentials or permissions refused/, { from: length });
    await world.redis.command("CONFIG", "SET", "requirepass", "");
    await eventsFlow(all);
  });
  await t.test("it fails, and its replica takes over behind the same address", async () => {
    const replica = await Redis.create(world.scope);
    await replica.command("REPLICAOF", "127.0.0.1", `${world.redis.port}`);
    await eventually("the replica has what there was", async () =>
      /master_link_status:up/.test(await replica.command("INFO", "replication")),
    );
    redis.target = () => replica.port;
    await world.redis.stop("SIGKILL");
    await replica.command("REPLICAOF", "NO", "ONE");
    await replica.subscribed();
    await eventsFlow(all, replica);
    world.redis = replica;
  });
  await arena.unharmed();
});
