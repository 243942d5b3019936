import assert from "node:assert/strict";
import test from "node:test";

import { cremaOnly } from "./lib/crema.mjs";
import { kModes } from "./lib/clients.mjs";
import { PollingSession, RawWebSocket, siteHeaders } from "./lib/raw.mjs";
import { checkRooms } from "./lib/room_matrix.mjs";
import { World, kAlice, kBob, kSiteA, kSiteB } from "./lib/world.mjs";

const kTimeout = { timeout: 120_000 };

test("three users on two sites over three transports", kTimeout, async (t) => {
  await checkRooms(t, await World.create(t));
});

test("the same with several shards", cremaOnly("has no shards", kTimeout), async (t) => {
  await checkRooms(t, await World.create(t, { server: { args: ["--shards", "3"] } }));
});

test("what a client emits", kTimeout, async (t) => {
  const world = await World.create(t);

  for (const mode of kModes) {
    await t.test(`ping is answered by a pong without arguments (${mode})`, async () => {
      const client = await world.connect({ mode });
      client.emit("ping");
      assert.deepEqual(await client.waitFor("pong"), []);
    });
  }

  await t.test("a room nobody may join by name stays closed", async () => {
    const bob = await world.connect({ user: kBob });
    for (const event of ["join", "subscribe", "room_join"]) bob.emit(event, "all");
    bob.emit("task_subscribe", `../user:${kAlice}`);
    await bob.pingPong();
    const received = await world.deliveries([bob], async () => {
      await world.redis.publish({ site: kSiteA, room: "all", event: "x", message: 1 });
      await world.redis.publish({ site: kSiteA, room: `user:${kAlice}`, event: "x", message: 2 });
    });
    assert.deepEqual(received[bob.name], []);
  });

  await t.test("nobody hears what a client emits", async () => {
    const [alice, bob] = await Promise.all([world.connect(), world.connect({ user: kBob })]);
    const received = await world.deliveries([alice], async () => {
      bob.emit("msgprint", { message: "from another browser" });
      bob.emit("list_update", { doctype: "ToDo" });
      await bob.pingPong();
    });
    assert.deepEqual(received[alice.name], []);
  });

  const race = cremaOnly("joins late, as the original does");
  await t.test("an unsubscribe overtakes the permission call of its subscribe", race, async () => {
    const client = await world.connect();
    const held = new Promise((resolve) => {
      const remove = world.web.fault("has_permission", (_request, response) => {
        remove();
        resolve(response);
      });
    });
    client.emit("doctype_subscribe", "Late");
    const response = await held;
    client.emit("doctype_unsubscribe", "Late");
    await client.pingPong();
    response.writeHead(200, { "Content-Type": "application/json" }).end('{"message":true}');
    world.web.allow(kSiteA, kAlice, "Later");
    await world.subscribe(client, "doctype:Later", "doctype_subscribe", "Later");
    const received = await world.deliveries([client], () => {
      return world.redis.publish({ site: kSiteA, room: "doctype:Late", event: "x", message: 1 });
    });
    assert.deepEqual(received[client.name], []);
  });

  for (const mode of kModes) {
    await t.test(`a client that left gets nothing, the others still do (${mode})`, async () => {
      const [leaver, stayer] = await Promise.all([
        world.connect({ mode }),
        world.connect({ mode }),
      ]);
      leaver.close();
      await leaver.journal.wait(({ kind }) => kind === "disconnect", "disconnect");
      const event = { site: kSiteA, room: "all", event: "after", message: 1 };
      const received = await world.deliveries([stayer], () => world.redis.publish(event));
      assert.deepEqual(received[stayer.name], [["after", 1]]);
      assert.deepEqual(
        leaver.journal.entries.filter(({ kind }) => kind === "event"),
        [],
      );
    });
  }
});

test("a message arrives as it was published", kTimeout, async (t) => {
  const world = await World.create(t);
  const clients = await Promise.all(kModes.map((mode) => world.connect({ mode })));
  const publish = (message, event = "value") =>
    world.redis.publish({ site: kSiteA, room: "all", event, message });

  // Publishes the text of a message value and returns it as the wire of each client has it.
  async function onTheWire(text) {
    const starts = clients.map((client) => client.wire.length);
    await world.deliveries(clients, () => {
      return world.redis.publishRaw(
        `{"event":"wire","room":"all","namespace":"${kSiteA}","message":${text}}`,
      );
    });
    const prefix = `2/${kSiteA},["wire",`;
    return clients.map((client, i) => {
      const packet = client.wire.since(starts[i]).find((data) => data.startsWith(prefix));
      const args = packet?.slice(prefix.length, -1);
      return client.numbered ? args?.replace(/,"[^"]*"$/, "") : args;
    });
  }

  async function arrives(message) {
    const received = await world.deliveries(clients, () => publish(message));
    for (const client of clients) assert.deepEqual(received[client.name], [["value", message]]);
  }

  await t.test("bare values", async () => {
    for (const message of ["Failed", "", 0, 42, -1.5, true, false, null, [], {}, [1, [2, [3]]]]) {
      await arrives(message);
    }
  });
  await t.test("text within text, escapes, every plane of Unicode", async () => {
    await arrives('{"a": "json in a string"}');
    await arrives('quote " backslash \\ slash / tab \t line \n nul \u0000 del \u007f');
    await arrives("ünïcödé 漢字 \u2028\u2029 😀 \ud83d\ude00");
  });
  await t.test(
    "keys that JavaScript treats specially, and a placeholder, are plain data",
    async () => {
      const message = JSON.parse('{"__proto__":{"x":1},"constructor":{"y":2},"toString":"z"}');
      await arrives(message);
      await arrives({ _placeholder: true, num: 0 });
    },
  );
  await t.test("a document of a hundred kilobytes", async () => {
    await arrives({
      rows: Array.from({ length: 1_000 }, (_, i) => ({ name: `ROW-${i}`, text: "é".repeat(40) })),
    });
  });
  await t.test("a message without a `message` key arrives as null", async () => {
    const received = await world.deliveries(clients, () => {
      return world.redis.publishRaw(`{"event":"bare","room":"all","namespace":"${kSiteA}"}`);
    });
    for (const client of clients) assert.deepEqual(received[client.name], [["bare", null]]);
  });
  await t.test("the pretty text of Python leaves without its white space", async () => {
    const pretty = '{\n "b": [\n  1,\n  2\n ],\n "a": "two  spaces"\n}';
    for (const text of await onTheWire(pretty)) assert.equal(text, '{"b":[1,2],"a":"two  spaces"}');
  });
  await t.test("many messages in one go arrive in order, each once", async () => {
    const numbers = Array.from({ length: 500 }, (_, i) => i);
    const received = await world.deliveries(clients, () =>
      Promise.all(numbers.map((n) => publish(n, "n"))),
    );
    for (const client of clients)
      assert.deepEqual(
        received[client.name],
        numbers.map((n) => ["n", n]),
      );
  });

  const python = cremaOnly("dies of NaN and Infinity");
  await t.test("NaN and Infinity arrive as null", python, async () => {
    const message = { nan: NaN, list: [Infinity, -Infinity, 1], text: "NaN Infinity -Infinity" };
    const received = await world.deliveries(clients, () => publish(message));
    const wanted = { nan: null, list: [null, null, 1], text: "NaN Infinity -Infinity" };
    for (const client of clients) assert.deepEqual(received[client.name], [["value", wanted]]);
  });
  const doubles = cremaOnly("passes numbers through doubles");
  await t.test("numbers keep every digit", doubles, async () => {
    const text = "[9007199254740993,123456789012345678901234567890,25.0,1e400,-0.0,0.1]";
    for (const wire of await onTheWire(text)) assert.equal(wire, text);
  });
});

test("events that are published while a client upgrades", kTimeout, async (t) => {
  const world = await World.create(t);
  const publish = (message) =>
    world.redis.publish({ site: kSiteB, room: "website", event: "n", message });

  await t.test("arrive in order, each once", async () => {
    const client = world.open({ site: kSiteB, mode: "default" });
    await client.connected();
    const received = await world.deliveries([client], async () => {
      for (let n = 0; n < 200; ++n) await publish(n);
      await client.upgraded();
      for (let n = 200; n < 250; ++n) await publish(n);
    });
    const wanted = Array.from({ length: 250 }, (_, n) => ["n", n]);
    assert.deepEqual(received[client.name], wanted);
    assert.equal(client.transport, "websocket");
  });

  await t.test("between probe and upgrade, too", async () => {
    const { sid } = world.credentials(kSiteB, kBob);
    const headers = siteHeaders({ site: kSiteB, sid });
    const polling = await PollingSession.open(world.server, headers);
    await polling.join(kSiteB);
    const ws = await RawWebSocket.open(world.scope, world.server, {
      headers,
      query: `&sid=${polling.sid}`,
    });
    ws.send("2probe");
    await ws.message((text) => text === "3probe", "the answer to the probe");
    for (let n = 0; n < 5; ++n) await publish(n);
    const polled = (await polling.get()).body.split("\x1e");
    for (let n = 5; n < 10; ++n) await publish(n);
    ws.send("5");
    await publish(10);
    const packet = (n) => `42/${kSiteB},["n",${n}]`;
    await ws.message((text) => text === packet(10), "the last event");
    const events = [...polled, ...ws.messages].filter((text) => text.startsWith("42"));
    assert.deepEqual(
      events,
      Array.from({ length: 11 }, (_, n) => packet(n)),
    );
  });
});
