// frappe_docker's compose layout with only the command of the websocket service changed: no
// environment of Crema's, the image's folders, the `sites` volume, and a network in which the other
// services have names. Docker itself is not run: a mount namespace plays the container.
// Source: frappe-realtime 10.4, 2.1.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import test from "node:test";

import { binary, cremaOnly } from "./lib/crema.mjs";
import { World, kAlice, kSiteA } from "./lib/world.mjs";

// As root without a user namespace, which containers forbid.
const kUnshare = [
  "unshare",
  "--mount",
  ...(process.getuid() === 0 ? [] : ["--map-root-user"]),
];

function cannotUnshare() {
  try {
    execFileSync(kUnshare[0], [...kUnshare.slice(1), "mount", "--bind", "/tmp", "/mnt"]);
    return false;
  } catch (error) {
    return `no mount namespace here: ${String(error.stderr ?? error.message).trim()}`;
  }
}

const { skip: onReference } = cremaOnly("is no binary");
const kOptions = { timeout: 60_000, skip: onReference || cannotUnshare() };

// The services' names and addresses of their own, as compose's network gives them.
const kServices = { backend: "127.9.0.2", "redis-queue": "127.9.0.3", "redis-cache": "127.9.0.4" };

// A service at its usual port: what comes there goes on to where the test has it.
async function publish(scope, address, port, to) {
  const server = createServer((socket) => {
    const onward = connect(to, "127.0.0.1");
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ]) {
      one.on("error", () => other.destroy()).on("close", () => other.destroy());
      one.pipe(other);
    }
  });
  await new Promise((done, fail) => server.once("error", fail).listen(port, address, done));
  scope.defer(`${address}:${port}`, () => server.close());
}

// A command that runs the binary where /etc/hosts knows the services and sites/ is read-only.
function inContainer(world) {
  const hosts = join(world.bench.path, "hosts");
  const lines = Object.entries(kServices).map(([name, address]) => `${address} ${name}`);
  writeFileSync(hosts, `127.0.0.1 localhost\n${lines.join("\n")}\n`);
  const sites = join(world.bench.path, "sites");
  const script = [
    `mount --bind ${hosts} /etc/hosts`,
    `mount --bind ${sites} ${sites}`,
    `mount -o remount,ro,bind ${sites}`,
    `exec ${binary()} "$@"`,
  ].join(" && ");
  const command = join(world.bench.path, "in-container");
  writeFileSync(command, `#!/bin/sh\nexec ${kUnshare.join(" ")} sh -c '${script}' sh "$@"\n`);
  chmodSync(command, 0o755);
  return command;
}

test("frappe_docker's websocket service with another command", kOptions, async (t) => {
  const world = await World.create(t, { server: null });
  const { scope, bench } = world;
  // As the service `configurator` writes it.
  const { socketio_port } = JSON.parse(bench.read("sites/common_site_config.json"));
  bench.writeConfig({
    db_host: "db",
    db_port: 3306,
    redis_cache: "redis://redis-cache:6379",
    redis_queue: "redis://redis-queue:6379",
    redis_socketio: "redis://redis-queue:6379",
    socketio_port,
  });
  for (const folder of ["config", "logs"]) rmSync(join(bench.path, folder), { recursive: true });
  await publish(scope, kServices.backend, 8000, world.web.port);
  await publish(scope, kServices["redis-queue"], 6379, world.redis.port);
  await publish(scope, kServices["redis-cache"], 6379, world.redis.port);
  const original = process.env.CREMA_BIN;
  process.env.CREMA_BIN = inContainer(world);
  t.after(() => {
    if (original === undefined) delete process.env.CREMA_BIN;
    else process.env.CREMA_BIN = original;
  });
  // Kubernetes' and Podman's sign of a container, and Docker's, mean the same.
  const env = { CREMA_HOST: undefined, KUBERNETES_SERVICE_HOST: "10.0.0.1" };
  await world.startServer({ env, cwd: bench.path, benchFrom: "working directory" });

  await t.test("listens on every interface, as the frontend needs it", () => {
    assert.deepEqual(
      world.server.addresses.filter(({ address }) => address === "0.0.0.0"),
      [{ address: "0.0.0.0", port: socketio_port }],
    );
  });
  await t.test("asks at http://backend:8000, and gets events from redis-queue", async () => {
    const client = await world.connect();
    const got = await world.deliveries([client], () =>
      world.redis.publish({ site: kSiteA, room: `user:${kAlice}`, event: "hello", message: 1 }),
    );
    assert.deepEqual(got[client.name], [["hello", 1]]);
    await world.server.logged(/in a container: asked when nobody is at the upstream.*backend:8000/);
  });
  await t.test("makes a folder for the admin socket, and writes nothing to sites/", async () => {
    assert.equal((await world.server.admin("/ready")).status, 200);
  });
});
