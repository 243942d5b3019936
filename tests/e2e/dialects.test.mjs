// The same rooms, asked for in the words of each version. The whole of it is data: who, on which
// site, emits what, and whether the web process lets them.

import assert from "node:assert/strict";
import test from "node:test";

import { cremaOnly } from "./lib/crema.mjs";
import { kUserInfo } from "./lib/fake_web.mjs";
import { checkRooms } from "./lib/room_matrix.mjs";
import { kDevelop, kDialects, kVersion15, kVersion16 } from "./lib/web_dialects.mjs";
import { World, kAlice, kBob, kGuest, kSiteA, kSiteB } from "./lib/world.mjs";

const kTimeout = { timeout: 120_000 };
const kCrema = cremaOnly("speaks version 16 only", kTimeout);

for (const dialect of kDialects) {
  test(`Frappe ${dialect.name}: three users, two sites, three transports`, kCrema, async (t) => {
    await checkRooms(t, await World.create(t, { dialect }));
  });

  test(`Frappe ${dialect.name}: how the web process is asked`, kCrema, async (t) => {
    const world = await World.create(t, { dialect });
    const { sid, token } = world.credentials(kSiteA, kAlice);
    world.web.allow(kSiteA, kAlice, "Sales Order");
    world.web.allow(kSiteA, kAlice, "Sales Order", "SO/1 é");

    for (const [credential, options] of [
      ["a cookie", {}],
      ["a token", { sid: null, token }],
      ["both", { token }],
      ["Basic", { sid: null, headers: { Authorization: `Basic ${btoa(token)}` } }],
      ["Bearer", { sid: null, headers: { Authorization: `Bearer ${btoa(kAlice)}` } }],
    ]) {
      await t.test(credential, async () => {
        const from = world.web.requests.length;
        const client = await world.connect(options);
        for (const args of [["Sales Order"], ["Sales Order", "SO/1 é"]]) {
          const event = args.length === 1 ? "doctype_subscribe" : "doc_subscribe";
          const answer = await client.socket.timeout(10_000).emitWithAck(event, ...args);
          assert.deepEqual(answer, { ok: true });
        }
        const asked = world.web.requests.since(from);
        const byCookie = credential === "a cookie";
        for (const request of asked) checkCredential(request, dialect, byCookie ? sid : null);
        const routes = asked.map(({ route }) => route).filter((route) => route !== kUserInfo);
        const { doctype, doc } = dialect.permissionRoutes;
        // An answer is kept for seconds, so a credential that was used before asks nothing.
        assert.ok(routes.every((route, i) => route === [doctype, doc][i]), routes.join());
        client.close();
      });
    }
  });
}

function checkCredential({ route, query, headers, host }, dialect, sid) {
  assert.equal(host, kSiteA);
  assert.equal(headers["x-frappe-site-name"], kSiteA);
  if (sid === null) {
    assert.ok(headers.authorization);
    assert.equal(headers.cookie, undefined);
    assert.equal(query.sid, undefined);
  } else if (dialect.session === "query") {
    assert.equal(query.sid, sid);
    assert.equal(headers.cookie, undefined);
  } else {
    assert.equal(headers.cookie, `sid=${sid}`);
    assert.equal(query.sid, undefined);
  }
  const secret = headers["x-frappe-socket-secret"];
  if (dialect.secret === "none") assert.equal(secret, undefined);
  else if (route === kUserInfo) assert.ok(secret === undefined || secret.length === 32);
}

// How the version becomes known, and what is said about it.
const kSources = [
  { from: "__init__.py", dialect: kVersion15, source: /__init__\.py says 15\.84\.0/ },
  { from: "__init__.py", dialect: kVersion16, source: /__init__\.py says 16\.0\.0/ },
  { from: "__init__.py", dialect: kDevelop, source: /__init__\.py says 17\.0\.0-dev/ },
  { from: "apps.json", dialect: kVersion15, source: /apps\.json says 15\.84\.0/ },
  { from: "apps.json", dialect: kVersion16, source: /apps\.json says 16\.0\.0/ },
  { from: "key", dialect: kVersion15, source: /crema\.frappe_version, sites/ },
  { from: "environment", dialect: kVersion15, source: /CREMA_FRAPPE_VERSION/ },
  { from: "flag", dialect: kVersion15, source: /--frappe-version/ },
  { from: "answer", dialect: kVersion15, source: /first answer decides/ },
  { from: "answer", dialect: kVersion16, source: /first answer decides/ },
];

for (const { from, dialect, source } of kSources) {
  test(`Frappe ${dialect.name} is known by its ${from}`, kCrema, async (t) => {
    const bare = { ...dialect, module: from === "__init__.py" ? dialect.module : null };
    const config = from === "key" ? { crema: { frappe_version: Number(dialect.name) } } : {};
    const world = await World.create(t, { dialect: bare, config, server: null });
    if (from === "apps.json") {
      const apps = { frappe: { is_repo: true, version: dialect.module } };
      world.bench.write("sites/apps.json", JSON.stringify(apps));
    }
    await world.startServer({
      env: from === "environment" ? { CREMA_FRAPPE_VERSION: dialect.name } : {},
      args: from === "flag" ? ["--frappe-version", dialect.name] : [],
    });
    await world.server.logged(source);
    world.web.allow(kSiteB, kBob, "ToDo", "1");
    const clients = [await world.connect(), await world.connect({ site: kSiteB, user: kBob })];
    await world.connect({ user: kGuest });
    const answer = await clients[1].socket.timeout(10_000).emitWithAck("doc_open", "ToDo", "1");
    assert.deepEqual(answer, { ok: true });
    const routes = world.web.requests.entries.map(({ route }) => route);
    assert.ok(routes.includes(dialect.permissionRoutes.doc));
  });
}
