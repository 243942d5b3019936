// Signals: a stop that loses nothing that was queued, and what else can be said to a process.
// Source: operations, "Signals"; frappe-realtime 7.1.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { cremaCommand, cremaOnly } from "./lib/crema.mjs";
import { eventually } from "./lib/journal.mjs";
import { PollingSession, siteHeaders } from "./lib/raw.mjs";
import * as faults from "./lib/web_faults.mjs";
import { World, kAlice, kSiteA } from "./lib/world.mjs";

const kCrema = cremaOnly("knows no signals", { timeout: 120_000 });

const kill = (world, signal) => world.server.child.process.kill(signal);

// A polling client with an event that waits for its next GET.
async function withQueue(world, event) {
  const { sid } = world.credentials(kSiteA, kAlice);
  const session = await PollingSession.open(world.server, siteHeaders({ site: kSiteA, sid }));
  await session.join(kSiteA);
  await world.redis.publish({ site: kSiteA, room: `user:${kAlice}`, event, message: 1 });
  return session;
}

// What was published before has been delivered, as far as it can be.
async function settled(world) {
  const witness = await world.connect();
  await world.deliveries([witness], async () => {});
  witness.close();
}

test("a stop waits for what is queued", kCrema, async (t) => {
  await t.test("and accepts and delivers meanwhile, then ends", async (t) => {
    const world = await World.create(t, { config: { crema: { drain_timeout: "5s" } } });
    const session = await withQueue(world, "before");
    await settled(world);
    kill(world, "SIGTERM");
    await world.server.logged(/msg=stopping/);
    const late = await world.connect();
    await world.redis.publish({ site: kSiteA, room: `user:${kAlice}`, event: "late", message: 2 });
    await late.waitFor("late");
    const { body } = await session.get();
    assert.ok(body.includes('"before",1') && body.includes('"late",2'), body);
    assert.deepEqual(await world.server.child.ended(), { code: 0, signal: null });
    const { reason } = await late.journal.wait(({ kind }) => kind === "disconnect", "disconnect");
    assert.match(reason, /^transport (close|error)$/);
  });
  await t.test("but not longer than drain_timeout", async (t) => {
    const world = await World.create(t, { config: { crema: { drain_timeout: "300ms" } } });
    await withQueue(world, "never fetched");
    await settled(world);
    const begin = performance.now();
    assert.deepEqual(await world.server.stop(), { code: 0, signal: null });
    const took = performance.now() - begin;
    assert.ok(took >= 300 && took < 5_000, `${took} ms`);
    await world.server.logged(/stopping before everything was sent.*sessions=1/);
  });
  await t.test("a second signal ends it at once", async (t) => {
    const world = await World.create(t, { config: { crema: { drain_timeout: "5s" } } });
    await withQueue(world, "never fetched");
    await settled(world);
    kill(world, "SIGTERM");
    await world.server.logged(/msg=stopping/);
    assert.deepEqual(await world.server.stop("SIGINT", 2_000), { code: 1, signal: null });
  });
});

// What an operator's `supervisorctl restart` waits for; timed from the signal to the exit.
test("SIGTERM ends it within a second", kCrema, async (t) => {
  const kCases = {
    "with nobody connected": async () => {},
    "with 200 clients": async (world) => {
      await Promise.all(Array.from({ length: 200 }, () => world.joinRaw()));
    },
    "with an event that nobody fetches": (world) => withQueue(world, "never fetched"),
    "while the web process hangs": async (world) => {
      const gate = faults.gate();
      world.web.fault("get_user_info", gate.fault);
      world.open();
      await gate.arrived.wait(() => true, "the question");
    },
    "while Redis is away": (world) => world.redis.stop(),
  };
  for (const [name, prepare] of Object.entries(kCases)) {
    await t.test(name, async (t) => {
      const world = await World.create(t);
      await prepare(world);
      const begin = performance.now();
      assert.deepEqual(await world.server.stop(), { code: 0, signal: null });
      const took = performance.now() - begin;
      t.diagnostic(`${took.toFixed(0)} ms`);
      assert.ok(took < 1_000, `${took} ms`);
    });
  }
});

// Whether a process runs; one that has ended and that nobody waits for does not.
function runs(pid) {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}

test("a handler that does not return does not hold up a stop", kCrema, async (t) => {
  const stuck = `module.exports = (socket) => {
    socket.on("pid", (answer) => answer(process.pid));
    socket.on("hang", () => { for (;;); });
  };`;
  const world = await World.create(t, {
    handlers: { stuck },
    // Not before the stop is it noticed.
    server: { env: { CREMA_HANDLER_STALL_MAX: "60s" } },
  });
  const client = await world.connect();
  const pid = await client.ask("pid");
  assert.ok(runs(pid));
  client.emit("hang");
  await assert.rejects(client.socket.timeout(500).emitWithAck("pid"), /timed out/);
  const begin = performance.now();
  assert.deepEqual(await world.server.stop(), { code: 0, signal: null });
  const took = performance.now() - begin;
  t.diagnostic(`${took.toFixed(0)} ms`);
  assert.ok(took < 1_000, `${took} ms`);
  await eventually("the host is gone", () => !runs(pid), 3_000 - took);
});

test("SIGHUP reads the configuration again", kCrema, async (t) => {
  const world = await World.create(t);
  const client = await world.connect();
  const write = (crema) => {
    const { port } = world.server;
    world.bench.writeConfig({ ...world.config, socketio_port: port, crema });
  };
  const openPacket = async () => {
    const { body } = await world.server.get("/socket.io/?EIO=4&transport=polling");
    return JSON.parse(body.slice(1));
  };
  const health = async () => (await world.server.get("/health")).status;
  const info = async () => JSON.parse((await world.server.admin("/info")).body);
  await t.test("takes over the log's level, and names what waits", async () => {
    write({ log_level: "debug", shards: 2, uds_mode: "0600" });
    kill(world, "SIGHUP");
    await world.server.logged(/a setting has changed.*crema\.log_level.*debug/);
    await world.server.logged(/wait for the next start.*names=.*crema\.uds_mode/);
    await world.server.logged(/the configuration was read again/);
  });
  await t.test("takes over bounds: sessions that open from then on are told", async () => {
    write({ log_level: "debug", ping_interval: 7, message_bytes_max: 5000 });
    kill(world, "SIGHUP");
    await world.server.logged(/a setting has changed.*crema\.ping_interval/);
    await world.server.logged(/a setting has changed.*crema\.message_bytes_max/);
    const told = await eventually("the new heartbeat", async () => {
      const packet = await openPacket();
      return packet.pingInterval === 7000 && packet;
    });
    assert.equal(told.maxPayload, 5000);
    const { settings, limits } = await info();
    assert.equal(settings["crema.ping_interval"].value, "7s");
    assert.equal(settings["crema.shards"].value, String(process.env.CREMA_E2E_SHARDS ?? 1));
    assert.equal(limits.ping_interval, "7 s");
  });
  await t.test("connections_max comes and goes, and nobody is put out", async () => {
    write({ connections_max: 1 });
    kill(world, "SIGHUP");
    await eventually("there is no room", async () => (await health()) === 503);
    await client.pingPong();
    write({});
    kill(world, "SIGHUP");
    await eventually("there is room", async () => (await health()) === 200);
  });
  await t.test("crema reload says the same", async () => {
    write({ idle_timeout: "33s" });
    const { code, stdout } = await cremaCommand(["reload", "--bench", world.bench.path]);
    assert.equal(code, 0);
    assert.match(stdout, /the configuration is read again/);
    await world.server.logged(/a setting has changed.*crema\.idle_timeout.*33s/);
  });
  await t.test("takes nothing from a file with errors", async () => {
    world.bench.write("sites/common_site_config.json", "{ not JSON");
    kill(world, "SIGHUP");
    await world.server.logged(/common_site_config\.json/);
    await world.server.logged(/has errors: nothing is taken over/);
  });
  await t.test("SIGUSR1 changes nothing, and nobody notices either", async () => {
    kill(world, "SIGUSR1");
    await world.server.logged(/there is no file to open again/);
    await client.pingPong();
    assert.deepEqual(client.disturbances, []);
  });
  await eventually("it serves", async () => (await world.server.get("/health")).status === 200);
});
