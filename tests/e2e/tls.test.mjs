// TLS towards Redis and the web process: a real redis-server, certificates of an authority that the
// test makes. Source: frappe-realtime 2.3, 3.4, 11 rows 3 and 24.

import assert from "node:assert/strict";
import { request } from "node:http";
import { createServer } from "node:https";
import test from "node:test";

import { Authority } from "./lib/certificates.mjs";
import { cremaCommand, cremaOnly } from "./lib/crema.mjs";
import { freePort } from "./lib/ports.mjs";
import { World, kAlice, kSiteA } from "./lib/world.mjs";

const kCrema = cremaOnly("is not asked to", { timeout: 120_000 });
// OpenSSL's words, for a server that sends its authority along, and for one that does not.
const kNobodyVouches =
  /a TLS certificate was refused.*(certificate in certificate chain|local issuer certificate)/;

// The same Redis with a TLS port beside the plain one, which the test itself uses.
async function tlsRedis(world, authority, { names, port }) {
  const { key, certificate } = await authority.issue(...names);
  await world.redis.stop();
  await world.redis.start({
    "tls-port": port,
    "tls-cert-file": certificate,
    "tls-key-file": key,
    "tls-ca-cert-file": authority.file,
    "tls-auth-clients": "no",
  });
  await world.redis.command("ACL", "SETUSER", "frappe", "on", ">p@ss", "~*", "&*", "+@all");
}

const hears = async (world, client) => {
  const got = await world.deliveries([client], () =>
    world.redis.publish({ site: kSiteA, room: `user:${kAlice}`, event: "hello", message: 1 }),
  );
  assert.deepEqual(got[client.name], [["hello", 1]]);
};

test("Redis under TLS", kCrema, async (t) => {
  const world = await World.create(t, { server: null });
  const authority = await Authority.create(world.scope);
  const port = await freePort();
  const here = { names: ["DNS:localhost", "IP:127.0.0.1"], port };
  await tlsRedis(world, authority, here);
  const env = (url, more = {}) => ({
    env: {
      FRAPPE_REDIS_QUEUE: url,
      FRAPPE_REDIS_CACHE: url,
      CREMA_TLS_CA: authority.file,
      ...more,
    },
  });

  await t.test("by name, as a user with a password, again after a restart of Redis", async () => {
    await world.startServer(env(`rediss://frappe:p%40ss@localhost:${port}`));
    const client = await world.connect();
    await hears(world, client);
    await tlsRedis(world, authority, here);
    await world.redis.subscribed();
    await hears(world, client);
    await world.server.stop();
  });
  await t.test("by address", async () => {
    await world.startServer(env(`rediss://127.0.0.1:${port}/0?ssl_cert_reqs=required`));
    await hears(world, await world.connect());
    await world.server.stop();
  });
  await t.test("by crema publish", async () => {
    const args = ["publish", "--bench", world.bench.path, "--site", kSiteA, "--user", kAlice];
    const { code, stderr } = await cremaCommand([...args, "msgprint", '"x"'], {
      env: { FRAPPE_REDIS_QUEUE: `rediss://127.0.0.1:${port}`, CREMA_TLS_CA: authority.file },
    });
    assert.equal(code, 0, stderr);
  });
  await t.test("a certificate that nobody vouches for: it waits, and says so", async () => {
    const { CREMA_TLS_CA: _, ...without } = env(`rediss://127.0.0.1:${port}`).env;
    await world.startServer({ env: without }, "no");
    await world.server.logged(kNobodyVouches);
    await world.server.logged(/redis cannot be reached.*certificate was refused/);
    assert.equal((await world.server.admin("/ready")).status, 503);
    await world.server.stop();
  });
  await t.test("a server without TLS: it waits, and says so", async () => {
    await world.startServer(env(`rediss://127.0.0.1:${world.redis.port}`), "no");
    await world.server.logged(/redis cannot be reached.*(TLS failed|no answer in time)/);
    await world.server.stop();
  });
  await t.test("another host's certificate", async () => {
    await tlsRedis(world, authority, { names: ["DNS:redis.example"], port });
    await world.startServer(env(`rediss://localhost:${port}`), "no");
    await world.server.logged(/a TLS certificate was refused.*ostname mismatch/);
    await world.server.stop();
  });
  await t.test("a file of certificates that is none is an error at the start", async () => {
    const args = ["check", "--bench", world.bench.path];
    const missing = await cremaCommand(args, { env: { CREMA_TLS_CA: "/nowhere/ca.pem" } });
    assert.equal(missing.code, 2);
    assert.match(missing.stderr + missing.stdout, /CREMA_TLS_CA.*not a file that can be read/);
  });
});

// nginx's part: https in front of the web process.
async function httpsFront(scope, web, tls) {
  const server = createServer(tls, (incoming, response) => {
    const { method, url: path, headers } = incoming;
    const upstream = { host: "127.0.0.1", port: web.port, method, path, headers };
    const onward = request(upstream, (answer) => {
      response.writeHead(answer.statusCode, answer.rawHeaders);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    incoming.pipe(onward);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  scope.defer("the https front", () => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  });
  return server.address().port;
}

test("auth_upstream = origin asks at an https Origin", kCrema, async (t) => {
  const config = { crema: { auth_upstream: "origin", auth_wait: 1 } };
  const world = await World.create(t, { server: null, config });
  world.bench.addSite("localhost");
  world.web.users.localhost = world.web.users[kSiteA];
  const authority = await Authority.create(world.scope);
  const { tls } = await authority.issue("DNS:localhost");
  const port = await httpsFront(world.scope, world.web, tls);
  const open = () =>
    world.open({
      site: "localhost",
      sid: `alice-${kSiteA}`,
      headers: { Origin: `https://localhost:${port}` },
    });

  await t.test("whose certificate is trusted", async () => {
    await world.startServer({ env: { CREMA_TLS_CA: authority.file } });
    await open().connected();
    assert.equal(world.web.requests.entries.at(-1).headers.host, `localhost:${port}`);
    await world.server.stop();
  });
  await t.test("or not at all: the client waits and is sent away without a refusal", async () => {
    const from = world.web.requests.length;
    await world.startServer();
    const client = open();
    await world.server.logged(kNobodyVouches);
    await world.server.logged(/was sent away to come back.*certificate was refused/);
    assert.deepEqual(world.web.requests.since(from), []);
    const refused = client.journal.entries.filter(({ message }) => /Unauth|Invalid/.test(message));
    assert.deepEqual(refused, []);
  });
});
