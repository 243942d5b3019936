// Sessions that end lose their sockets, and nobody's session is kept alive by asking about it.

import assert from "node:assert/strict";
import test, { describe } from "node:test";

import { cremaCommand, cremaOnly } from "./lib/crema.mjs";
import { kUserInfo } from "./lib/fake_web.mjs";
import { eventually } from "./lib/journal.mjs";
import { kDialects } from "./lib/web_dialects.mjs";
import * as faults from "./lib/web_faults.mjs";
import { World, kAlice, kBob, kGuest, kSiteA, kSiteB } from "./lib/world.mjs";

const kTimeout = { timeout: 120_000 };
const kCrema = cremaOnly("never looks again", kTimeout);

const hash = (site) => `_${site.replace(/\W/g, "_")}|session`;
const gone = (client) => client.journal.wait(({ kind }) => kind === "disconnect", "disconnect");

// Each waits for rounds of lookups, a second each: at once.
describe("a session that ends", { concurrency: kDialects.length }, () => {
  for (const dialect of kDialects) {
    test(`Frappe ${dialect.name}`, kCrema, async (t) => {
      const world = await World.create(t, { dialect, config: { crema: { session_check: 1 } } });
      const { redis, web } = world;
      for (const site of [kSiteA, kSiteB]) {
        for (const user of [kAlice, kBob]) {
          await redis.command("HSET", hash(site), world.credentials(site, user).sid, "pickled");
        }
      }
      const alice = await world.connect();
      const [again, bob, guest, other, token] = await Promise.all([
        world.connect({ mode: "polling" }),
        world.connect({ user: kBob }),
        world.connect({ user: kGuest }),
        world.connect({ site: kSiteB }),
        world.connect({ sid: null, token: world.credentials(kSiteA, kAlice).token }),
      ]);
      const lookups = async () => {
        const info = await redis.command("INFO", "commandstats");
        return Number(/cmdstat_hmget:calls=(\d+)/.exec(info)?.[1] ?? 0);
      };
      const rounds = async (count) => {
        const first = await lookups();
        await eventually("rounds of lookups", async () => (await lookups()) >= first + count);
      };

      await t.test("while sessions are there the web process is not asked", async () => {
        const from = web.requests.length;
        await rounds(4);
        assert.deepEqual(web.requests.since(from), []);
      });
      await t.test("a field that is missing costs a question, not the connection", async () => {
        const from = web.requests.length;
        const { sid } = world.credentials(kSiteA, kBob);
        await redis.command("HDEL", hash(kSiteA), sid);
        await web.requests.wait(({ route }) => route === kUserInfo, "the question", { from });
        await redis.command("HSET", hash(kSiteA), sid, "pickled");
        await bob.pingPong();
      });
      await t.test("who has become a Guest is disconnected, on that site only", async () => {
        const users = web.users[kSiteA];
        web.users[kSiteA] = users.filter(({ name }) => name !== kAlice);
        await redis.command("HDEL", hash(kSiteA), world.credentials(kSiteB, kAlice).sid);
        await redis.command("HDEL", hash(kSiteA), users[0].sid);
        await Promise.all([gone(alice), gone(again)]);
        assert.deepEqual(
          alice.disturbances.map(({ reason }) => reason),
          ["io server disconnect"],
        );
        for (const client of [bob, guest, other, token]) {
          await client.pingPong();
          assert.deepEqual(client.disturbances, [], client.name);
        }
        web.users[kSiteA] = users;
      });
      await t.test("a web process that answers nonsense disconnects nobody", async () => {
        const { sid } = world.credentials(kSiteA, kBob);
        for (const answer of [faults.status(500), faults.htmlPage(200), faults.body("{}")]) {
          const heal = web.fault(kUserInfo, answer);
          const from = web.answers.length;
          await redis.command("HDEL", hash(kSiteA), sid);
          await web.answers.wait(({ route }) => route === kUserInfo, "the answer", { from });
          await redis.command("HSET", hash(kSiteA), sid, "pickled");
          heal();
          await rounds(2);
          await bob.pingPong();
          assert.deepEqual(bob.disturbances, []);
        }
      });
      await t.test("a web process that is away disconnects nobody", async () => {
        await web.stop();
        await redis.command("DEL", hash(kSiteA), hash(kSiteB));
        await rounds(3);
        await web.start();
        for (const client of [bob, guest, other, token]) {
          await client.pingPong();
          assert.deepEqual(client.disturbances, [], client.name);
        }
      });
    });
  }
});

test("crema disconnect", kCrema, async (t) => {
  const world = await World.create(t, { server: { args: ["--shards", "2"] } });
  const [alice, again, bob, other] = await Promise.all([
    world.connect(),
    world.connect({ mode: "polling" }),
    world.connect({ user: kBob }),
    world.connect({ site: kSiteB }),
  ]);
  const disconnect = (...args) =>
    cremaCommand(["disconnect", "--bench", world.bench.path, ...args]);

  await t.test("a user of a site", async () => {
    const { code, stdout } = await disconnect("--site", kSiteA, "--user", kAlice);
    assert.equal(code, 0);
    assert.equal(stdout, `${kAlice} of ${kSiteA}: 2 sockets disconnected`);
    await Promise.all([gone(alice), gone(again)]);
    for (const client of [bob, other]) {
      await client.pingPong();
      assert.deepEqual(client.disturbances, []);
    }
  });
  await t.test("nobody of that name", async () => {
    const { code, stdout } = await disconnect("--site", kSiteB, "--user", "carol@example.com");
    assert.equal(code, 0);
    assert.match(stdout, /: 0 sockets disconnected$/);
  });
  await t.test("a site that is none, and no user", async () => {
    assert.equal((await disconnect("--site", "nowhere", "--user", kAlice)).code, 2);
    assert.equal((await disconnect("--site", kSiteA)).code, 2);
  });
  await t.test("nobody there: exit code 1", async () => {
    await world.server.stop();
    const { code, stderr } = await disconnect("--site", kSiteA, "--user", kAlice);
    assert.equal(code, 1);
    assert.match(stderr, /no crema runs in/);
  });
});
