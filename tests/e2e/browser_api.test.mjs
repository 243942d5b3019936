// `frappe.realtime` of the script-tag build, method by method, in Chromium.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { Browser } from "./lib/browser.mjs";
import { kReference } from "./lib/crema.mjs";
import { eventually } from "./lib/journal.mjs";
import { Page } from "./lib/page.mjs";
import { freePort } from "./lib/ports.mjs";
import { Scope } from "./lib/scope.mjs";
import { kAlice, kBob, kSiteA, World } from "./lib/world.mjs";

const kDoctype = "Sales Order";
const kName = "SO/1 ü";

let browser;

async function world(t, options) {
  const made = await World.create(t, options);
  for (const args of [[kDoctype], [kDoctype, kName]]) made.web.allow(kSiteA, kAlice, ...args);
  return made;
}

// Breaks the page's connection as a network would, and waits until it is back. The socket's id may
// be the one before: the session is recovered.
async function breakConnection(page) {
  const before = await page.run(() => frappe.realtime.socket.io.engine.id);
  await page.run(() => frappe.realtime.socket.io.engine.close());
  await page.tab.waitForFunction((id) => {
    const { socket } = frappe.realtime;
    return socket.connected && socket.io.engine.id !== id;
  }, before);
}

describe("frappe.realtime", { skip: kReference && "serves no client" }, () => {
  const suite = new Scope();
  before(async () => {
    browser = await Browser.launch(suite);
  });
  after(() => suite.close());

  for (const transport of ["polling", "websocket"]) {
    const script = `data-transports="${transport}" data-site="${kSiteA}"`;
    describe(`by ${transport} only`, () => subtests({ script, transport }));
  }
  test("takes the site from the page's host, polls first and upgrades", async (t) => {
    const page = await Page.open(await world(t), browser);
    await page.run(() => frappe.realtime.connect());
    await page.tab.waitForFunction(
      () => frappe.realtime.socket.io.engine?.transport.name === "websocket",
    );
    assert.equal(await page.run(() => frappe.realtime.socket.nsp), `/${kSiteA}`);
    page.noComplaints();
  });

  test("a token in place of a cookie", async (t) => {
    const made = await world(t);
    const { token } = made.credentials(kSiteA, kAlice);
    const page = await Page.open(made, browser, { user: "Guest", script: `data-token="${token}"` });
    await page.listen("for_alice");
    await page.state("connected");
    await page.publish("for_alice", 1);
    assert.deepEqual(await page.arrives("for_alice"), [1]);
  });

  test("refused: the state says why, and stays", async (t) => {
    const page = await Page.open(await world(t), browser, { script: 'data-site="no.such.site"' });
    const states = page.run(
      () =>
        new Promise((done) => {
          const seen = [];
          frappe.realtime.addEventListener("statechange", ({ state, reason }) => {
            seen.push([state, reason]);
            if (state === "refused") done(seen);
          });
          frappe.realtime.connect();
        }),
    );
    const [[first], [second, reason]] = await states;
    assert.deepEqual([first, second], ["connecting", "refused"]);
    assert.match(reason, /namespace/i);
    assert.equal(await page.run(() => frappe.realtime.reason), reason);
    await page.listen("x");
    assert.equal(await page.run(() => frappe.realtime.state), "refused");
  });

  test("says CONNECT once, however much is wanted at the same time", async (t) => {
    const made = await world(t);
    const page = await Page.open(made, browser);
    await page.run((doctype) => {
      for (let i = 0; i < 5; ++i) frappe.realtime.on("x", () => i);
      frappe.realtime.doctype_subscribe(doctype);
      setTimeout(() => frappe.realtime.emit("ping"), 20);
      frappe.realtime.socket.io.on("open", () => frappe.realtime.emit("ping"));
    }, kDoctype);
    await page.state("connected");
    await page.settled();
    const connects = ({ direction, type }) => direction === "in" && type === "connect";
    assert.equal(await made.server.metric("crema_messages_total", connects), 1);
  });

  test("goes on trying for longer than three attempts, and asks for its rooms again", async (t) => {
    const made = await world(t, { config: { socketio_port: await freePort() } });
    const page = await Page.open(made, browser);
    await page.listen("list_update");
    await page.run((doctype) => {
      frappe.realtime.socket.io.reconnectionDelayMax(50);
      frappe.realtime.socket.io.reconnectionDelay(20);
      globalThis.attempts = 0;
      frappe.realtime.socket.io.on("reconnect_attempt", () => (attempts += 1));
      frappe.realtime.doctype_subscribe(doctype);
    }, kDoctype);
    await page.joined("list_update", { doctype: kDoctype }, `doctype:${kDoctype}`);
    await made.server.stop();
    await page.state("offline");
    await page.tab.waitForFunction(() => globalThis.attempts > 3);
    await made.startServer();
    await page.state("connected");
    await page.run(() => (got.list_update.length = 0));
    await page.joined("list_update", { doctype: kDoctype }, `doctype:${kDoctype}`);
  });
});

function subtests({ script, transport }) {
  const open = async (t) => Page.open(await world(t), browser, { script });

  test("connects by itself at the first `on`, over the transport asked for", async (t) => {
    const page = await open(t);
    assert.equal(await page.run(() => frappe.realtime.state), "offline");
    await page.listen("hello");
    await page.state("connected");
    await page.publish("hello", { n: 1 });
    assert.deepEqual(await page.arrives("hello"), [{ n: 1 }]);
    assert.equal(await page.run(() => frappe.realtime.socket.io.engine.transport.name), transport);
    page.noComplaints();
  });

  test("`init` connects, or waits when it is to be lazy", async (t) => {
    const page = await open(t);
    await page.run(() => frappe.realtime.init(9000, true));
    assert.equal(await page.run(() => frappe.realtime.state), "offline");
    await page.run(() => frappe.realtime.init());
    await page.state("connected");
  });

  test("`on` returns its remover; `off` removes one, or all but the built-in ones", async (t) => {
    const page = await open(t);
    await page.run(() => {
      globalThis.got = { a: [], b: [], c: [], progress: [] };
      const { realtime } = frappe;
      const add = (name, event) => {
        const listener = (data) => got[name].push(data);
        return { listener, remove: realtime.on(event, listener) };
      };
      globalThis.first = add("a", "x");
      globalThis.second = add("b", "x");
      add("c", "x");
      add("progress", "progress");
    });
    await page.state("connected");
    await page.publish("x", 1);
    await page.arrives("c");
    await page.run(() => first.remove());
    await page.run(() => frappe.realtime.off("x", second.listener));
    await page.publish("x", 2);
    await page.arrives("c", 2);
    await page.run(() => {
      for (const event of ["x", "progress", "connect", "msgprint"]) frappe.realtime.off(event);
    });
    await page.publish("x", 3);
    await page.publish("progress", { percent: 30, title: "Still there" });
    await page.tab.getByRole("heading", { name: "Still there" }).waitFor();
    assert.deepEqual(await page.run(() => [got.a, got.b, got.c, got.progress]), [
      [1],
      [1],
      [1, 2],
      [],
    ]);
    await breakConnection(page);
    await page.state("connected");
  });

  test("`emit` and `publish` reach the server, also from before the connection", async (t) => {
    const page = await open(t);
    await page.listen("pong");
    await page.run(() => frappe.realtime.emit("ping"));
    await page.arrives("pong", 1);
    await page.run(() => frappe.realtime.publish("ping"));
    await page.arrives("pong", 2);
  });

  test("a task: `subscribe` with callbacks, `task_unsubscribe`", async (t) => {
    const page = await open(t);
    await page.run(() => {
      globalThis.got = { called: [] };
      const tell = (name) => (data) => got.called.push([name, data.n]);
      const names = ["progress", "success", "callback", "error", "always", "queued"];
      const callbacks = Object.fromEntries(names.map((name) => [name, tell(name)]));
      frappe.realtime.subscribe("task-1", callbacks);
    });
    await page.listen("probe");
    const room = "task_progress:task-1";
    await page.joined("probe", 1, room);
    await page.publish("task_progress", { task_id: "task-1", n: 1 }, room);
    await page.publish("task_progress", { task_id: "toString", n: 0 }, room);
    await page.publish("task_status_change", { task_id: "task-1", status: "Queued", n: 2 }, room);
    await page.publish("task_status_change", { task_id: "task-1", status: "Success", n: 3 }, room);
    const failure = { task_id: "task-1", status: "Failure", status_code: 500, n: 4 };
    await page.publish("task_status_change", failure, room);
    assert.deepEqual(await page.arrives("called", 9), [
      ["progress", 1],
      ["always", 1],
      ["queued", 2],
      ["always", 2],
      ["success", 3],
      ["callback", 3],
      ["always", 3],
      ["error", 4],
      ["always", 4],
    ]);
    await page.run(() => (got.probe.length = 0));
    await page.run(() => frappe.realtime.task_unsubscribe("task-1"));
    await page.settled();
    await page.publish("probe", 2, room);
    await page.publish("task_progress", { task_id: "task-1", n: 5 });
    await page.settled();
    assert.equal((await page.got("called")).length, 9);
    assert.deepEqual(await page.got("probe"), []);
    page.noComplaints();
  });

  test("lists and documents: subscribe, survive a lost connection, unsubscribe", async (t) => {
    const page = await open(t);
    const cases = [
      { name: "doctype", room: `doctype:${kDoctype}`, args: [kDoctype] },
      { name: "doc", room: `doc:${kDoctype}/${kName}`, args: [kDoctype, kName] },
      { name: "task", room: "task_progress:7", args: ["7"] },
    ];
    for (const { name, room, args } of cases) {
      await page.listen(name);
      const call = (suffix) =>
        page.run(([method, all]) => frappe.realtime[method](...all), [`${name}_${suffix}`, args]);
      await call("subscribe");
      await page.joined(name, "before", room);
      await breakConnection(page);
      await page.run((event) => (got[event].length = 0), name);
      await page.joined(name, "after", room);
      await call("unsubscribe");
      await page.settled();
      await page.run((event) => (got[event].length = 0), name);
      await page.publish(name, "never", room);
      await page.settled();
      assert.deepEqual(await page.got(name), [], name);
    }
    assert.equal(await page.run(() => frappe.realtime.open_docs.size), 0);
  });

  test("forty documents at once: none is lost to a throttle", async (t) => {
    const made = await world(t);
    const names = Array.from({ length: 40 }, (_, i) => `D${i}`);
    for (const name of names) made.web.allow(kSiteA, kAlice, kDoctype, name);
    const page = await Page.open(made, browser, { script });
    await page.run(
      ([doctype, all]) => all.forEach((name) => frappe.realtime.doc_subscribe(doctype, name)),
      [kDoctype, names],
    );
    await eventually("a question for each", () => {
      const asked = new Set(made.web.asked("has_permission").map(({ query }) => query.name));
      return names.every((name) => asked.has(name));
    });
  });

  test("`watch_list` and `watch_doc` hear their own, until they are closed", async (t) => {
    const page = await open(t);
    await page.run(
      ([doctype, name]) => {
        globalThis.got = { list: [], doc: [] };
        const { realtime } = frappe;
        globalThis.closers = [
          realtime.watch_list(doctype, (data) => got.list.push(data.name)),
          realtime.watch_doc(doctype, name, (_, event) => got.doc.push(event)),
        ];
      },
      [kDoctype, kName],
    );
    const list = `doctype:${kDoctype}`;
    const doc = `doc:${kDoctype}/${kName}`;
    await eventually("both joined", async () => {
      await page.publish("list_update", { doctype: kDoctype, name: "A" }, list);
      await page.publish("doc_update", { doctype: kDoctype, name: kName }, doc);
      return (await page.got("list")).length > 0 && (await page.got("doc")).length > 0;
    });
    await page.settled();
    await page.run(() => (got.list.length = got.doc.length = 0));
    await page.publish("list_update", { doctype: "ToDo", name: "B" }, list);
    await page.publish("doc_update", { doctype: kDoctype, name: "another" }, doc);
    await page.publish("list_update", null, list);
    const comment = { reference_doctype: kDoctype, reference_name: kName };
    await page.publish("docinfo_update", { doc: comment, key: "comments", action: "add" }, doc);
    await page.publish("doc_rename", { doctype: kDoctype, old: kName, new: "x" }, doc);
    await page.arrives("doc", 2);
    await page.settled();
    assert.deepEqual(await page.got("doc"), ["docinfo_update", "doc_rename"]);
    assert.deepEqual(await page.got("list"), []);

    await page.listen("list_update");
    await page.run(() => closers.forEach((close) => close()));
    await page.settled();
    await page.publish("list_update", { doctype: kDoctype, name: "C" }, list);
    await page.settled();
    assert.deepEqual([await page.got("list"), await page.got("list_update")], [[], []]);
    page.noComplaints();
  });

  test("`doc_open` and `doc_close`: who is viewing, also after a lost connection", async (t) => {
    const made = await world(t);
    made.web.allow(kSiteA, kBob, kDoctype, kName);
    const page = await Page.open(made, browser, { script });
    await page.listen("doc_viewers");
    const call = (method) =>
      page.run(([name, args]) => frappe.realtime[name](...args), [method, [kDoctype, kName]]);
    await call("doc_open");
    const bob = await made.connect({ user: kBob });
    await made.subscribe(bob, `open_doc:${kDoctype}/${kName}`, "doc_open", kDoctype, kName);
    const both = ({ users }) => users.includes(kAlice) && users.includes(kBob);
    await bob.waitFor("doc_viewers", both);
    const [{ doctype, docname }] = await page.arrives("doc_viewers");
    assert.deepEqual([doctype, docname], [kDoctype, kName]);

    const from = bob.journal.length;
    await breakConnection(page);
    await bob.waitFor("doc_viewers", both, { from });
    const last = bob.journal.length;
    await call("doc_close");
    await bob.waitFor("doc_viewers", ({ users }) => !users.includes(kAlice), { from: last });
  });

  test("`disconnect` stays away until something is wanted again", async (t) => {
    const page = await open(t);
    await page.listen("x");
    await page.state("connected");
    await page.run(() => frappe.realtime.disconnect());
    assert.equal(await page.run(() => frappe.realtime.state), "offline");
    await page.run(() => frappe.realtime.emit("ping"));
    await page.state("connected");
  });
}
