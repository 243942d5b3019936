import assert from "node:assert/strict";
import test from "node:test";

import { cremaOnly } from "./lib/crema.mjs";
import { kUserInfo } from "./lib/fake_web.mjs";
import { RawWebSocket, siteHeaders } from "./lib/raw.mjs";
import * as faults from "./lib/web_faults.mjs";
import { World, kAlice, kBob, kGuest, kSiteA, kSiteB } from "./lib/world.mjs";

const kTimeout = { timeout: 120_000 };
const kMissing = "Missing cookie and authorization header. Either one needed for authentication.";
const kNoMethod = "No authentication method used. Use cookie or authorization header.";

// The users among `names` whose user room on `client`'s site the client is in.
async function identity(world, client, names = [kAlice, kBob, kGuest]) {
  const received = await world.deliveries([client], async () => {
    for (const name of names) {
      await world.redis.publish({
        site: client.site,
        room: `user:${name}`,
        event: "who",
        message: name,
      });
    }
  });
  return received[client.name].map(([, name]) => name);
}

test("credentials", kTimeout, async (t) => {
  const world = await World.create(t);
  const alice = world.credentials(kSiteA, kAlice);
  const bob = world.credentials(kSiteA, kBob);

  await t.test("a cookie", async () => {
    const from = world.web.requests.length;
    const client = await world.connect();
    assert.deepEqual(await identity(world, client), [kAlice]);
    const [asked] = world.web.asked(kUserInfo, from);
    assert.equal(asked.method, "GET");
    assert.equal(asked.host, kSiteA);
    assert.equal(asked.headers["x-frappe-site-name"], kSiteA);
    assert.match(asked.headers.cookie, /^sid=alice/);
    assert.equal(asked.headers.authorization, undefined);
  });
  await t.test("a token in Authorization", async () => {
    const from = world.web.requests.length;
    const client = await world.connect({ user: kBob, sid: null, token: bob.token });
    assert.deepEqual(await identity(world, client), [kBob]);
    const [asked] = world.web.asked(kUserInfo, from);
    assert.equal(asked.headers.authorization, `token ${bob.token}`);
    assert.equal(asked.headers.cookie, undefined);
  });
  await t.test("both: Authorization wins", async () => {
    const client = await world.connect({ sid: alice.sid, token: bob.token });
    assert.deepEqual(await identity(world, client), [kBob]);
  });
  await t.test("a Guest's cookie does not shadow a token", async () => {
    const client = await world.connect({ sid: "Guest", token: alice.token });
    assert.deepEqual(await identity(world, client), [kAlice]);
  });
  await t.test("a wrong token is refused", async () => {
    assert.match(await world.open({ sid: null, token: "no:body" }).refused(), /^Unauthorized/);
  });
  await t.test("an unknown session is a Guest's", async () => {
    assert.deepEqual(await identity(world, await world.connect({ sid: "expired" })), [kGuest]);
  });
  await t.test("a session of another site is a Guest's here", async () => {
    const { sid } = world.credentials(kSiteB, kAlice);
    assert.deepEqual(await identity(world, await world.connect({ sid })), [kGuest]);
  });
  await t.test("a quoted, percent-encoded cookie among others, the first sid counts", async () => {
    const encoded = alice.sid.replace(/-/g, "%2D");
    const Cookie = `theme=dark; sid="${encoded}"; sid=${bob.sid}; full_name=x`;
    const client = await world.connect({ sid: null, headers: { Cookie } });
    assert.deepEqual(await identity(world, client), [kAlice]);
  });
  await t.test("neither cookie nor Authorization", async () => {
    const from = world.web.requests.length;
    for (const mode of ["websocket", "polling"]) {
      assert.equal(await world.open({ mode, sid: null }).refused(), kMissing);
    }
    assert.equal(world.web.requests.length, from);
  });
  await t.test("a cookie header without sid", async () => {
    const from = world.web.requests.length;
    const client = world.open({ sid: null, headers: { Cookie: "theme=dark; sidx=1" } });
    assert.equal(await client.refused(), kNoMethod);
    assert.equal(world.web.requests.length, from);
  });
});

test("site and origin", kTimeout, async (t) => {
  const world = await World.create(t, { config: { default_site: kSiteB } });
  const alice = world.credentials(kSiteA, kAlice);

  await t.test("Origin's host must be Host's, ports and schemes aside", async () => {
    const Origin = `https://${kSiteA}:8443`;
    assert.deepEqual(await identity(world, await world.connect({ headers: { Origin } })), [kAlice]);
    const from = world.web.requests.length;
    for (const wrong of ["http://evil.example", `http://${kSiteB}`, "null", `http://x.${kSiteA}`]) {
      const client = world.open({ headers: { Origin: wrong } });
      assert.equal(await client.refused(), "Invalid origin", wrong);
    }
    assert.equal(world.web.requests.length, from);
  });
  await t.test("no Origin with a cookie", async () => {
    assert.equal(await world.open({ headers: { Origin: undefined } }).refused(), "Invalid origin");
  });
  const lenient = cremaOnly("refuses every missing Origin");
  await t.test("no Origin with Authorization, as programs connect", lenient, async () => {
    const client = await world.connect({
      sid: null,
      token: alice.token,
      headers: { Origin: undefined },
    });
    assert.deepEqual(await identity(world, client), [kAlice]);
  });
  await t.test("X-Frappe-Site-Name names the site behind another host name", async () => {
    const client = await world.connect({ host: "desk.example.com" });
    assert.deepEqual(await identity(world, client), [kAlice]);
    const [asked] = world.web.asked(kUserInfo).slice(-1);
    assert.equal(asked.site, kSiteA);
  });
  await t.test("without it, Origin's host is the site", async () => {
    const client = await world.connect({ headers: { "X-Frappe-Site-Name": undefined } });
    assert.deepEqual(await identity(world, client), [kAlice]);
  });
  await t.test("default_site serves localhost", async () => {
    const headers = { "X-Frappe-Site-Name": undefined };
    for (const host of ["localhost", "127.0.0.1"]) {
      const client = await world.connect({ site: kSiteB, host, headers });
      assert.deepEqual(await identity(world, client), [kAlice]);
    }
  });
  await t.test("the root namespace needs no credentials and hears nothing", async () => {
    const open = await RawWebSocket.open(world.scope, world.server);
    open.send("40");
    await open.message((text) => text.startsWith('40{"sid"'), "the root namespace");
    const ws = await world.joinRaw();
    ws.send("40");
    await ws.message((text) => text.startsWith('40{"sid"'), "the root namespace");
    await world.redis.publish({ site: kSiteA, room: "website", event: "site", message: 1 });
    await world.redis.publish({ event: "everyone", message: 1 });
    await ws.message((text) => text === `42/${kSiteA},["everyone",1]`, "the last event");
    assert.deepEqual(
      ws.messages.filter((text) => text.startsWith("42[")),
      [],
    );
  });
});

test("Invalid namespace is final", kTimeout, async (t) => {
  const world = await World.create(t);

  await t.test("one answer, the web process is not asked, the connection stays", async () => {
    const { sid } = world.credentials(kSiteA, kAlice);
    const headers = siteHeaders({ site: kSiteA, sid });
    const ws = await RawWebSocket.open(world.scope, world.server, { headers });
    await ws.message((text) => text.startsWith("0{"), "the open packet");
    ws.send(`40/${kSiteB},`);
    const refusal = `44/${kSiteB},{"message":"Invalid namespace"}`;
    await ws.message((text) => text === refusal, "the refusal");
    ws.send(`40/${kSiteA},`);
    await ws.message((text) => text.startsWith(`40/${kSiteA},`), "the site's own namespace");
    ws.send(`42/${kSiteA},["ping"]`);
    await ws.message((text) => text === `42/${kSiteA},["pong"]`, "the pong");
    assert.equal(ws.messages.filter((text) => text.includes(kSiteB)).length, 1);
    for (const { site } of world.web.requests.entries) assert.equal(site, kSiteA);
  });
  await t.test("an event sent on regardless closes the connection", async () => {
    const { sid } = world.credentials(kSiteA, kAlice);
    const headers = siteHeaders({ site: kSiteA, sid });
    const ws = await RawWebSocket.open(world.scope, world.server, { headers });
    await ws.message((text) => text.startsWith("0{"), "the open packet");
    ws.send(`40/${kSiteB},`);
    ws.send(`42/${kSiteB},["ping"]`);
    await ws.ended();
    assert.deepEqual(
      ws.messages.filter((text) => text.startsWith("42")),
      [],
    );
  });
  const folders = cremaOnly("asks the web process about every name");
  await t.test(
    "a name that is no site's folder is refused without a question",
    folders,
    async () => {
      const from = world.web.requests.length;
      for (const site of [
        "ghost.localhost",
        "assets",
        "apps.txt",
        "..",
        ".",
        "common_site_config.json",
      ]) {
        const client = world.open({ site, user: kAlice, sid: "x", host: "ghost.localhost" });
        assert.equal(await client.refused(), "Invalid namespace", site);
      }
      for (const site of [
        `../sites/${kSiteA}`,
        `${kSiteA}/.`,
        `${kSiteA}/`,
        `./${kSiteA}`,
        `${kSiteA}%00`,
      ]) {
        const headers = { ...siteHeaders({ site: kSiteA, sid: "x" }), "X-Frappe-Site-Name": site };
        const ws = await RawWebSocket.open(world.scope, world.server, { headers });
        ws.send(`40/${site},`);
        const answer = await ws.message((text) => text.startsWith("4"), "an answer");
        assert.equal(answer, `44/${site},{"message":"Invalid namespace"}`);
      }
      assert.equal(world.web.requests.length, from);
    },
  );
});

test("the web process is never looked for where a client points", kTimeout, async (t) => {
  const world = await World.create(t);
  const attacker = await faults.attacker(world.scope);
  const evil = `127.0.0.1:${attacker.port}`;

  for (const Host of [evil, "127.0.0.1"]) {
    await t.test(
      `Host ${Host.replace(String(attacker.port), "<port>")}, Origin the attacker's`,
      async () => {
        const headers = {
          Host,
          Origin: `http://${evil}`,
          "X-Frappe-Site-Name": kSiteA,
          Cookie: "sid=x",
        };
        const ws = await RawWebSocket.open(world.scope, world.server, { headers });
        const from = world.web.requests.length;
        ws.send(`40/${kSiteA},`);
        await ws.message((text) => /^4[04]\/a\.localhost,/.test(text), "an answer");
        for (const asked of world.web.asked(kUserInfo, from)) assert.equal(asked.host, kSiteA);
        assert.deepEqual(attacker.requests.entries, []);
      },
    );
  }
  await t.test("a redirect is not followed and the secret does not leave", async () => {
    const remove = world.web.fault(kUserInfo, faults.redirect(`http://${evil}/x`));
    const client = world.open({ user: kBob });
    await world.web.answers.wait(({ status }) => status === 302, "the redirect");
    remove();
    await recovers(world, client, kBob);
    assert.deepEqual(attacker.requests.entries, []);
  });
});

test("the secret", kTimeout, async (t) => {
  const world = await World.create(t);

  await t.test("is read again when Redis was flushed", async () => {
    await world.connect();
    await world.redis.command("FLUSHALL");
    const bob = await world.connect({ user: kBob });
    assert.deepEqual(await identity(world, bob), [kBob]);
    await world.redis.command("SET", "socketio_auth_secret", "rotated by hand");
    const guest = await world.connect({ user: kGuest });
    assert.deepEqual(await identity(world, guest), [kGuest]);
    const { headers } = world.web.requests.entries.at(-1);
    assert.equal(headers["x-frappe-socket-secret"], "rotated by hand");
  });
  const zombie = cremaOnly("leaves a connected socket that is nobody's");
  await t.test("that the web process never accepts ends in Unauthorized", zombie, async () => {
    const remove = world.web.fault(kUserInfo, faults.body('{"message":{}}'));
    assert.match(await world.open({ site: kSiteB }).refused(), /^Unauthorized/);
    remove();
  });
});

test("the web process refuses", kTimeout, async (t) => {
  const world = await World.create(t);
  for (const code of [401, 403]) {
    await t.test(`with ${code}`, async () => {
      const remove = world.web.fault(kUserInfo, faults.status(code));
      // A credential of its own: the server knows those it has seen for some seconds.
      const sid = `refused-with-${code}`;
      for (const mode of ["websocket", "default", "polling"]) {
        assert.match(await world.open({ mode, sid }).refused(), /^Unauthorized/);
      }
      remove();
      assert.deepEqual(await identity(world, await world.connect()), [kAlice]);
    });
  }
});

// A client whose first question was answered by nonsense: it was not let in as anybody, got at most
// one answer, and is let in now that the web process is well (at once when its CONNECT waited, else
// when it comes again).
async function recovers(world, client, user) {
  const first = await client.journal.wait(({ kind }) => kind !== "event", "an answer", {
    ms: 30_000,
  });
  if (first.kind === "connect_error") {
    assert.match(first.message, /^Unauthorized/);
    assert.equal(client.journal.length, 1);
    client.socket.connect();
    await client.journal.wait(({ kind }) => kind === "connect", "connect");
  }
  assert.deepEqual(await identity(world, client), [user]);
}

const kNonsense = {
  "status 500": faults.status(500),
  "a 502 page": faults.htmlPage(502),
  "a page with status 200": faults.htmlPage(200),
  "malformed JSON": faults.body('{"message":{"user":"alice@example.com"'),
  "an empty body": faults.body(""),
  "a JSON string": faults.body('"alice@example.com"'),
  "a JSON array": faults.body("[1]"),
  null: faults.body("null"),
  "no message": faults.body("{}"),
  "a message of null": faults.body('{"message":null}'),
  "a user that is a number": faults.body(
    '{"message":{"user":5,"user_type":"System User","installed_apps":[]}}',
  ),
  "an empty user": faults.body(
    '{"message":{"user":"","user_type":"System User","installed_apps":[]}}',
  ),
  "nesting without end": faults.body(`{"message":${"[".repeat(50_000)}`),
  "a reset in the middle": faults.resetMidway,
};

test("the web process answers nonsense", cremaOnly("believes some of it", kTimeout), async (t) => {
  const world = await World.create(t);
  const innocent = await world.connect({ site: kSiteB, user: kBob });

  for (const [name, fault] of Object.entries(kNonsense)) {
    await t.test(name, async () => {
      const sid = `${name} ${Date.now()}`;
      const remove = world.web.fault(
        kUserInfo,
        fault,
        ({ headers }) => headers.cookie !== undefined,
      );
      const from = world.web.requests.length;
      const client = world.open({ sid });
      await world.web.requests.wait(({ route }) => route === kUserInfo, "the question", { from });
      remove();
      await recovers(world, client, kGuest);
      assert.deepEqual(await identity(world, innocent), [kBob]);
    });
  }
  await t.test("a body without end is cut off", async () => {
    const endless = faults.endlessBody();
    const remove = world.web.fault(kUserInfo, endless.fault);
    const client = world.open({ sid: "endless" });
    const { bytes } = await endless.ended.wait(() => true, "the server hanging up", { ms: 30_000 });
    assert.ok(bytes < 64 * 1024 * 1024, `${bytes} bytes were taken`);
    remove();
    await recovers(world, client, kGuest);
  });
  await t.test("a has_permission that fails joins nothing and ends nothing", async () => {
    const alice = await world.connect();
    // Any `message` that is not falsy means yes, so an answer about a user is none of these.
    const names = Object.keys(kNonsense).filter((name) => !/ user/.test(name));
    for (const name of names) {
      const fault = kNonsense[name];
      const remove = world.web.fault("has_permission", fault);
      const from = world.web.requests.length;
      alice.emit("doctype_subscribe", name);
      await world.web.requests.wait(({ route }) => route === "has_permission", "the question", {
        from,
      });
      remove();
    }
    const received = await world.deliveries([alice], async () => {
      for (const name of names) {
        await world.redis.publish({
          site: kSiteA,
          room: `doctype:${name}`,
          event: "x",
          message: name,
        });
      }
    });
    assert.deepEqual(received[alice.name], []);
  });
});

test(
  "the web process is slow or away",
  cremaOnly("answers CONNECT_ERROR at once", kTimeout),
  async (t) => {
    const world = await World.create(t);

    await t.test("slow for one site: the other site is served meanwhile", async () => {
      const gate = faults.gate();
      const remove = world.web.fault(kUserInfo, gate.fault, ({ site }) => site === kSiteA);
      const waiting = world.open({ mode: "default" });
      await gate.arrived.wait(() => true, "the question");
      const bob = await world.connect({ site: kSiteB, user: kBob });
      assert.deepEqual(await identity(world, bob), [kBob]);
      assert.deepEqual(waiting.journal.entries, []);
      gate.release(faults.userInfo(kAlice));
      assert.deepEqual(await waiting.connected().then(() => identity(world, waiting)), [kAlice]);
      remove();
    });
    await t.test("one question at a time for each credential", async () => {
      const gate = faults.gate();
      const remove = world.web.fault(kUserInfo, gate.fault);
      const from = world.web.requests.length;
      const options = { sid: "a fresh session", site: kSiteB };
      const clients = await Promise.all(
        Array.from({ length: 5 }, () => askedInOrder(world, options)),
      );
      await gate.arrived.wait(() => true, "the question");
      assert.equal(world.web.asked(kUserInfo, from).length, 1);
      gate.release(faults.userInfo(kBob, "Website User"));
      await Promise.all(
        clients.map((ws) => ws.message((text) => text.startsWith(`40/${kSiteB},`), "connect")),
      );
      assert.equal(world.web.asked(kUserInfo, from).length, 1);
      remove();
    });
    await t.test("a client that leaves while it waits is forgotten", async () => {
      const gate = faults.gate();
      const remove = world.web.fault(kUserInfo, gate.fault);
      const ws = await askedInOrder(world, { sid: "impatient", site: kSiteA });
      await gate.arrived.wait(() => true, "the question");
      ws.abort();
      await ws.ended();
      gate.release(faults.userInfo("impatient@example.com"));
      remove();
      assert.deepEqual(await identity(world, await world.connect()), [kAlice]);
    });
    await t.test("away: the CONNECT waits, and is answered when it is back", async () => {
      const from = world.server.child.stderr.length;
      await world.web.stop();
      const options = { site: kSiteA, sid: world.credentials(kSiteA, kBob).sid };
      const raw = await askedInOrder(world, options);
      const clients = ["default", "polling", "websocket"].map((mode) =>
        world.open({ user: kBob, mode }),
      );
      await world.server.logged(/level=warn.*(web|upstream)/i, { from });
      for (const client of clients) assert.deepEqual(client.journal.entries, []);
      await world.web.start();
      await raw.message((text) => text.startsWith(`40/${kSiteA},`), "connect", { ms: 30_000 });
      await Promise.all(clients.map((client) => client.connected(30_000)));
      for (const client of clients) {
        await client.upgraded();
        assert.deepEqual(await identity(world, client), [kBob]);
        assert.deepEqual(client.disturbances, []);
      }
    });
  },
);

// A raw client whose CONNECT the server has seen: the root namespace, asked for after it, has
// answered.
async function askedInOrder(world, { site, sid }) {
  const headers = siteHeaders({ site, sid });
  const ws = await RawWebSocket.open(world.scope, world.server, { headers });
  ws.send(`40/${site},`);
  ws.send("40");
  await ws.message((text) => text.startsWith("40{"), "the root namespace");
  return ws;
}
