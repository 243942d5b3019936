import assert from "node:assert/strict";
import test from "node:test";

import { Arena } from "./lib/arena.mjs";
import { kModes } from "./lib/clients.mjs";
import { cremaOnly } from "./lib/crema.mjs";
import { eventually } from "./lib/journal.mjs";
import { World, kAlice, kBob, kSiteA, kSiteB } from "./lib/world.mjs";

const kTimeout = { timeout: 120_000 };
const kMiB = 1 << 20;
// bulk_bytes_max of docs/operating/limits.md.
const kBulkBytesMax = 16 * kMiB;
const kDelivered = new Set(["ok", "delivered", "forwarded", "published"]);

test(
  "Redis goes away and comes back",
  cremaOnly("dies with its Redis connection", kTimeout),
  async (t) => {
    const world = await World.create(t);
    const clients = await Promise.all(kModes.map((mode) => world.connect({ mode })));

    async function eventsFlow() {
      const event = { site: kSiteA, room: `user:${kAlice}`, event: "again", message: { ok: true } };
      const received = await world.deliveries(clients, () => world.redis.publish(event));
      for (const client of clients) {
        assert.deepEqual(received[client.name], [["again", { ok: true }]]);
        assert.deepEqual(client.disturbances, [], client.name);
      }
    }

    async function isReady(status) {
      await eventually(
        `/ready answers ${status}`,
        async () => (await world.server.admin("/ready")).status === status,
      );
    }

    for (const signal of ["SIGTERM", "SIGKILL"]) {
      await t.test(`stopped by ${signal} and started again`, async () => {
        await world.redis.stop(signal);
        await isReady(503);
        assert.equal((await world.server.admin("/live")).status, 200);
        await world.redis.start();
        await world.redis.subscribed();
        await isReady(200);
        await eventsFlow();
      });
    }
    await t.test("its connections killed", async () => {
      for (let round = 0; round < 3; ++round) {
        const ids = (await world.redis.command("CLIENT", "LIST", "TYPE", "pubsub")).match(
          /^id=\d+/gm,
        );
        assert.ok(ids.length >= 1);
        await world.redis.command("CLIENT", "KILL", "TYPE", "pubsub");
        await eventually("a new subscription", async () => {
          const now =
            (await world.redis.command("CLIENT", "LIST", "TYPE", "pubsub")).match(/^id=\d+/gm) ??
            [];
          return now.length > 0 && now.every((id) => !ids.includes(id));
        });
        await world.redis.subscribed();
        await eventsFlow();
      }
    });
    await t.test("new clients are let in afterwards, with the new secret", async () => {
      const bob = await world.connect({ user: kBob, mode: "default" });
      const event = { site: kSiteA, room: `user:${kBob}`, event: "hello", message: 1 };
      const received = await world.deliveries([bob], () => world.redis.publish(event));
      assert.deepEqual(received[bob.name], [["hello", 1]]);
    });
  },
);

test(
  "the server starts while Redis is down",
  cremaOnly("needs Redis at the start", kTimeout),
  async (t) => {
    const world = await World.create(t, { redis: "no" });
    assert.equal((await world.server.get("/health")).body.trim(), "ok");
    assert.equal((await world.server.admin("/live")).status, 200);
    assert.equal((await world.server.admin("/ready")).status, 503);
    await world.redis.start();
    await world.redis.subscribed();
    const client = await world.connect({ mode: "default" });
    const event = { site: kSiteA, room: "all", event: "first", message: 1 };
    const received = await world.deliveries([client], () => world.redis.publish(event));
    assert.deepEqual(received[client.name], [["first", 1]]);
  },
);

// A poison message for the room `all` of a.localhost, where it has an object at all.
function message(fields) {
  return JSON.stringify({ room: "all", namespace: kSiteA, message: 1, ...fields });
}

const kReserved = [
  "connect",
  "connect_error",
  "disconnect",
  "disconnecting",
  "newListener",
  "removeListener",
];
const kPoison = {
  "text that is not JSON": "not json",
  "nothing at all": "",
  null: "null",
  "a number": "42",
  "a string": '"event"',
  "an array": '["event","message"]',
  "an unfinished object": message({ event: "poison" }).slice(0, -1),
  "two objects": message({ event: "poison" }).repeat(2),
  "single quotes": "{'event':'poison','room':'all'}",
  "a trailing comma": message({ event: "poison" }).replace(/}$/, ",}"),
  "no event name": message({}),
  "an event name of null": message({ event: null }),
  "a number for an event name": message({ event: 5 }),
  "true for an event name": message({ event: true }),
  "an object for an event name": message({ event: { name: "poison" } }),
  "an array for an event name": message({ event: ["poison"] }),
  ...Object.fromEntries(
    kReserved.map((event) => [`the reserved name ${event}`, message({ event })]),
  ),
  "bytes that are not UTF-8": Buffer.concat([
    Buffer.from(`{"room":"all","namespace":"${kSiteA}","event":"poison","message":"`),
    Buffer.from([0xff, 0xfe, 0xc0, 0x80]),
    Buffer.from('"}'),
  ]),
  "a control character in a string": message({ event: "poison", message: "X" }).replace(
    '"X"',
    '"\u0001"',
  ),
  "a nesting of 5,000": message({ event: "poison", message: 0 }).replace(
    '"message":0',
    `"message":${"[".repeat(5_000)}${"]".repeat(5_000)}`,
  ),
  "a number that is none": message({ event: "poison", message: 0 }).replace(
    '"message":0',
    '"message":01',
  ),
  "pickled bytes": Buffer.from(
    "80049514000000000000007d948c056576656e74948c06706f69736f6e94732e",
    "hex",
  ),
};

test("messages that are no events", cremaOnly("dies of them", kTimeout), async (t) => {
  const arena = await Arena.create(t);
  const { world } = arena;
  const clients = await Promise.all([
    ...kModes.map((mode) => world.connect({ mode })),
    world.connect({ site: kSiteB, user: kBob }),
  ]);
  const dropped = () => {
    return world.server.metric(
      "crema_redis_messages_total",
      ({ result }) => !kDelivered.has(result),
    );
  };

  for (const [name, poison] of Object.entries(kPoison)) {
    await t.test(`${name}: counted, dropped, and the next event arrives`, async () => {
      const before = await dropped();
      const received = await world.deliveries(clients, async () => {
        await world.redis.publishRaw(poison);
        await world.redis.publish({ site: kSiteA, room: "all", event: "good", message: 1 });
      });
      for (const client of clients) {
        assert.deepEqual(received[client.name], client.site === kSiteA ? [["good", 1]] : []);
        assert.deepEqual(client.disturbances, [], client.name);
      }
      assert.equal((await dropped()) - before, 1);
    });
  }
  await t.test("the log says so, without the message's text", async () => {
    const from = world.server.child.stderr.length;
    await world.redis.publishRaw('{"event":5,"message":"a private word"}');
    await world.redis.publishRaw("a private word");
    await eventually(
      "both counted",
      async () => (await dropped()) >= Object.keys(kPoison).length + 2,
    );
    await world.server.logged(/level=warn.*(drop|discard|ignor)/i);
    assert.ok(
      !world.server.child.stderr.since(from).some((line) => line.includes("a private word")),
    );
  });
  await arena.part(clients);
  await arena.unharmed();
});

test(
  "rooms and namespaces of odd types end nothing",
  cremaOnly("dies of some", kTimeout),
  async (t) => {
    const arena = await Arena.create(t);
    const { world } = arena;
    const [client, other] = [await world.connect({ site: kSiteB }), await world.connect()];
    const namespaces = [kSiteA, null, 5, {}, "", "/", `/${kSiteA}`, "../x", "x".repeat(100_000)];
    const received = await world.deliveries([client, other], async () => {
      for (const room of [5, true, {}, [], [5], [null], [["all"]], "x".repeat(100_000)]) {
        for (const namespace of namespaces) {
          const odd = { event: "odd", message: 1, room, namespace };
          await world.redis.publishRaw(JSON.stringify(odd));
        }
      }
      await world.redis.publish({ site: kSiteB, room: "all", event: "good", message: 1 });
    });
    assert.deepEqual(received[client.name], [["good", 1]]);
    assert.deepEqual(received[other.name], []);
    for (const each of [client, other]) assert.deepEqual(each.disturbances, [], each.name);
    await arena.part([client, other]);
    await arena.unharmed();
  },
);

// What Frappe publishes may be large: a report, a document with what was pasted into it.
test("messages beyond reason", cremaOnly("dies of some", kTimeout), async (t) => {
  const arena = await Arena.create(t);
  const { world } = arena;
  const clients = await Promise.all(kModes.map((mode) => world.connect({ mode })));
  const stranger = await world.connect({ user: kBob });
  const all = [...clients, stranger];
  const event = { site: kSiteA, room: `user:${kAlice}`, event: "large" };

  async function undisturbed() {
    for (const client of [...all, arena.innocent])
      assert.deepEqual(client.disturbances, [], client.name);
  }

  await t.test("2 MiB with company arrive at all who may see them, at nobody else", async () => {
    const message = "x".repeat(2 * kMiB);
    const small = { ...event, event: "small" };
    const received = await world.deliveries(all, async () => {
      await Promise.all([
        world.redis.publish({ ...small, message: 1 }),
        world.redis.publish({ ...event, message }),
        world.redis.publish({ ...small, message: 2 }),
      ]);
      await Promise.all(clients.map((client) => client.waitFor("small", (value) => value === 2)));
    });
    for (const client of clients) {
      const [first, [name, text], ...more] = received[client.name];
      assert.deepEqual(first, ["small", 1]);
      assert.deepEqual([name, text.length, text === message], ["large", 2 * kMiB, true]);
      assert.deepEqual(more, [["small", 2]]);
    }
    assert.deepEqual(received[stranger.name], []);
    await undisturbed();
  });
  await t.test("what Redis may not send makes it connect anew, and nobody else", async () => {
    const counted = (name) => world.server.metric(`crema_redis_${name}_total`);
    const before = await counted("protocol_errors");
    const reconnects = await counted("reconnects");
    await world.redis.publish({ ...event, message: "x".repeat(kBulkBytesMax) });
    await eventually("it is counted", async () => (await counted("protocol_errors")) > before);
    await eventually("it is back", async () => (await counted("reconnects")) > reconnects);
    await world.redis.subscribed();
    const received = await world.deliveries(all, () =>
      world.redis.publish({ ...event, event: "next", message: 1 }),
    );
    for (const client of clients) assert.deepEqual(received[client.name], [["next", 1]]);
    assert.deepEqual(received[stranger.name], []);
    assert.equal(await counted("protocol_errors"), before + 1);
    await undisturbed();
  });
  await arena.part(all);
  // What the largest message was read into is kept for the next one.
  await arena.unharmed();
});
