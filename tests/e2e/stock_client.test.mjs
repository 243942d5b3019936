// Frappe's own page: three attempts to come back, then never again. What an operator does to the
// server must not cost it its connection. Source: frappe-realtime 7.1, 12.

import assert from "node:assert/strict";
import test, { describe } from "node:test";

import { cremaOnly } from "./lib/crema.mjs";
import { eventually } from "./lib/journal.mjs";
import { Network } from "./lib/network.mjs";
import { kDialects } from "./lib/web_dialects.mjs";
import { World, kAlice, kSiteA } from "./lib/world.mjs";

const kCrema = cremaOnly("answers CONNECT_ERROR, or dies", { timeout: 240_000 });
// CREMA_E2E_LONG=1: the web process is away for 90 s, as after a migration.
const kAwayMs = process.env.CREMA_E2E_LONG === "1" ? 90_000 : 3_000;

// As Frappe's client has it; the delays of the official client are left as they are. (Its
// `withCredentials` is a browser's matter: in Node it would take the cookie of the test away.)
const kStock = { reconnectionAttempts: 3 };

async function stockClient(world, options = {}) {
  const client = await world.connect({ mode: "default", client: kStock, ...options });
  client.failed = [];
  client.socket.io.on("reconnect_failed", () => client.failed.push("reconnect_failed"));
  return client;
}

const listUpdate = (world) =>
  world.redis.publish({
    site: kSiteA,
    room: "doctype:ToDo",
    event: "list_update",
    message: { doctype: "ToDo", name: "1", user: kAlice },
  });

// It is connected, and an event of the list that it subscribed to once arrives.
async function isWell(world, client) {
  await world.redis.subscribed();
  await eventually("list_update arrives", async () => {
    const got = await world.deliveries([client], () => listUpdate(world));
    return got[client.name].length > 0;
  });
  assert.deepEqual(client.failed, []);
  const refused = client.journal.entries.filter(({ message }) => /Unauthorized/.test(message));
  assert.deepEqual(refused, []);
}

const reconnected = (client, from) =>
  client.journal.wait(({ kind }) => kind === "connect", "the reconnection", { from, ms: 60_000 });

// Each waits for seconds, as that client does: at once.
describe("a stock client outlives", { concurrency: kDialects.length + 1 }, () => {
  for (const dialect of kDialects) {
    test(`Frappe ${dialect.name}`, kCrema, async (t) => {
      const world = await World.create(t, { dialect });
      world.web.allow(kSiteA, kAlice, "ToDo");
      const client = await stockClient(world);
      const subscribe = () =>
        world.subscribe(client, "doctype:ToDo", "doctype_subscribe", "ToDo");
      await subscribe();
      await isWell(world, client);

      await t.test("a restart of Crema", async () => {
        const from = client.journal.length;
        await world.server.stop();
        await world.startServer();
        await reconnected(client, from);
        await isWell(world, client);
      });
      await t.test("a crash of Crema", async () => {
        const from = client.journal.length;
        await world.server.stop("SIGKILL");
        await world.startServer();
        await reconnected(client, from);
        await subscribe();  // Nobody could save what it had.
        await isWell(world, client);
      });
      await t.test("a restart of Redis, without noticing", async () => {
        const from = client.journal.length;
        await world.redis.stop();
        await world.redis.start();
        await isWell(world, client);
        const noticed = client.journal.since(from).filter(({ kind }) => kind !== "event");
        assert.deepEqual(noticed, []);
      });
      await t.test(`a web process that is away for ${kAwayMs / 1000} s`, async () => {
        const from = client.journal.length;
        await world.web.stop();
        // A new process knows nobody: it has to ask.
        await world.server.stop();
        await world.startServer();
        await client.journal.wait(({ kind }) => kind === "disconnect", "disconnect", { from });
        await new Promise((resolve) => setTimeout(resolve, kAwayMs));
        const early = client.journal.since(from).filter(({ kind }) => kind === "connect");
        assert.deepEqual(early, []);
        await world.web.start();
        await reconnected(client, from);
        await isWell(world, client);
      });
    });
  }

  test("a cut of 10 s, and misses nothing of it", kCrema, async (t) => {
    const world = await World.create(t);
    world.web.allow(kSiteA, kAlice, "ToDo");
    const network = await Network.start(world.scope, () => world.server.port);
    const client = await stockClient(world, { through: network });
    await world.subscribe(client, "doctype:ToDo", "doctype_subscribe", "ToDo");
    const from = client.journal.length;
    const back = network.down(10_000);
    await client.journal.wait(({ kind }) => kind === "disconnect", "disconnect", { from });
    await listUpdate(world);
    await back;
    await reconnected(client, from);
    await client.waitFor("list_update", () => true, { from });
    await isWell(world, client);
  });
});
