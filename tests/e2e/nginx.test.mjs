// Behind a real nginx: bench's settings and frappe_docker's, http and https, a port or a Unix
// socket behind it, two sites by name.

import assert from "node:assert/strict";
import { connect as connectTcp } from "node:net";
import { join } from "node:path";
import test from "node:test";

import { Client, kModes } from "./lib/clients.mjs";
import { cremaOnly, kReference } from "./lib/crema.mjs";
import { eventually } from "./lib/journal.mjs";
import { Nginx, kFronts } from "./lib/nginx.mjs";
import { exchange } from "./lib/raw.mjs";
import { World, kAlice, kBob, kSiteA, kSiteB } from "./lib/world.mjs";

const kTimeout = { timeout: 120_000 };
const kPolling = "/socket.io/?EIO=4&transport=polling";
const kBackends = {
  "a port": () => ({}),
  "a Unix socket": (world) => ({ socketio_uds: join(world.bench.path, "config", "socketio.sock") }),
};

// What a browser leaves to the proxy.
const kByProxy = { Origin: undefined, "X-Frappe-Site-Name": undefined };

async function start(t, backend) {
  const world = await World.create(t, { server: null });
  world.bench.writeConfig({ ...world.config, socketio_port: 0, ...kBackends[backend](world) });
  await world.startServer();
  world.nginx = await Nginx.start(world.scope, world.server, [kSiteA, kSiteB]);
  return world;
}

function connect(world, front, { site, user, mode }) {
  return Client.connect(world.scope, world.nginx.front(front), {
    site,
    mode,
    name: `${user} on ${site}`,
    sid: world.credentials(site, user).sid,
    headers: kByProxy,
  });
}

for (const backend of Object.keys(kBackends)) {
  test(`nginx in front of ${backend}`, kTimeout, async (t) => {
    const world = await start(t, backend);
    for (const front of kFronts) {
      for (const mode of kModes) {
        await t.test(`${front.flavour} by ${front.scheme}, ${mode}`, async () => {
          const alice = await connect(world, front, { site: kSiteA, user: kAlice, mode });
          const bob = await connect(world, front, { site: kSiteB, user: kBob, mode });
          assert.equal(alice.transport, mode === "polling" ? "polling" : "websocket");
          alice.emit("ping", "x".repeat(900_000));
          await alice.waitFor("pong");
          await bob.pingPong();
          // Compressed by nginx on its way to a client that polls.
          const large = "y".repeat(300_000);
          const received = await world.deliveries([alice, bob], async () => {
            const room = `user:${kAlice}`;
            for (const message of ["ä", large])
              await world.redis.publish({ site: kSiteA, room, event: "hello", message });
            await world.redis.publish({ site: kSiteB, room: "website", event: "b", message: 1 });
          });
          assert.deepEqual(received[alice.name], [
            ["hello", "ä"],
            ["hello", large],
          ]);
          assert.deepEqual(received[bob.name], [["b", 1]]);
          assert.deepEqual([...alice.disturbances, ...bob.disturbances], []);
          for (const client of [alice, bob]) client.socket.disconnect();
          if (!kReference) await nothingLeft(world);
        });
      }
    }
    await t.test(
      "a poll that its browser gives up ends the session",
      cremaOnly("has no metrics"),
      async () => {
        const front = world.nginx.front({ flavour: "bench", scheme: "http" });
        const get = (query, more = "") =>
          `GET ${kPolling}${query} HTTP/1.1\r\nHost: ${kSiteA}\r\n${more}\r\n`;
        const opened = await exchange(front, get("", "Connection: close\r\n"));
        const { sid } = JSON.parse(/\{"sid".*\}/.exec(opened)[0]);
        assert.equal(await world.server.metric("crema_connections"), 1);
        await gauge(world, "crema_tcp_connections", 1);
        // What is given up before nginx has asked for it never gets here: then again.
        await eventually("the end of the session", async () => {
          const browser = connectTcp({ port: front.port, host: "127.0.0.1" });
          browser.write(get(`&sid=${sid}`));
          await gauge(world, "crema_tcp_connections", 2);
          browser.destroy();
          await gauge(world, "crema_tcp_connections", 1);
          return (await world.server.metric("crema_connections")) === 0;
        });
        await nothingLeft(world);
      },
    );
  });
}

// But for the connection that asks.
const kNothing = { crema_connections: 0, crema_sockets: 0, crema_tcp_connections: 1 };

async function nothingLeft(world) {
  for (const [name, value] of Object.entries(kNothing)) await gauge(world, name, value);
}

function gauge({ server }, name, value) {
  return eventually(`${name} at ${value}`, async () => (await server.metric(name)) === value);
}
