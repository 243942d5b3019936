// The admin endpoints of a running server: what is connected, in which rooms, within which limits.

import assert from "node:assert/strict";
import { request } from "node:http";
import test from "node:test";

import { cremaOnly } from "./lib/crema.mjs";
import { eventually } from "./lib/journal.mjs";
import { freePort } from "./lib/ports.mjs";
import { World, kAlice, kBob, kSiteA, kSiteB } from "./lib/world.mjs";

const kCrema = cremaOnly("has none of this", { timeout: 60_000 });

test("the admin endpoints", kCrema, async (t) => {
  const world = await World.create(t, { server: { args: ["--shards", "2"] } });
  const { server } = world;
  const get = async (path) => {
    const { status, body } = await server.admin(path);
    assert.equal(status, 200, body);
    return JSON.parse(body);
  };
  const clients = [
    await world.connect(),
    await world.connect({ mode: "polling" }),
    await world.connect({ user: kBob }),
    await world.connect({ site: kSiteB }),
  ];

  await t.test("/connections shows who is connected, and how", async () => {
    const { connections, next } = await get("/connections");
    assert.equal(next, null);
    assert.deepEqual(
      connections.map(({ site, user }) => `${user} ${site}`).sort(),
      [`${kAlice} ${kSiteA}`, `${kAlice} ${kSiteA}`, `${kAlice} ${kSiteB}`, `${kBob} ${kSiteA}`],
    );
    const polling = connections.filter(({ transport }) => transport === "polling");
    assert.equal(polling.length, 1);
    assert.equal(polling[0].user_type, "System User");
    assert.ok(polling[0].rooms >= 3);
    assert.deepEqual([...new Set(connections.map(({ shard }) => shard))].sort(), [0, 1]);
  });
  await t.test("/connections has nothing with which one could act for a client", async () => {
    const { body } = await server.admin("/connections");
    const { sid } = world.credentials(kSiteA, kAlice);
    assert.ok(!body.includes(sid));
    for (const client of clients) assert.ok(!body.includes(client.socket.io.engine.id));
  });
  await t.test("/connections by site, by user, and page by page in order", async () => {
    const bobs = await get(`/connections?site=${kSiteA}&user=${encodeURIComponent(kBob)}`);
    assert.deepEqual(bobs.connections.map(({ user }) => user), [kBob]);
    const ids = [];
    for (let after = ""; after !== null; ) {
      const page = await get(`/connections?limit=1&after=${after}`);
      assert.equal(page.connections.length, 1);
      ids.push(page.connections[0].id);
      after = page.next;
    }
    assert.equal(ids.length, clients.length);
    assert.deepEqual(ids, [...ids].sort());
    assert.equal((await server.admin("/connections?limit=9999")).status, 400);
  });
  await t.test("/api/rooms counts the sockets of all shards", async () => {
    const { rooms } = await get(`/api/rooms?site=${kSiteA}`);
    const count = Object.fromEntries(rooms.map(({ room, sockets }) => [room, sockets]));
    assert.equal(count.website, 3);
    assert.equal(count.all, 2);
    assert.equal(count[`user:${kAlice}`], 2);
    assert.equal(count[`user:${kBob}`], 1);
  });
  await t.test("/info shows the limits in force, and no secret", async () => {
    const { limits, settings } = await get("/info");
    assert.equal(limits.rooms_per_socket_max, "1024");
    assert.equal(settings["crema.shards"].source, "--shards");
  });
  await t.test("/metrics names the build and each shard's lag", async () => {
    assert.equal(await server.metric("crema_build_info"), 1);
    const lags = (await server.metrics()).filter(({ name }) => name === "crema_loop_lag_seconds");
    assert.deepEqual(lags.map(({ labels }) => labels.shard), ["0", "1"]);
    for (const { value } of lags) assert.ok(value >= 0 && value < 2);
  });
  await t.test("who leaves is gone from it", async () => {
    for (const client of clients) client.socket.disconnect();
    await eventually("nobody", async () => (await get("/connections")).connections.length === 0);
    assert.deepEqual((await get(`/api/rooms?site=${kSiteA}`)).rooms, []);
  });
});

test("the admin endpoints over TCP", kCrema, async (t) => {
  const port = await freePort();
  const token = "0123456789abcdef0123";
  await World.create(t, {
    server: { args: ["--admin", `127.0.0.1:${port}`], env: { CREMA_ADMIN_TOKEN: token } },
  });
  const status = (path, headers) =>
    new Promise((resolve, reject) => {
      const asked = request({ host: "127.0.0.1", port, path, headers, agent: false }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      asked.once("error", reject);
      asked.end();
    });
  for (const path of ["/live", "/info", "/metrics", "/connections", `/api/rooms?site=${kSiteA}`]) {
    await t.test(`${path} needs the token and no Origin`, async () => {
      const authorization = `Bearer ${token}`;
      assert.equal(await status(path, {}), 401);
      assert.equal(await status(path, { authorization: `${authorization}x` }), 401);
      assert.equal(await status(path, { authorization }), 200);
      assert.equal(await status(path, { authorization, origin: "http://localhost" }), 403);
    });
  }
});
