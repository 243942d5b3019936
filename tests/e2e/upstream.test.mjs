// Who is let in beyond Frappe's own pages, and whom the web process's questions go to.

import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";

import { cremaOnly } from "./lib/crema.mjs";
import { kUserInfo } from "./lib/fake_web.mjs";
import { eventually } from "./lib/journal.mjs";
import { kDialects } from "./lib/web_dialects.mjs";
import * as faults from "./lib/web_faults.mjs";
import { World, kAlice, kBob, kGuest, kSiteA, kSiteB } from "./lib/world.mjs";

const kTimeout = { timeout: 120_000 };
const kCrema = cremaOnly("has none of this", kTimeout);
const kApp = "https://app.example:8443";

async function userOf(world, client) {
  const received = await world.deliveries([client], async () => {
    for (const user of [kAlice, kBob, kGuest]) {
      const room = `user:${user}`;
      await world.redis.publish({ site: client.site, room, event: "who", message: user });
    }
  });
  return received[client.name].map(([, user]) => user);
}

for (const dialect of kDialects) {
  test(`Frappe ${dialect.name}: authorization in the CONNECT`, kCrema, async (t) => {
    const world = await World.create(t, { dialect });
    const bob = world.credentials(kSiteA, kBob);
    const auth = { authorization: `token ${bob.token}` };
    const cases = [
      ["without a cookie", { sid: null, client: { auth } }, kBob],
      ["before a cookie", { client: { auth } }, kBob],
      ["after a header", { sid: null, token: "x:y", client: { auth } }, /^Unauthorized/],
      ["without Origin", { sid: null, headers: { Origin: undefined }, client: { auth } }, kBob],
      ["from elsewhere", { headers: { Origin: kApp }, client: { auth } }, /^Invalid origin$/],
      ["wrong", { client: { auth: { authorization: "token x:y" } } }, /^Unauthorized/],
      ["a line end", { client: { auth: { authorization: "a\r\nX: y" } } }, /^Unauthorized/],
      ["empty", { client: { auth: { authorization: "" } } }, kAlice],
      ["a number", { client: { auth: { authorization: 7 } } }, kAlice],
    ];
    for (const mode of ["websocket", "polling"]) {
      for (const [name, options, expected] of cases) {
        await t.test(`${name} (${mode})`, async () => {
          if (expected instanceof RegExp) {
            assert.match(await world.open({ mode, ...options }).refused(), expected);
          } else {
            assert.deepEqual(await userOf(world, await world.connect({ mode, ...options })), [
              expected,
            ]);
          }
        });
      }
    }
  });
}

test("allow_cors", kCrema, async (t) => {
  const world = await World.create(t, { server: null, config: { allow_cors: "*" } });
  const config = { db_name: "_a", allow_cors: [kApp, "*"] };
  world.bench.write(`sites/${kSiteA}/site_config.json`, JSON.stringify(config));
  await world.startServer();
  const from = (Origin, site = kSiteA) => world.open({ site, headers: { Origin } });
  await t.test("the site's own list lets an origin in, as written", async () => {
    const client = from(kApp);
    await client.connected();
    assert.deepEqual(await userOf(world, client), [kAlice]);
  });
  await t.test("without X-Frappe-Site-Name the Host names the site", async () => {
    const headers = { Origin: kApp, "X-Frappe-Site-Name": undefined };
    await world.connect({ headers });
  });
  for (const [name, origin, site] of [
    ["another port", "https://app.example", kSiteA],
    ["another scheme", "http://app.example:8443", kSiteA],
    ["another site", kApp, kSiteB],
    ["an origin nobody named", "https://evil.example", kSiteB],
  ]) {
    await t.test(`${name} stays outside; * means nobody`, async () => {
      assert.equal(await from(origin, site).refused(), "Invalid origin");
    });
  }
  await t.test("the ignored * is said", async () => {
    await world.server.logged(/allow_cors \* is ignored/);
  });
});

// A site whose name this machine can resolve.
async function localhostWorld(t, config) {
  const world = await World.create(t, { server: null, config });
  world.bench.addSite("localhost");
  world.web.users.localhost = world.web.users[kSiteA];
  await world.startServer();
  return world;
}

test("auth_upstream = origin", kCrema, async (t) => {
  const world = await localhostWorld(t, { crema: { auth_upstream: "origin" } });
  const { port } = world.web;
  const options = { site: "localhost", sid: `alice-${kSiteA}` };
  const elsewhere = await faults.attacker(world.scope);

  await t.test("asks at the client's Origin", async () => {
    const headers = { Origin: `http://localhost:${port}` };
    const client = await world.connect({ ...options, headers });
    assert.deepEqual(await userOf(world, client), [kAlice]);
    assert.equal(world.web.asked(kUserInfo).at(-1).headers.host, `localhost:${port}`);
  });
  await t.test("but at no host that is not a site of this bench", async () => {
    const headers = {
      Host: `127.0.0.1:${elsewhere.port}`,
      Origin: `http://127.0.0.1:${elsewhere.port}`,
      "X-Frappe-Site-Name": kSiteA,
    };
    const client = world.open({ ...options, site: kSiteA, headers });
    assert.equal(await client.refused(), "Invalid origin");
    assert.deepEqual(elsewhere.requests.entries, []);
  });
});

test("auth_upstream = origin in developer mode", kCrema, async (t) => {
  const config = { developer_mode: 1, crema: { auth_upstream: "origin" } };
  const world = await localhostWorld(t, config);
  const options = { site: "localhost", sid: `alice-${kSiteA}` };
  const client = await world.connect({ ...options, headers: { Origin: "http://localhost:9" } });
  assert.deepEqual(await userOf(world, client), [kAlice]);
});

test("auth_upstream = configured asks nobody the client names", kCrema, async (t) => {
  const world = await localhostWorld(t, {});
  const elsewhere = await faults.attacker(world.scope);
  const headers = { Origin: `http://localhost:${elsewhere.port}` };
  const options = { site: "localhost", sid: `alice-${kSiteA}`, headers };
  assert.deepEqual(await userOf(world, await world.connect(options)), [kAlice]);
  assert.deepEqual(elsewhere.requests.entries, []);
});

test("Redis over a Unix socket, and as a user with a password", kCrema, async (t) => {
  const world = await World.create(t, { server: null });
  const socket = join(world.bench.path, "redis.sock");
  await world.redis.command("CONFIG", "SET", "requirepass", "default-password");
  await world.redis.command("ACL", "SETUSER", "frappe", "on", ">p@ss/word", "~*", "&*", "+@all");
  const { port } = world.redis;
  const user = `redis://frappe:p%40ss%2Fword@127.0.0.1:${port}`;
  await t.test("a user", async () => {
    await world.startServer({ env: { FRAPPE_REDIS_QUEUE: user } });
    assert.deepEqual(await userOf(world, await world.connect()), [kAlice]);
    const { stdout, stderr } = world.server.child;
    for (const line of [...stdout.entries, ...stderr.entries]) assert.ok(!line.includes("p%40ss"));
    await world.server.stop();
  });
  await t.test("a wrong password: it waits, and says so", async () => {
    const wrong = `redis://frappe:nope@127.0.0.1:${port}`;
    await world.startServer({ env: { FRAPPE_REDIS_QUEUE: wrong } }, "no");
    await world.server.logged(/level=(warn|error).*credentials or permissions refused/);
    await world.server.stop();
  });
  await t.test("a Unix socket", async () => {
    await world.redis.stop();
    await world.redis.start({ unixsocket: socket });
    await world.startServer({ env: { FRAPPE_REDIS_QUEUE: `unix://${socket}` } });
    assert.deepEqual(await userOf(world, await world.connect()), [kAlice]);
  });
});

test("the working directory may be the bench or its sites/", kCrema, async (t) => {
  const world = await World.create(t, { server: null });
  for (const folder of ["", "sites"]) {
    await t.test(folder || "bench", async () => {
      const cwd = join(world.bench.path, folder);
      await world.startServer({ benchFrom: "working directory", cwd });
      assert.deepEqual(await userOf(world, await world.connect()), [kAlice]);
      await world.server.stop();
    });
  }
});

test("sites come and go without a restart", kCrema, async (t) => {
  const world = await World.create(t);
  const site = "new.localhost";
  const options = { site, sid: `alice-${kSiteA}` };
  const before = await world.connect();
  assert.equal(await world.open(options).refused(), "Invalid namespace");
  await t.test("one that is added is served", async () => {
    world.bench.addSite(site);
    world.web.users[site] = world.web.users[kSiteA];
    await eventually("the site is there", async () => {
      const client = world.open(options);
      return client.refused().then(
        () => false,
        () => true,
      );
    });
    assert.deepEqual(await userOf(world, await world.connect(options)), [kAlice]);
  });
  await t.test("one that is removed is not, and the others notice nothing", async () => {
    rmSync(join(world.bench.path, "sites", site), { recursive: true });
    await eventually("the site is gone", async () => {
      const client = world.open(options);
      return client.refused().then(
        (message) => message === "Invalid namespace",
        () => false,
      );
    });
    await before.pingPong();
    assert.deepEqual(before.disturbances, []);
  });
});
