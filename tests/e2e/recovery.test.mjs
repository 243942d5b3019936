// What the stock client lacks: its rooms, and what it missed, when it comes back. Not one line of
// these clients is about that. Source: frappe-realtime 7.1, 11 row 14; socketio 2.5.

import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";

import { cremaOnly } from "./lib/crema.mjs";
import { eventually } from "./lib/journal.mjs";
import { kVersion15, kVersion16 } from "./lib/web_dialects.mjs";
import * as faults from "./lib/web_faults.mjs";
import { World, kAlice, kBob, kSiteA } from "./lib/world.mjs";

const kCrema = cremaOnly("has no recovery", { timeout: 120_000 });
const kBrowser = { headers: { "User-Agent": "Mozilla/5.0 (X11; Linux x86_64)" } };
// Comes back at once.
const kQuick = { client: { reconnectionDelay: 50, reconnectionDelayMax: 100 } };
const kList = "doctype:ToDo";
const kDoc = "doc:ToDo/1";

const publish = (world, event, room = kList) =>
  world.redis.publish({ site: kSiteA, room, event, message: { event } });

const state = (world) => join(world.bench.path, "config", "crema-state");

async function subscribed(t, { config, dialect = kVersion16, ...options } = {}) {
  const world = await World.create(t, { config, dialect });
  for (const name of ["", "1"]) world.web.allow(kSiteA, kAlice, "ToDo", name);
  const client = await world.connect({ ...kBrowser, ...kQuick, ...options });
  await world.subscribe(client, kList, "doctype_subscribe", "ToDo");
  await world.subscribe(client, kDoc, "doc_subscribe", "ToDo", "1");
  return { world, client };
}

// Ends the connection from the client's side, lets `act` happen and waits for the next connect.
async function lose(client, act) {
  const from = client.journal.length;
  client.socket.io.engine.close();
  await client.journal.wait(({ kind }) => kind === "disconnect", "disconnect", { from });
  await act();
  return client.journal.wait(({ kind }) => kind === "connect", "connect", { from });
}

const names = (client, from) =>
  client.journal
    .since(from)
    .filter(({ event }) => event && event !== "e2e_marker")
    .map(({ event }) => event);

// Fulfils when events for `room` arrive; nobody has emitted a subscription.
const comesBack = (world, client, room) =>
  eventually(`${client.name} in ${room} again`, async () => {
    const got = await world.deliveries([client], () => publish(world, "list_update", room));
    return got[client.name].length > 0;
  });

const kWays = ["default", "polling", "websocket"].flatMap((mode) =>
  [1, 2].map((shards) => ({ mode, shards })),
);

for (const { mode, shards } of kWays) {
  const on = shards === 1 ? mode : `${mode} and ${shards} shards`;
  test(`a page that lost its connection, by ${on}, has missed nothing`, kCrema, async (t) => {
    const { world, client } = await subscribed(t, { mode, config: { crema: { shards } } });
    const from = client.journal.length;
    const { recovered } = await lose(client, async () => {
      await publish(world, "list_update");
      await publish(world, "doc_update", kDoc);
      await publish(world, "for nobody here", "doctype:Note");
      await publish(world, "msgprint", `user:${kAlice}`);
    });
    assert.equal(recovered, true);
    await world.deliveries([client], () => publish(world, "later"));
    assert.deepEqual(names(client, from), ["list_update", "doc_update", "msgprint", "later"]);
  });
}

for (const dialect of [kVersion15, kVersion16]) {
  test(`Frappe ${dialect.name}: who comes back is asked about again`, kCrema, async (t) => {
    const { world, client } = await subscribed(t, { dialect });
    // What the web process allowed is kept for 5 s.
    await t.test("a permission that is gone takes its room along", async () => {
      world.web.forbid(kSiteA, kAlice, "ToDo", "1");
      await eventually("the room is left", async () => {
        const from = client.journal.length;
        const { recovered } = await lose(client, async () => {
          await publish(world, "list_update");
          await publish(world, "doc_update", kDoc);
        });
        assert.equal(recovered, true);
        await world.deliveries([client], () => publish(world, "later", kDoc));
        const got = names(client, from);
        assert.ok(got.includes("list_update"), got.join());
        return !got.includes("doc_update") && !got.includes("later");
      });
    });
    await t.test("somebody else gets nothing of it", async () => {
      const users = world.web.users[kSiteA];
      const [alice, bob] = [kAlice, kBob].map((user) => users.find(({ name }) => name === user));
      world.web.users[kSiteA] = [{ ...bob, sid: alice.sid }];
      await eventually("it is somebody else", async () => {
        const from = client.journal.length;
        const { recovered } = await lose(client, () => publish(world, "list_update"));
        if (recovered) return false;
        await world.deliveries([client], () => publish(world, "list_update"));
        await world.deliveries([client], () => publish(world, "for bob", `user:${kBob}`));
        assert.deepEqual(names(client, from), ["for bob"]);
        return true;
      });
      world.web.users[kSiteA] = users;
    });
  });
}

test("a client that knows nothing of recovery gets plain events", kCrema, async (t) => {
  const world = await World.create(t);
  const client = await world.connect({ headers: { "User-Agent": "Dart/3.4 (dart:io)" } });
  await world.deliveries([client], () => publish(world, "msgprint", `user:${kAlice}`));
  const packet = client.wire.entries.find((text) => text.includes("msgprint"));
  assert.equal(packet, `2/${kSiteA},["msgprint",{"event":"msgprint"}]`);
});

test("a client that says nothing of itself is understood when it comes back", kCrema, async (t) => {
  // The official client in Node, WebSocket only, names no User-Agent; that of React Native names
  // its own.
  for (const [what, headers] of [
    ["no User-Agent", {}],
    ["React Native", { "User-Agent": "okhttp/4.12.0" }],
  ]) {
    await t.test(what, async (t) => {
      const { world, client } = await subscribed(t, { headers });
      assert.ok(client.wire.entries.includes(`2/${kSiteA},["e2e_probe","${kList}"]`));
      let from = client.journal.length;
      const first = await lose(client, async () => {
        await publish(world, "list_update");
        await publish(world, "doc_update", kDoc);
      });
      assert.equal(first.recovered, false, "what was on its way when it broke may be missing");
      await world.deliveries([client], () => publish(world, "later"));
      assert.deepEqual(names(client, from), ["list_update", "doc_update", "later"]);

      from = client.journal.length;
      const second = await lose(client, () => publish(world, "list_update"));
      assert.equal(second.recovered, true);
      await world.deliveries([client], () => publish(world, "doc_update", kDoc));
      assert.deepEqual(names(client, from), ["list_update", "doc_update"]);
    });
  }
});

test("a page that missed more than is kept has its rooms", kCrema, async (t) => {
  for (const shards of [1, 2]) {
    await t.test(`${shards} shards`, async (t) => {
      const crema = { shards, recovery_bytes_max: 64 * 1024 * shards };
      const { world, client } = await subscribed(t, { config: { crema } });
      const task = "task_progress:t1";
      await world.subscribe(client, task, "task_subscribe", "t1");
      const text = "x".repeat(8 * 1024);
      const { recovered } = await lose(client, async () => {
        for (let i = 0; i < 20; ++i) {
          const message = { text };
          await world.redis.publish({ site: kSiteA, room: kList, event: "flood", message });
        }
        await eventually("the oldest are dropped", () =>
          world.server.metric("crema_recovery_events_dropped_total"),
        );
      });
      assert.equal(recovered, false);
      for (const room of [kList, kDoc, task]) await comesBack(world, client, room);
    });
  }
});

test("rooms come back although the web process is late", kCrema, async (t) => {
  const { world, client } = await subscribed(t);
  const refused = (from) =>
    world.web.answers.wait(({ status }) => status === 503, "a 503", { from });
  await t.test("after a restart", async () => {
    const from = client.journal.length;
    await world.server.stop();
    const asked = world.web.answers.length;
    const remove = world.web.fault("has_permission", faults.status(503));
    await world.startServer();
    await client.journal.wait(({ kind }) => kind === "connect", "connect", { from });
    await refused(asked);
    remove();
    await comesBack(world, client, kList);
    await comesBack(world, client, kDoc);
  });
  await t.test("and a subscription waits for it too", async () => {
    world.web.allow(kSiteA, kAlice, "Note");
    const asked = world.web.answers.length;
    const remove = world.web.fault("has_permission", faults.status(503));
    const answer = client.ask("doctype_subscribe", "Note");
    await refused(asked);
    remove();
    assert.deepEqual(await answer, { ok: true });
  });
});

test("recovery: off gives every session up", kCrema, async (t) => {
  const { world, client } = await subscribed(t, { config: { crema: { recovery: "off" } } });
  assert.equal(client.socket._pid, undefined);
  const { recovered } = await lose(client, () => publish(world, "list_update"));
  assert.notEqual(recovered, true);
});

test("a restart keeps subscriptions", kCrema, async (t) => {
  const { world, client } = await subscribed(t);
  const restart = async (between = () => {}) => {
    const from = client.journal.length;
    assert.deepEqual(await world.server.stop(), { code: 0, signal: null });
    await between();
    await world.startServer();
    await client.journal.wait(({ kind }) => kind === "connect", "connect", { from });
  };
  await t.test("in a file for its owner alone, which is read once", async () => {
    await restart(() => {
      assert.equal(statSync(state(world)).mode & 0o777, 0o600);
      const text = readFileSync(state(world), "utf8");
      assert.match(text, /^\{"crema_state":1,"saved_at":\d+\}\n/);
      assert.ok(!text.includes(world.credentials(kSiteA, kAlice).sid));
    });
    await comesBack(world, client, kList);
    await comesBack(world, client, kDoc);
    assert.equal(existsSync(state(world)), false);
  });
  await t.test("with the permissions of now", async () => {
    world.web.forbid(kSiteA, kAlice, "ToDo", "1");
    await restart();
    await comesBack(world, client, kList);
    const got = await world.deliveries([client], () => publish(world, "doc_update", kDoc));
    assert.deepEqual(got[client.name], []);
  });
  await t.test("not for somebody else with the same private id", async () => {
    const users = world.web.users[kSiteA];
    const [alice, bob] = [kAlice, kBob].map((user) => users.find(({ name }) => name === user));
    await restart(() => {
      world.web.users[kSiteA] = [{ ...bob, sid: alice.sid }];
      world.web.allow(kSiteA, kBob, "ToDo");
    });
    const got = await world.deliveries([client], () => publish(world, "list_update"));
    assert.deepEqual(got[client.name], []);
    world.web.users[kSiteA] = users;
  });
  for (const [what, text, why] of [
    ["damaged", "\u0000\u0001 not a state", /line 1 is/],
    ["cut off", '{"crema_state":1,"saved_at":1}\n{"site":"a', /line 2 is cut off/],
    ["of another version", '{"crema_state":2}\n', /another version/],
    ["of another day", '{"crema_state":1,"saved_at":1}\n', /too old/],
  ]) {
    await t.test(`a file that is ${what} is ignored and removed`, async () => {
      await world.server.stop();
      world.bench.write("config/crema-state", text);
      await world.startServer();
      await world.server.logged(why);
      assert.equal(existsSync(state(world)), false);
    });
  }
});
