// `crema doctor` against real Redis, a real nginx in front, right and with each of the classic
// mistakes, and a web process. Source: frappe-realtime §11.

import assert from "node:assert/strict";
import { createServer } from "node:net";
import test from "node:test";

import { cremaCommand, cremaOnly } from "./lib/crema.mjs";
import { Front, kBenchHeaders, passTo } from "./lib/front.mjs";
import { freePort } from "./lib/ports.mjs";
import { Redis } from "./lib/redis.mjs";
import { World, kAlice, kBob, kSiteA, kSiteB } from "./lib/world.mjs";

const kCrema = cremaOnly("has none of this", { timeout: 120_000 });

function doctor(world, ...args) {
  return cremaCommand(["doctor", "--bench", world.bench.path, ...args], { ms: 60_000 });
}

// The site's public address is on `front`, which another name leads to only by --connect.
function through(front, { scheme = "http", site = kSiteA } = {}) {
  return ["--url", `${scheme}://${site}:${front.port}`, "--connect", `127.0.0.1:${front.port}`];
}

function lineOf(stdout, subject) {
  return stdout.split("\n").filter((line) => line.slice(6).startsWith(`${subject} `));
}

function assertFails({ code, stdout, stderr }, subject, ...patterns) {
  assert.equal(code, 1, stdout + stderr);
  const lines = lineOf(stdout, subject).filter((line) => line.startsWith("FAIL"));
  assert.equal(lines.length, 1, stdout);
  for (const pattern of [/\. Cure: ./, ...patterns]) assert.match(lines[0], pattern);
}

test("crema doctor, all is well", kCrema, async (t) => {
  const world = await World.create(t);
  const front = await Front.start(world.scope, passTo(world.server.port));
  const sid = (user) => world.credentials(kSiteA, user).sid;

  await t.test("without a URL the proxy is not examined, and how it would be is said", async () => {
    const { code, stdout } = await doctor(world);
    assert.equal(code, 0, stdout);
    for (const subject of ["configuration", "redis_queue", "events", "upstream", "realtime"])
      assert.match(stdout, new RegExp(`^ok    ${subject} `, "m"));
    assert.match(stdout, /^skip  proxy .*--url/m);
    assert.doesNotMatch(stdout, /FAIL/);
  });
  await t.test("a visitor goes all the way through nginx", async () => {
    const { code, stdout } = await doctor(world, ...through(front));
    assert.equal(code, 0, stdout);
    assert.match(stdout, /^ok    proxy .*polling, WebSocket, CONNECT.*ping and an event for a t/m);
  });
  await t.test("a session gets an event for its user", async () => {
    const { code, stdout } = await doctor(world, ...through(front), "--sid", sid(kAlice));
    assert.equal(code, 0, stdout);
    assert.match(stdout, new RegExp(`^ok    proxy .*an event for ${kAlice}`, "m"));
  });
  await t.test("a Website User is told what does not arrive", async () => {
    const { code, stdout } = await doctor(world, ...through(front), "--sid", sid(kBob));
    assert.equal(code, 0, stdout);
    assert.match(stdout, /^note  sid .*not those for `all`/m);
  });
  await t.test("a session that is over", async () => {
    assertFails(await doctor(world, "--site", kSiteA, "--sid", "gone"), "sid", /nobody's session/);
  });
  await t.test("no secret and no session is in what it prints", async () => {
    const { stdout } = await doctor(world, ...through(front), "--sid", sid(kAlice));
    const secret = await world.redis.command("GET", "socketio_auth_secret");
    assert.ok(!stdout.includes(secret) && !stdout.includes(sid(kAlice)));
  });
});

test("crema doctor, a proxy with each classic mistake", kCrema, async (t) => {
  const world = await World.create(t);
  const { port } = world.server;
  const without = (name) => {
    const { [name]: _, ...rest } = kBenchHeaders;
    return rest;
  };
  const examine = async (location, options) => {
    const front = await Front.start(world.scope, location, options);
    return doctor(world, ...through(front, { scheme: options?.tls ? "https" : "http" }));
  };

  await t.test("no location /socket.io", async () => {
    assertFails(await examine(""), "proxy", /no `location \/socket\.io`/);
  });
  await t.test("nobody behind it", async () => {
    assertFails(
      await examine(passTo(await freePort())),
      "proxy",
      /502/,
      new RegExp(`127\\.0\\.0\\.1:${port}`),
    );
  });
  await t.test("Upgrade and Connection do not arrive", async () => {
    assertFails(await examine(passTo(port, without("Upgrade"))), "proxy", /\$http_upgrade/);
  });
  await t.test("an Origin of another host: Invalid origin", async () => {
    const location = passTo(port, { ...kBenchHeaders, Origin: "http://frontend" });
    assertFails(await examine(location), "proxy", /Invalid origin/, /FRAPPE_SITE_NAME_HEADER/);
  });
  await t.test("another site's name: Invalid namespace", async () => {
    const location = passTo(port, { ...kBenchHeaders, "X-Frappe-Site-Name": "frontend" });
    assertFails(await examine(location), "proxy", /Invalid namespace/, /X-Frappe-Site-Name/);
  });
  await t.test("the cookie is stripped", async () => {
    const location = passTo(port, { ...kBenchHeaders, Cookie: '""' });
    assertFails(await examine(location), "proxy", /Cookie header does not arrive/);
  });
  await t.test("a redirect to https", async () => {
    assertFails(await examine("return 301 https://$host$request_uri;"), "proxy", /redirects/);
  });
  await t.test("a login of the proxy's own", async () => {
    assertFails(await examine("return 403;"), "proxy", /exempt \/socket\.io/);
  });
  await t.test("nobody listens, no address", async () => {
    const nobody = { port: await freePort() };
    assertFails(await doctor(world, ...through(nobody)), "proxy", /start the proxy/);
    const { code, stdout } = await doctor(world, "--url", "http://x.invalid", "--site", kSiteA);
    assertFails({ code, stdout }, "proxy", /--connect/);
  });
});

test("crema doctor, by https", kCrema, async (t) => {
  const world = await World.create(t);
  const { port } = world.server;
  const front = await Front.start(world.scope, passTo(port), { tls: true, name: kSiteA });
  const trusting = { env: { CREMA_TLS_CA: front.certificate } };
  const examine = (to, options) =>
    cremaCommand(["doctor", "--bench", world.bench.path, ...to], { ms: 60_000, ...options });

  await t.test("all the way, with the certificate of the site's name", async () => {
    const { code, stdout } = await examine(through(front, { scheme: "https" }), trusting);
    assert.equal(code, 0, stdout);
    assert.match(stdout, new RegExp(`^ok    proxy +https://${kSiteA}:${front.port}: `, "m"));
  });
  await t.test("an authority that nobody knows", async () => {
    assertFails(
      await examine(through(front, { scheme: "https" }), {}),
      "proxy",
      /certificate/,
      /tls_ca/,
    );
  });
  await t.test("a certificate of another host", async () => {
    const to = through(front, { scheme: "https", site: kSiteB });
    assertFails(await examine(to, trusting), "proxy", /certificate/);
  });
  await t.test("https spoken to a port of http, and the other way round", async () => {
    const plain = await Front.start(world.scope, passTo(port));
    assertFails(await examine(through(plain, { scheme: "https" }), {}), "proxy", /TLS/);
    assertFails(await examine(through(front), {}), "proxy", /400/);
  });
});

test("crema doctor, behind the realtime process", kCrema, async (t) => {
  const world = await World.create(t);

  await t.test("the web process is away", async () => {
    await world.web.stop();
    assertFails(await doctor(world), "upstream", /refused/, /web_url/);
    await world.web.start();
  });
  await t.test("the web process does not know the sites", async () => {
    world.web.users = {};
    const { code, stdout } = await doctor(world, "--site", kSiteA);
    assert.equal(code, 1, stdout);
    assert.match(stdout, /^FAIL  upstream .*does not know it/m);
    world.web.users = (await World.create(t, { server: null })).web.users;
  });
  await t.test("the web process's secret is another one", async () => {
    const other = await Redis.create(world.scope);
    const mine = world.web.redis;
    world.web.redis = other;
    const { code, stdout } = await doctor(world);
    world.web.redis = mine;
    assert.equal(code, 1);
    assert.match(stdout, /^FAIL  secret .*another redis_queue/m);
  });
  await t.test("the realtime process reads another Redis", async () => {
    const other = await Redis.create(world.scope);
    world.bench.writeConfig({ ...world.config, redis_queue: other.url, redis_cache: world.redis.url,
      socketio_port: world.server.port });
    const { code, stdout } = await doctor(world);
    assert.equal(code, 1);
    assert.match(stdout, /^FAIL  events .*no realtime process is subscribed/m);
    assert.match(stdout, /^FAIL  events .*redis_cache, where Frappe 15 and later publish nothing/m);
    world.bench.writeConfig({ ...world.config, socketio_port: world.server.port });
  });
  await t.test("what listens at redis_queue is no Redis", async () => {
    const listener = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    await new Promise((resolve) => listener.listen(0, "127.0.0.1", resolve));
    world.bench.writeConfig({
      ...world.config,
      redis_queue: `redis://127.0.0.1:${listener.address().port}`,
      socketio_port: world.server.port,
    });
    assertFails(await doctor(world), "redis_queue", /correct the port/);
    listener.close();
    world.bench.writeConfig({ ...world.config, socketio_port: world.server.port });
  });
  await t.test("keys in site_config.json that do nothing", async () => {
    world.bench.write(
      `sites/${kSiteA}/site_config.json`,
      JSON.stringify({ db_name: "x", socketio_origin: "https://x" }),
    );
    const { stdout } = await doctor(world);
    assert.match(stdout, /^note  configuration .*socketio_origin.*no effect/m);
  });
  await t.test("the realtime process is away, and Redis too", async () => {
    await world.server.stop();
    assertFails(await doctor(world), "realtime", /nobody listens/, /crema serve/);
    await world.redis.stop();
    assertFails(await doctor(world), "redis_queue", /start Redis/);
  });
});

test("crema doctor, usage: exit code 2", kCrema, async (t) => {
  const world = await World.create(t, { server: null, redis: "no", web: "no" });
  for (const args of [
    ["--url", "erp.example.com"],
    ["--url", "http://x/path"],
    ["--connect", "127.0.0.1:1"],
    ["--site", "nowhere"],
    ["--url", "http://unknown.example"],
    ["--site", kSiteA, "--sid", "a; b"],
  ]) {
    const { code, stderr } = await doctor(world, ...args);
    assert.equal(code, 2, args.join(" "));
    assert.match(stderr, /^crema: /);
  }
});
