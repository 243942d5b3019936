// What Frappe's page about realtime says of clients, servers, custom clients and rooms, a test
// each.

import assert from "node:assert/strict";
import test from "node:test";
import { fileURLToPath } from "node:url";

import { run } from "../lib/child.mjs";
import { cleanEnvironment, cremaOnly } from "../lib/crema.mjs";
import { kAlice, kBob, kGuest, kSiteA, kSiteB, World } from "../lib/world.mjs";

const kStub = fileURLToPath(new URL("frappe_stub.py", import.meta.url));

// Everybody there is, and who of them got the event `e` of a sample.
async function crowd(t) {
  const world = await World.create(t);
  const connect = (site, user) => world.connect({ site, user });
  const clients = {
    alice: await connect(kSiteA, kAlice),
    "alice again": await connect(kSiteA, kAlice),
    bob: await connect(kSiteA, kBob),
    guest: await connect(kSiteA, kGuest),
    "alice elsewhere": await connect(kSiteB, kAlice),
  };
  for (const [name, client] of Object.entries(clients)) client.name = name;
  const got = async (sample) => {
    const received = await world.deliveries(Object.values(clients), async () => {
      const env = cleanEnvironment({ FRAPPE_REDIS_QUEUE: world.redis.url, FRAPPE_SITE: kSiteA });
      const { code, stderr } = await run("/usr/bin/python3", [kStub], { env, input: sample });
      assert.equal(code, 0, stderr);
    });
    return Object.entries(clients)
      .filter(([, client]) => received[client.name].length > 0)
      .map(([name]) => name);
  };
  return { world, clients, got };
}

const kOptions = cremaOnly("one server is enough");

test("rooms: a user's, the website's, the System Users', each of one site", kOptions, async (t) => {
  const { clients, got } = await crowd(t);
  const both = ["alice", "alice again"];
  assert.deepEqual(await got(`frappe.publish_realtime("e", user="${kAlice}")`), both);
  assert.deepEqual(await got('frappe.publish_realtime("e")'), both);
  const all = [...both, "bob", "guest"];
  assert.deepEqual(await got('frappe.publish_realtime("e", room="website")'), all);
  assert.deepEqual(await got('frappe.publish_realtime("e", room="all")'), both);
});

test("rooms: a doctype's and a document's are for who may read and asked", kOptions, async (t) => {
  const { world, clients, got } = await crowd(t);
  world.web.allow(kSiteA, kBob, "ToDo");
  world.web.allow(kSiteA, kBob, "ToDo", "1");
  await world.subscribe(clients.bob, "doctype:ToDo", "doctype_subscribe", "ToDo");
  await world.subscribe(clients.bob, "doc:ToDo/1", "doc_subscribe", "ToDo", "1");
  clients.guest.emit("doctype_subscribe", "ToDo");
  const list = 'frappe.publish_realtime("list_update", {"doctype": "ToDo"}, doctype="ToDo")';
  assert.deepEqual(await got(list), ["bob"]);
  assert.deepEqual(await got('frappe.publish_realtime("e", doctype="ToDo", docname="1")'), ["bob"]);
  assert.deepEqual(await got('frappe.publish_realtime("e", doctype="ToDo", docname="2")'), []);
});

test("rooms: a task's is for who asked for the task", kOptions, async (t) => {
  const { world, clients, got } = await crowd(t);
  await world.subscribe(clients.guest, "task_progress:t1", "task_subscribe", "t1");
  assert.deepEqual(await got('frappe.publish_realtime("e", task_id="t1")'), ["guest"]);
  assert.deepEqual(await got('frappe.publish_progress(5, task_id="t1")'), ["guest"]);
});

test("rooms: who has a document open is told who else has", kOptions, async (t) => {
  const { world, clients } = await crowd(t);
  for (const user of [kAlice, kBob]) world.web.allow(kSiteA, user, "ToDo", "1");
  const { alice, bob } = clients;
  await world.subscribe(alice, "open_doc:ToDo/1", "doc_open", "ToDo", "1");
  await world.subscribe(bob, "open_doc:ToDo/1", "doc_open", "ToDo", "1");
  const seen = ({ users }) => users.includes(kAlice) && users.includes(kBob);
  await alice.waitFor("doc_viewers", seen);
  await bob.waitFor("doc_viewers", seen);
  bob.emit("doc_close", "ToDo", "1");
  const alone = ({ users }) => users.length === 1 && users[0] === kAlice;
  await alice.waitFor("doc_viewers", alone);
});

test("server: publish_realtime takes a user, a document, a task or a room", kOptions, async (t) => {
  const { world, clients, got } = await crowd(t);
  await world.subscribe(clients.bob, "task_progress:t", "progress_subscribe", "t");
  const first = `frappe.publish_realtime("e", {"n": 1}, user="${kBob}", doctype="A", docname="B")`;
  assert.deepEqual(await got(first), ["bob"], "the user goes before the document");
  const second = `frappe.publish_realtime("e", user="${kAlice}", task_id="t")`;
  assert.deepEqual(await got(second), ["bob"], "the task goes before the user");
  const third = `frappe.publish_realtime("e", room="user:${kAlice}", user="${kBob}")`;
  assert.deepEqual(await got(third), ["alice", "alice again"], "the room goes before all");
});

test("server: after_commit waits for the commit", kOptions, async (t) => {
  const { clients, got } = await crowd(t);
  const later = `frappe.publish_realtime("e", user="${kBob}", after_commit=True)`;
  assert.deepEqual(await got(later), []);
  assert.deepEqual(await got(`${later}\npublisher.rollback()\npublisher.commit()`), []);
  assert.deepEqual(await got(`${later}\npublisher.commit()`), ["bob"]);
});

test("custom clients: any Socket.IO client, by session or by token", kOptions, async (t) => {
  const world = await World.create(t);
  const { token } = world.credentials(kSiteA, kAlice);
  for (const mode of ["default", "polling", "websocket"]) {
    const bySession = await world.connect({ mode });
    const byToken = await world.connect({ mode, sid: null, token, origin: null });
    for (const client of [bySession, byToken]) {
      const event = { site: kSiteA, room: `user:${kAlice}`, event: "hello", message: mode };
      await world.redis.publish(event);
      await client.waitFor("hello", (message) => message === mode);
    }
  }
});

test(
  "custom clients: the namespace is the site; without a credential there is no entry",
  kOptions,
  async (t) => {
    const world = await World.create(t);
    const refused = async (options) => {
      return (await world.open(options)).refused();
    };
    assert.match(await refused({ namespace: "no.such.site" }), /namespace/i);
    assert.match(await refused({ sid: null }), /cookie|authorization/i);
  },
);
