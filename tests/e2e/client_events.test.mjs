import assert from "node:assert/strict";
import test from "node:test";

import { cremaOnly } from "./lib/crema.mjs";
import { Journal } from "./lib/journal.mjs";
import { RespClient } from "./lib/resp.mjs";
import { World, kAlice, kBob, kGuest, kSiteA, kSiteB } from "./lib/world.mjs";

const kTimeout = { timeout: 120_000 };
const kCrema = cremaOnly("answers no acknowledgement", kTimeout);

// A document that everybody may open.
function allowEverybody(world, doctype, name) {
  for (const site of [kSiteA, kSiteB]) {
    for (const user of [kAlice, kBob, kGuest]) world.web.allow(site, user, doctype, name);
  }
}

function ask(client, event, ...args) {
  return client.socket.timeout(10_000).emitWithAck(event, ...args);
}

test("doc_viewers tells who has a document open", kCrema, async (t) => {
  const world = await World.create(t);
  allowEverybody(world, "ToDo", "T 1");
  const [alice, again, bob, carol] = await Promise.all([
    world.connect(),
    world.connect({ mode: "polling" }),
    world.connect({ user: kBob }),
    world.connect({ site: kSiteB, user: kBob }),
  ]);
  const open = (client) => ask(client, "doc_open", "ToDo", "T 1");
  const told = (...users) => [["doc_viewers", { doctype: "ToDo", docname: "T 1", users }]];

  // Runs `act` and checks what each of alice's two sockets, bob's and the other site's got.
  async function tells(act, [toAlice, toAgain, toBob]) {
    const clients = [alice, again, bob, carol].filter(({ socket }) => socket.connected);
    const names = ["alice", "again", "bob", "carol"];
    [alice, again, bob, carol].forEach((client, i) => (client.name = names[i]));
    const received = await world.deliveries(clients, act);
    const wanted = { alice: toAlice, again: toAgain, bob: toBob, carol: [] };
    for (const client of clients)
      assert.deepEqual(received[client.name], wanted[client.name], client.name);
  }

  await t.test("the first is alone and told nothing", () => tells(() => open(alice), [[], [], []]));
  await t.test("another site's viewer is nobody here", () =>
    tells(() => open(carol), [[], [], []]));
  await t.test("the second is told, and the first", () =>
    tells(() => open(bob), [told(kAlice, kBob), [], told(kAlice, kBob)]));
  await t.test("a second tab is a viewer, its user is named once", () => {
    const all = told(kAlice, kBob);
    return tells(() => open(again), [all, all, all]);
  });
  await t.test("who closes it is told no more", () =>
    tells(() => ask(bob, "doc_close", "ToDo", "T 1"), [told(kAlice), told(kAlice), []]));
  await t.test("closing what is not open tells the viewers again", () =>
    tells(() => ask(bob, "doc_close", "ToDo", "T 1"), [told(kAlice), told(kAlice), []]));
  await t.test("a connection that is lost closes what it had open", async () => {
    await open(bob);
    const received = await world.deliveries([alice, again], async () => {
      const from = alice.journal.length;
      bob.close();
      await alice.waitFor("doc_viewers", ({ users }) => users.length === 1, { from });
    });
    assert.deepEqual(received, { alice: told(kAlice), again: told(kAlice) });
  });
});

test("acknowledgements, for clients that ask for one", kCrema, async (t) => {
  const world = await World.create(t);
  world.web.allow(kSiteA, kAlice, "ToDo");
  world.web.allow(kSiteA, kAlice, "ToDo", "1");
  const alice = await world.connect();
  const kNo = { ok: false, error: "Not permitted" };
  for (const [event, args, answer] of [
    ["doctype_subscribe", ["ToDo"], { ok: true }],
    ["doctype_subscribe", ["Secret"], kNo],
    ["doc_subscribe", ["ToDo", "1"], { ok: true }],
    ["doc_subscribe", ["ToDo", "2"], kNo],
    ["doc_open", ["ToDo", "1"], { ok: true }],
    ["doc_open", ["ToDo", "2"], kNo],
    ["task_subscribe", ["t"], { ok: true }],
    ["doctype_unsubscribe", ["ToDo"], { ok: true }],
  ]) {
    await t.test(`${event} ${args}`, async () => {
      assert.deepEqual(await ask(alice, event, ...args), answer);
    });
  }
  await t.test("silence for who did not ask", async () => {
    const received = await world.deliveries([alice], async () => {
      alice.emit("doc_subscribe", "ToDo", "2");
      assert.deepEqual(await ask(alice, "doc_subscribe", "ToDo", "2"), kNo);
    });
    assert.deepEqual(received[alice.name], []);
    assert.deepEqual(alice.disturbances, []);
  });
});

test("open_in_editor", kCrema, async (t) => {
  // Everything that is published for editors.
  async function editors(world) {
    const published = new Journal("what editors are told");
    const onPush = (_channel, text) => published.push(text);
    const client = await RespClient.connect(world.redis.port, { onPush });
    world.scope.defer("the editors' subscription", () => client.close());
    await client.command("SUBSCRIBE", "open_in_editor");
    return published;
  }

  await t.test("in developer mode, for whoever is logged in", async (t) => {
    const world = await World.create(t, { config: { developer_mode: 1 } });
    const published = await editors(world);
    const [alice, guest] = await Promise.all([world.connect(), world.connect({ user: kGuest })]);
    assert.equal((await ask(guest, "open_in_editor", { file: "guest.py" })).ok, false);
    assert.deepEqual(await ask(alice, "open_in_editor", { file: "a.py", line: 3, column: 1 }), {
      ok: true,
    });
    await published.wait(() => true, "the location");
    assert.deepEqual(published.entries, ['{"file":"a.py","line":3,"column":1}']);
    // It killed the original: everybody is still served.
    await Promise.all([alice.pingPong(), guest.pingPong()]);
  });
  await t.test("not in production", async (t) => {
    const world = await World.create(t);
    const alice = await world.connect();
    assert.equal((await ask(alice, "open_in_editor", { file: "a.py" })).ok, false);
  });
});

test("build_event reaches every socket of every site", kTimeout, async (t) => {
  const world = await World.create(t);
  const clients = await Promise.all(
    [kSiteA, kSiteB].flatMap((site) =>
      [kAlice, kGuest].map((user) => world.connect({ site, user })),
    ),
  );
  const message = { success: true, changed_files: ["desk.bundle.js"], live_reload: true };
  const received = await world.deliveries(clients, () =>
    world.redis.publishRaw(JSON.stringify({ event: "build_event", message })),
  );
  for (const { name } of clients) assert.deepEqual(received[name], [["build_event", message]]);
});
