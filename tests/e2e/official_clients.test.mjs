// The official clients of several releases, by every transport: each must find what it expects.

import assert from "node:assert/strict";
import test from "node:test";

import { kModes } from "./lib/clients.mjs";
import { kReference } from "./lib/crema.mjs";
import { EngineClient } from "./lib/engine_client.mjs";
import { eventually } from "./lib/journal.mjs";
import { kReleases } from "./lib/official.mjs";
import { World, kAlice, kSiteA } from "./lib/world.mjs";

const kTimeout = { timeout: 120_000 };
const kMaxPayload = 1_000_000;
const kText = 'Grüße, 世界 \u2028 \u0000 "\\ 😀';
const kAtOnce = { reconnectionDelay: 10, reconnectionDelayMax: 20 };
const kRoom = `user:${kAlice}`;

const kClients = kReleases.flatMap((release) => kModes.map((mode) => ({ release, mode })));
const nameOf = ({ release, mode }) => `${release} by ${mode}`;

// What `act` publishes for alice, numbered from 0, as the client has received it.
async function numbered(world, client, act) {
  const publish = (message) =>
    world.redis.publish(inNamespace({ room: kRoom, event: "number", message }));
  const received = await world.deliveries([client], () => act(publish));
  return received[client.name].map(([event, number]) => (event === "number" ? number : event));
}

const upTo = (count) => Array.from({ length: count }, (_, i) => i);
const inNamespace = (event) => ({ site: kSiteA, ...event });

test("socket.io-client", kTimeout, async (t) => {
  const world = await World.create(t);
  for (const client of kClients) {
    await t.test(`${nameOf(client)}: events both ways`, async () => {
      const alice = await world.connect({ ...client, name: nameOf(client) });
      assert.equal(alice.transport, client.mode === "polling" ? "polling" : "websocket");
      await alice.pingPong();
      if (!kReference) assert.deepEqual(await alice.ask("ping"), { ok: true });
      const event = inNamespace({ room: kRoom, event: "text", message: { text: kText } });
      const received = await world.deliveries([alice], () => world.redis.publish(event));
      assert.deepEqual(received[alice.name], [["text", { text: kText }]]);
      assert.deepEqual(alice.disturbances, []);
      alice.close();
    });
    await t.test(`${nameOf(client)}: large messages both ways`, async () => {
      const alice = await world.connect({ ...client, name: nameOf(client) });
      // An envelope of `42/<site>,["ping",""]` around it.
      const padding = "*".repeat(kMaxPayload - `42/${kSiteA},["ping",""]`.length);
      alice.emit("ping", padding);
      await alice.waitFor("pong");
      const message = "x".repeat(900_000);
      const event = inNamespace({ room: kRoom, event: "large", message });
      const received = await world.deliveries([alice], () => world.redis.publish(event));
      assert.equal(received[alice.name].length, 1);
      assert.equal(received[alice.name][0][1], message);
      assert.deepEqual(alice.disturbances, []);
      alice.close();
    });
    await t.test(`${nameOf(client)}: one byte too many ends the connection, not more`, async () => {
      const alice = await world.connect({ ...client, name: nameOf(client), client: kAtOnce });
      const padding = "*".repeat(kMaxPayload + 1 - `42/${kSiteA},["ping",""]`.length);
      alice.emit("ping", padding);
      await alice.journal.wait(({ kind }) => kind === "disconnect", "the disconnect");
      const from = alice.journal.length;
      await alice.journal.wait(({ kind }) => kind === "connect", "the reconnect", { from });
      await alice.pingPong();
      alice.close();
    });
    await t.test(`${nameOf(client)}: binary arguments, of any size and number`, async () => {
      const alice = await world.connect({ ...client, name: nameOf(client) });
      // In a poll's body four bytes carry three.
      for (const size of [0, 1, 1_000, 700_000]) {
        const from = alice.journal.length;
        alice.emit("ping", Buffer.alloc(size, 7), { in: [Buffer.from("more"), Buffer.alloc(0)] });
        await alice.waitFor("pong", () => true, { from });
      }
      assert.deepEqual(alice.disturbances, []);
      alice.close();
    });
  }
});

test("socket.io-client while it upgrades", kTimeout, async (t) => {
  const world = await World.create(t);
  for (const release of kReleases) {
    await t.test(`${release}: nothing from the server is lost, nothing comes twice`, async () => {
      const alice = world.open({ release, mode: "default", name: release });
      await alice.connected();
      let count = 0;
      const received = await numbered(world, alice, async (publish) => {
        const upgraded = alice.upgraded().then(() => count + 50);
        let end = Infinity;
        upgraded.then((last) => (end = last));
        for (; count < end; ++count) await publish(count);
      });
      assert.deepEqual(received, upTo(count));
      assert.equal(alice.transport, "websocket");
      assert.deepEqual(alice.disturbances, []);
      alice.close();
    });
    await t.test(`${release}: nothing from the client is lost, nothing comes twice`, async () => {
      const alice = world.open({ release, mode: "default", name: release });
      // From the first moment on: before the CONNECT, over polling, amid the upgrade, after it.
      let sent = 0;
      const emit = () => {
        alice.emit("ping", sent);
        // A room is left before it is joined, or joined before it is left: order decides.
        const [first, second] = sent % 2 ? ["un", ""] : ["", "un"];
        for (const prefix of [first, second]) alice.emit(`task_${prefix}subscribe`, `${sent}`);
        ++sent;
      };
      const timer = setInterval(emit, 1);
      for (let i = 0; i < 50; ++i) emit();
      await alice.connected();
      await alice.upgraded();
      clearInterval(timer);
      for (let i = 0; i < 50; ++i) emit();
      const pongs = () => alice.journal.entries.filter(({ event }) => event === "pong").length;
      await eventually(`${sent} pongs`, () => pongs() >= sent);
      const received = await world.deliveries([alice], async () => {
        for (const i of upTo(sent)) {
          const room = `task_progress:${i}`;
          await world.redis.publish(inNamespace({ room, event: "number", message: i }));
        }
      });
      const odd = upTo(sent).filter((i) => i % 2);
      assert.deepEqual(
        received[release].map(([, number]) => number),
        odd,
      );
      assert.equal(pongs(), sent);
      alice.close();
    });
  }
});

test("socket.io-client comes back by itself", kTimeout, async (t) => {
  const world = await World.create(t);
  const clients = await Promise.all(
    kClients.map((client) =>
      world.connect({ ...client, name: nameOf(client), client: { ...kAtOnce, timeout: 2_000 } }),
    ),
  );
  const froms = clients.map(({ journal }) => journal.length);
  await world.server.stop("SIGKILL");
  await world.startServer();
  for (const [i, client] of clients.entries()) {
    await t.test(`${client.name}: after the server was killed`, async () => {
      const from = froms[i];
      await client.journal.wait(({ kind }) => kind === "connect", "the reconnect", { from });
      await client.upgraded();
      await client.pingPong();
    });
  }
  await t.test("each gets an event once", async () => {
    const event = inNamespace({ room: kRoom, event: "again", message: 1 });
    const received = await world.deliveries(clients, () => world.redis.publish(event));
    for (const { name } of clients) assert.deepEqual(received[name], [["again", 1]], name);
  });
});

test("engine.io-client", kTimeout, async (t) => {
  const world = await World.create(t, { config: { crema: { recovery: "off" } } });
  const { sid } = world.credentials(kSiteA, kAlice);
  for (const { release, mode } of kClients) {
    await t.test(`${release} by ${mode}`, async () => {
      const options = { release, mode, site: kSiteA, sid };
      const client = await EngineClient.open(world.scope, world.server, options);
      assert.equal(client.transport, mode === "polling" ? "polling" : "websocket");
      client.send(`0/${kSiteA},`);
      await client.message((text) => text.startsWith(`0/${kSiteA},{"sid"`), "the CONNECT");
      const from = client.messages.length;
      for (const text of [kText, "x".repeat(100_000), ""])
        client.send(`2/${kSiteA},${JSON.stringify(["ping", text])}`);
      await eventually("three answers", () => client.messages.length >= from + 3);
      client.send(`0/no such site,`);
      const refusal = `4/no such site,{"message":"Invalid namespace"}`;
      await client.message((text) => text === refusal, "the refusal");
      const pong = `2/${kSiteA},["pong"]`;
      assert.deepEqual(client.messages.since(from), [pong, pong, pong, refusal]);
      client.socket.close();
      await client.closed;
    });
  }
});
