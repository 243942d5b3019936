// `crema publish`, `crema progress` and POST /api/publish: the table of calls that every form of
// publishing runs against, and what people are told.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import test from "node:test";
import { fileURLToPath } from "node:url";

import { Bench } from "./lib/bench.mjs";
import { Child } from "./lib/child.mjs";
import { cremaCommand, cremaOnly } from "./lib/crema.mjs";
import { within } from "./lib/journal.mjs";
import { Redis } from "./lib/redis.mjs";
import { Scope } from "./lib/scope.mjs";
import { kAlice, kBob, kSiteA, kSiteB, World } from "./lib/world.mjs";

const kTable = JSON.parse(
  readFileSync(fileURLToPath(new URL("../../clients/publish_calls.json", import.meta.url))),
);
const kFlags = { user: "--user", doctype: "--doctype", docname: "--docname", task_id: "--task" };

// The command line that means the same, and what it reads.
function commandOf({ call, args }) {
  const given = Object.entries({ ...kFlags, room: "--room", title: "--title" });
  const flags = given.flatMap(([key, flag]) => (key in args ? [flag, args[key]] : []));
  if (call === "publish_progress") {
    return { args: ["progress", ...flags], input: `${args.percent} ${args.description ?? ""}\n` };
  }
  const message = "message" in args ? [JSON.stringify(args.message)] : [];
  return { args: ["publish", ...flags, "--", args.event, ...message] };
}

test("the command line publishes what the table says", cremaOnly("has no commands"), async (t) => {
  const scope = Scope.of(t);
  const redis = await Redis.create(scope);
  const bench = Bench.create(scope, {
    sites: [kTable.site],
    config: { redis_queue: redis.url },
  });
  const listener = new Child("redis-cli", ["-u", redis.url, "--raw", "SUBSCRIBE", kTable.channel]);
  scope.defer("the subscriber", () => listener.stop("SIGKILL"));
  await redis.subscribed();
  const published = (from) => {
    const lines = listener.stdout.since(from);
    return lines.filter((_, i) => lines[i - 2] === "message" && lines[i - 1] === kTable.channel);
  };
  for (const entry of kTable.cases) {
    if (entry.only && !entry.only.includes("cli")) continue;
    await t.test(entry.name, async () => {
      const from = listener.stdout.length;
      const { args, input } = commandOf(entry);
      const result = await cremaCommand(args, { cwd: bench.path, input });
      await redis.publishRaw(`end of ${entry.name}`);
      await listener.stdout.wait((line) => line === `end of ${entry.name}`, "the end", { from });
      const messages = published(from).slice(0, -1);
      if (entry.refused) {
        assert.equal(result.code, 2, result.stderr);
        assert.match(result.stderr, new RegExp(`crema: ${entry.refused}`));
        return assert.deepEqual(messages, []);
      }
      assert.equal(result.code, 0, result.stderr);
      const { event, message, room } = entry;
      assert.deepEqual(messages.map(JSON.parse), [
        { event, message, room, namespace: kTable.site },
      ]);
      const said = `published ${event} to ${room} on ${kTable.site} by Redis (1 subscriber)`;
      assert.equal(result.stdout.split("\n")[0], said);
    });
  }
});

// POST to the admin socket: {status, body}.
function post(bench, body) {
  const answer = new Promise((resolve, reject) => {
    const options = { socketPath: bench.adminSocket, path: "/api/publish", method: "POST" };
    const asked = request({ ...options, agent: false }, (response) => {
      let text = "";
      response.on("data", (chunk) => (text += chunk));
      response.on("end", () => resolve({ status: response.statusCode, body: JSON.parse(text) }));
    });
    asked.on("error", reject);
    asked.end(typeof body === "string" ? body : JSON.stringify(body));
  });
  return within(10_000, "an answer to POST /api/publish", answer);
}

test("publishing over HTTP, with no Redis", cremaOnly("has no admin socket"), async (t) => {
  const world = await World.create(t);
  const alice = await world.connect();
  const bob = await world.connect({ user: kBob });
  const elsewhere = await world.connect({ site: kSiteB });
  await world.redis.stop();

  const one = { site: kSiteA, event: "e", user: kAlice, message: { n: 1 } };
  assert.deepEqual(await post(world.bench, one), { status: 200, body: { ok: true, sockets: 1 } });
  await alice.waitFor("e", ({ n }) => n === 1);

  const batch = [
    { site: kSiteA, event: "e", room: "website", message: 2 },
    { site: kSiteA, event: "e", user: "nobody@example.com" },
    { site: kSiteA, event: "e", room: "all", message: 3 },
  ];
  assert.deepEqual((await post(world.bench, batch)).body, { ok: true, sockets: [2, 0, 1] });
  await alice.waitFor("e", (message) => message === 3);
  await bob.waitFor("e", (message) => message === 2);

  const bad = [
    { ...one, message: 4 },
    { site: kSiteA, event: "e" },
  ];
  const refused = await post(world.bench, bad);
  assert.equal(refused.status, 400);
  assert.match(refused.body.error, /^event 2: say to whom: /);
  for (const body of ["", "{", "[1]", '{"event":5}', `{"event":"e","user":"a"}`]) {
    const { status, body: answer } = await post(world.bench, body);
    assert.deepEqual([status, answer.ok], [400, false], body);
  }
  // Nothing of a refused batch was published, and nothing went to another site.
  await alice.pingPong();
  const got = (client) => client.journal.entries.filter(({ event }) => event === "e");
  assert.deepEqual(
    got(alice).map(({ args }) => args[0]),
    [{ n: 1 }, 2, 3],
  );
  assert.deepEqual(
    got(bob).map(({ args }) => args[0]),
    [2],
  );
  assert.deepEqual(got(elsewhere), []);
});

test("the sockets of every thread are counted", cremaOnly("has no admin socket"), async (t) => {
  const world = await World.create(t, { server: { args: ["--shards", "4"] } });
  const clients = await Promise.all(Array.from({ length: 12 }, () => world.connect()));
  // The first character of a session's id is its shard's number.
  const shards = new Set(clients.map(({ socket }) => socket.io.engine.id[0]));
  assert.equal(shards.size, 4);
  const one = { site: kSiteA, event: "e", user: kAlice };
  const { body } = await post(world.bench, [one, { ...one, user: kBob }]);
  assert.deepEqual(body, { ok: true, sockets: [12, 0] });
});

test("progress goes on past what cannot be published", cremaOnly("has no commands"), async (t) => {
  const scope = Scope.of(t);
  const bench = Bench.create(scope, {
    sites: ["s"],
    config: { redis_queue: "redis://127.0.0.1:1" },
  });
  const options = { cwd: bench.path, input: "1\n2\nthree\n4\n" };
  const { code, stdout, stderr } = await cremaCommand(["progress", "--user", "a"], options);
  assert.equal(code, 1);
  assert.equal(stdout, "");
  assert.match(stderr, /line 3: does not begin with a number/);
  assert.equal(stderr.match(/connection refused/g).length, 1, "said once");
});

test("the published client is what every Crema serves", cremaOnly("serves none"), async (t) => {
  const world = await World.create(t);
  const path = "/socket.io/crema-realtime.js";
  const first = await world.server.get(path);
  assert.equal(first.status, 200);
  assert.match(first.headers["content-type"], /^text\/javascript/);
  const again = await world.server.get(path, { "If-None-Match": first.headers.etag });
  assert.deepEqual([again.status, again.body], [304, ""]);
});
