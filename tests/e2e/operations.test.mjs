import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import test from "node:test";

import { Server, cremaCommand, cremaOnly, kHasIpv6, parseMetrics } from "./lib/crema.mjs";
import { eventually } from "./lib/journal.mjs";
import { freePort } from "./lib/ports.mjs";
import { World, kAlice, kBob, kGuest, kSiteA, kSiteB } from "./lib/world.mjs";

const kTimeout = { timeout: 120_000 };
const kCrema = cremaOnly("has none of this", kTimeout);

// Source: operations, "Metrics".
const kPromised = [
  ...["build_info", "connections", "connections_total", "namespaces", "sockets", "rooms"],
  ...["messages_total", "message_bytes_total", "broadcast_seconds_count"],
  ...["backend_requests_total", "backend_request_seconds_count", "backend_inflight"],
  ...["auth_results_total", "permission_checks_total", "redis_connected"],
  ...["redis_messages_total", "send_queue_bytes", "slow_client_disconnects_total"],
  ...["disconnects_total", "recovered_total", "upgrades_total", "loop_lag_seconds"],
  "rejected_total",
].map((name) => `crema_${name}`);

test("what the server says at the start", kCrema, async (t) => {
  const world = await World.create(t);
  const { stdout, stderr } = world.server.child;

  await t.test("stdout carries one listening line per address and nothing else", async () => {
    const addresses = kHasIpv6 ? ["127.0.0.1", "[::1]"] : ["127.0.0.1"];
    for (const address of addresses) {
      await stdout.wait((line) => line.includes(`ws://${address}:`), `the line of ${address}`);
    }
    const client = await world.connect();
    await client.pingPong();
    const { port } = world.server;
    const lines = addresses.map(
      (address) => `Realtime service listening on: ws://${address}:${port}`,
    );
    assert.deepEqual([...stdout.entries].sort(), lines.sort());
  });
  await t.test("every line of stderr is logfmt with ts, level and msg", () => {
    assert.ok(stderr.length > 0);
    for (const line of stderr.entries) {
      assert.match(
        line,
        /^(\w[\w.]*=("(\\.|[^"\\])*"|[^\s"]*))( \w[\w.]*=("(\\.|[^"\\])*"|[^\s"]*))*$/,
      );
      for (const field of ["ts", "level", "msg"]) assert.match(line, new RegExp(`(^| )${field}=`));
    }
  });
  await t.test("the start lines name version, upstream, Redis and sites", async () => {
    for (const part of [
      /version=\d+\.\d+/,
      new RegExp(String(world.web.port)),
      new RegExp(String(world.redis.port)),
      /crema starts.* addresses=127\.0\.0\.1.* cores=\d+ shards=\d+/,
      /msg=limits descriptors=\d+/,
    ]) {
      await world.server.logged(part);
    }
    await world.server.logged(new RegExp(kSiteA.replace(".", "\\.")));
    await world.server.logged(new RegExp(kSiteB.replace(".", "\\.")));
  });
  await t.test("no secret is in the log", async () => {
    const secret = await world.redis.command("GET", "socketio_auth_secret");
    const { sid } = world.credentials(kSiteA, kAlice);
    for (const line of stderr.entries)
      assert.ok(!line.includes(secret) && !line.includes(sid), line);
  });
});

test("--log-format json", kCrema, async (t) => {
  const world = await World.create(t, {
    server: { args: ["--log-format", "json", "--log-level", "debug"] },
  });
  await world.connect();
  await world.server.stop();
  assert.ok(world.server.child.stderr.length > 0);
  for (const line of world.server.child.stderr.entries) {
    const fields = JSON.parse(line);
    for (const field of ["ts", "level", "msg"]) assert.ok(field in fields, line);
  }
});

test("the public port", kCrema, async (t) => {
  const world = await World.create(t);
  const { server } = world;

  await t.test("/health answers ok", async () => {
    const { status, body, headers } = await server.get("/health");
    assert.equal(status, 200);
    assert.equal(body.trim(), "ok");
    assert.match(headers["content-type"], /^text\/plain/);
  });
  await t.test("nothing of the admin socket is on it", async () => {
    for (const path of [
      "/",
      "/metrics",
      "/ready",
      "/live",
      "/info",
      "/health/x",
      "/../config/crema.sock",
    ]) {
      assert.equal((await server.get(path)).status, 404, path);
    }
  });
  await t.test("CORS reflects the origin, with credentials", async () => {
    const { headers } = await server.get("/socket.io/?EIO=4&transport=polling", {
      Origin: "http://x.example",
    });
    assert.equal(headers["access-control-allow-origin"], "http://x.example");
    assert.equal(headers["access-control-allow-credentials"], "true");
    assert.match(headers.vary, /Origin/);
  });
  await t.test("the open packet has the original's numbers", async () => {
    const { body } = await server.get("/socket.io/?EIO=4&transport=polling");
    const { sid, ...rest } = JSON.parse(body.slice(1));
    assert.match(sid, /^[\w-]{20}$/);
    const wanted = {
      upgrades: ["websocket"],
      pingInterval: 25_000,
      pingTimeout: 20_000,
      maxPayload: 1_000_000,
    };
    assert.deepEqual(rest, wanted);
  });
});

test("the admin socket", kCrema, async (t) => {
  const world = await World.create(t);
  const { server } = world;

  await t.test("is its owner's alone", () => {
    assert.equal(statSync(world.bench.adminSocket).mode & 0o777, 0o600);
  });
  await t.test("/live and /ready answer 200, other paths 404", async () => {
    assert.equal((await server.admin("/live")).status, 200);
    assert.equal((await server.admin("/ready")).status, 200);
    assert.equal((await server.admin("/nothing")).status, 404);
  });
  await t.test("/metrics is Prometheus text with help and type for each name", async () => {
    const { status, body, headers } = await server.admin("/metrics");
    assert.equal(status, 200);
    assert.match(headers["content-type"], /^text\/plain/);
    for (const { name } of parseMetrics(body)) {
      assert.match(name, /^crema_/);
      const family = name.replace(/_(bucket|sum|count)$/, "");
      assert.match(body, new RegExp(`^# TYPE (${name}|${family}) `, "m"));
    }
  });
  await t.test("/metrics has every series that operators are promised", async () => {
    const { body } = await server.admin("/metrics");
    const names = new Set(parseMetrics(body).map(({ name }) => name));
    const missing = kPromised.filter((name) => !names.has(name));
    assert.deepEqual(missing, []);
  });
  await t.test("/metrics measures broadcasts and questions in buckets", async () => {
    const count = (name, labels) => server.metric(name, labels);
    const before = await count("crema_broadcast_seconds_count");
    await world.connect({ sid: "somebody new" });
    await world.redis.publish({ site: kSiteA, room: "website", event: "x", message: 1 });
    await eventually(
      "a broadcast is measured",
      async () => (await count("crema_broadcast_seconds_count")) === before + 1,
    );
    const all = await server.metrics();
    const of = (name, le) => all.find((s) => s.name === name && s.labels.le === le)?.value;
    const total = of("crema_broadcast_seconds_bucket", "+Inf");
    assert.equal(total, before + 1);
    assert.ok(of("crema_broadcast_seconds_bucket", "5e-05") <= total);
    assert.ok(of("crema_broadcast_seconds_bucket", "10") === total);
    const asked = ({ method }) => method === "get_user_info";
    assert.ok((await count("crema_backend_request_seconds_count", asked)) >= 1);
    assert.ok((await count("crema_backend_request_seconds_sum", asked)) > 0);
  });
  await t.test("/metrics counts what happens", async () => {
    const messages = () => server.metric("crema_redis_messages_total");
    const sockets = () => server.metric("crema_sockets");
    const before = { messages: await messages(), sockets: await sockets() };
    const client = await world.connect();
    const event = { site: kSiteA, room: "all", event: "x", message: 1 };
    await world.redis.publish(event);
    await world.redis.publish(event);
    await eventually("both are counted", async () => (await messages()) >= before.messages + 2);
    assert.equal(await messages(), before.messages + 2);
    assert.equal(await server.metric("crema_redis_connected"), 1);
    assert.equal(await sockets(), before.sockets + 1);
    client.close();
    await eventually("the socket is counted out", async () => (await sockets()) === before.sockets);
  });
  await t.test("/ready answers 503 while Redis is down, /live 200", async () => {
    await world.redis.stop();
    await eventually(
      "/ready answers 503",
      async () => (await server.admin("/ready")).status === 503,
    );
    assert.equal((await server.admin("/live")).status, 200);
    assert.equal(await server.metric("crema_redis_connected"), 0);
  });
  await t.test("is gone after the end, and a stale one is no obstacle", async () => {
    await server.stop("SIGKILL");
    const again = await Server.start(world.scope, world.bench);
    assert.equal((await again.admin("/live")).status, 200);
    assert.equal((await again.stop()).code, 0);
    assert.throws(() => statSync(world.bench.adminSocket), /ENOENT/);
  });
});

test("the end", kCrema, async (t) => {
  for (const signal of ["SIGTERM", "SIGINT"]) {
    await t.test(`${signal}: exit code 0, and clients come back by themselves`, async (t) => {
      const port = await freePort();
      const world = await World.create(t, { config: { socketio_port: port } });
      const modes = ["default", "polling", "websocket"];
      const clients = await Promise.all(modes.map((mode) => world.connect({ mode })));
      const end = await world.server.stop(signal);
      assert.deepEqual(end, { code: 0, signal: null });
      for (const client of clients) {
        const { reason } = await client.journal.wait(
          ({ kind }) => kind === "disconnect",
          "disconnect",
        );
        assert.match(reason, /^transport (close|error)$/);
      }
      world.server = await Server.start(world.scope, world.bench);
      for (const client of clients) {
        const again = client.journal.entries.findIndex(({ kind }) => kind === "disconnect");
        await client.journal.wait(({ kind }) => kind === "connect", "connect", {
          from: again,
          ms: 30_000,
        });
      }
    });
  }
});

test("starts that fail", kCrema, async (t) => {
  const world = await World.create(t, { server: null });
  const { scope, bench } = world;
  const serve = (args, env) => cremaCommand(["serve", ...args], { env });

  await t.test("the port is in use: exit code 1, and it is named", async () => {
    const holder = createServer();
    await new Promise((resolve) => holder.listen(0, "127.0.0.1", resolve));
    const { port } = holder.address();
    bench.writeConfig({ ...world.config, socketio_port: port });
    const { code, stdout, stderr } = await serve(["--bench", bench.path]);
    await new Promise((resolve) => holder.close(resolve));
    assert.equal(code, 1);
    assert.equal(stdout, "");
    assert.match(stderr, new RegExp(`${port}.*in use|in use.*${port}`, "i"));
  });
  await t.test("a broken common_site_config.json: exit code 2, with file and line", async () => {
    bench.write(
      "sites/common_site_config.json",
      '{\n "redis_queue": "redis://x",\n "webserver_port": 80a0\n}\n',
    );
    const { code, stdout, stderr } = await serve(["--bench", bench.path]);
    assert.equal(code, 2);
    assert.equal(stdout, "");
    assert.match(stderr, /common_site_config\.json:3\b/);
  });
  await t.test("values that are none: exit code 2, and the key is named", async () => {
    for (const [key, value] of Object.entries({
      socketio_port: 70_000,
      webserver_port: "x",
      redis_queue: "http://x",
    })) {
      bench.writeConfig({ ...world.config, [key]: value });
      const { code, stderr } = await serve(["--bench", bench.path]);
      assert.equal(code, 2, key);
      assert.match(stderr, new RegExp(key));
    }
  });
  await t.test("no bench, an unknown option, an unknown command: exit code 2", async () => {
    bench.writeConfig(world.config);
    assert.equal((await serve(["--bench", join(bench.path, "nowhere")])).code, 2);
    assert.equal((await serve(["--bench", bench.path, "--no-such-option"])).code, 2);
    assert.equal((await serve(["--bench", bench.path, "--log-format", "xml"])).code, 2);
    assert.equal((await serve(["--bench", bench.path, "--shards", "many"])).code, 2);
    assert.equal((await cremaCommand(["no-such-command"])).code, 2);
  });
  await t.test("the environment wins over the files", async () => {
    const port = await freePort();
    bench.writeConfig({ ...world.config, socketio_port: 1, redis_queue: "redis://127.0.0.1:1" });
    const env = { FRAPPE_SOCKETIO_PORT: String(port), FRAPPE_REDIS_QUEUE: world.redis.url };
    const server = await Server.start(scope, bench, { env });
    assert.equal(server.port, port);
    await world.redis.subscribed();
    await server.stop();
  });
  await t.test("FRAPPE_BENCH_ROOT stands for --bench", async () => {
    bench.writeConfig({ ...world.config, socketio_port: await freePort() });
    const server = await Server.start(scope, bench, { benchFrom: "environment" });
    assert.equal((await server.admin("/live")).status, 200);
    await server.stop();
  });
});

test("crema publish", kCrema, async (t) => {
  const world = await World.create(t);
  const [alice, bob, guest, other] = await Promise.all([
    world.connect(),
    world.connect({ user: kBob }),
    world.connect({ user: kGuest }),
    world.connect({ site: kSiteB }),
  ]);
  const clients = [alice, bob, guest, other];
  world.web.allow(kSiteA, kAlice, "ToDo");
  world.web.allow(kSiteA, kAlice, "ToDo", "T 1");
  await world.subscribe(alice, "doctype:ToDo", "doctype_subscribe", "ToDo");
  await world.subscribe(alice, "doc:ToDo/T 1", "doc_subscribe", "ToDo", "T 1");
  await world.subscribe(bob, "task_progress:t1", "task_subscribe", "t1");
  const publish = (args, options) =>
    cremaCommand(["publish", "--bench", world.bench.path, ...args], options);

  const targets = [
    [["--user", kBob], [bob]],
    [["--doctype", "ToDo"], [alice]],
    [["--doctype", "ToDo", "--docname", "T 1"], [alice]],
    [["--task", "t1"], [bob]],
    [
      ["--room", "website"],
      [alice, bob, guest],
    ],
    [["--website"], [alice, bob, guest]],
    [["--all"], [alice]],
  ];
  for (const [target, receivers] of targets) {
    await t.test(target.join(" "), async () => {
      const received = await world.deliveries(clients, async () => {
        const { code, stderr } = await publish([
          "--site",
          kSiteA,
          ...target,
          "greet",
          '{"text": "hé", "n": 1}',
        ]);
        assert.equal(code, 0, stderr);
      });
      const message = { text: "hé", n: 1, ...(target[0] === "--task" && { task_id: "t1" }) };
      const wanted = (client) => (receivers.includes(client) ? [["greet", message]] : []);
      assert.deepEqual(
        received,
        Object.fromEntries(clients.map((client) => [client.name, wanted(client)])),
      );
    });
  }
  await t.test("a message from stdin", async () => {
    const received = await world.deliveries([bob], async () => {
      const { code } = await publish(["--site", kSiteA, "--user", kBob, "greet", "-"], {
        input: '["from stdin"]\n',
      });
      assert.equal(code, 0);
    });
    assert.deepEqual(received[bob.name], [["greet", ["from stdin"]]]);
  });
  await t.test("a message that is no JSON: exit code 2, nothing is published", async () => {
    const received = await world.deliveries([bob], async () => {
      const { code, stderr } = await publish([
        "--site",
        kSiteA,
        "--user",
        kBob,
        "greet",
        "{nonsense",
      ]);
      assert.equal(code, 2);
      assert.match(stderr, /JSON/);
    });
    assert.deepEqual(received[bob.name], []);
  });
  await t.test("Redis is down: exit code 1, and it is named", async () => {
    await world.redis.stop();
    const { code, stderr } = await publish(["--site", kSiteA, "--user", kBob, "greet", "1"]);
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(String(world.redis.port)));
  });
});

test("crema stats", kCrema, async (t) => {
  const world = await World.create(t);
  await world.connect();
  const stats = () => cremaCommand(["stats", "--bench", world.bench.path]);

  await t.test("prints what is connected, for a person", async () => {
    const { code, stdout } = await stats();
    assert.equal(code, 0);
    assert.match(stdout, /sockets/i);
    assert.match(stdout, /redis/i);
  });
  await t.test("no server: exit code 1, and the socket is named", async () => {
    await world.server.stop();
    const { code, stderr } = await stats();
    assert.equal(code, 1);
    assert.match(stderr, /crema\.sock/);
  });
});
