// Apps' own handlers.js under `crema serve`: what runs, what is said, and what it costs others when
// it misbehaves. That handlers do the same as under Node's server is handlers_parity.test.mjs.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";

import { cremaCommand, cremaOnly } from "./lib/crema.mjs";
import { eventually } from "./lib/journal.mjs";
import { reply as webReply } from "./lib/fake_web.mjs";
import { kVersion15 } from "./lib/web_dialects.mjs";
import { World, kAlice, kBob, kSiteA, kSiteB } from "./lib/world.mjs";

const kCrema = cremaOnly("has no isolation", { timeout: 120_000 });

const kChat = `function chat_app_handlers(socket) {
  socket.on("hello_chat", () => { console.log("hello world!"); socket.emit("chat", socket.user); });
  socket.on("who", (reply) => reply([process.pid, socket.id]));
}
module.exports = chat_app_handlers;`;

// The processes whose parent is `pid`.
function childrenOf(pid) {
  return readdirSync("/proc").filter((entry) => {
    if (!/^\d+$/.test(entry)) return false;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, "utf8");
      return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) === pid;
    } catch {
      return false;
    }
  });
}

const hosts = (world) => childrenOf(world.server.child.process.pid).length;

test("the documented example: one host, at the first connection", kCrema, async (t) => {
  const world = await World.create(t, { handlers: { chat: kChat } });
  assert.equal(hosts(world), 0);
  const alice = await world.connect();
  alice.emit("hello_chat");
  assert.deepEqual(await alice.waitFor("chat"), [kAlice]);
  await world.server.logged(/app=chat msg="hello world!"/);
  await world.server.logged(
    /app=chat msg="handlers are loaded" file=apps\/chat\/realtime\/handlers.js/,
  );
  assert.equal(hosts(world), 1);
  const bob = await world.connect({ user: kBob, mode: "polling" });
  bob.emit("hello_chat");
  assert.deepEqual(await bob.waitFor("chat"), [kBob]);
  assert.equal(hosts(world), 1);
});

test("a stock bench starts no host, whoever connects", kCrema, async (t) => {
  const world = await World.create(t);
  world.bench.addHandlers("frappe", "process.exit(1);");
  await world.server.stop();
  await world.startServer();
  const alice = await world.connect();
  await alice.pingPong();
  assert.equal(hosts(world), 0);
  assert.equal(await world.server.metric("crema_hosts"), 0);
});

test("an app that is not installed on a site does not run there", kCrema, async (t) => {
  const world = await World.create(t, { handlers: { chat: kChat } });
  world.web.apps = ["frappe"];
  const alice = await world.connect();
  alice.emit("hello_chat");
  await alice.pingPong();
  assert.equal(hosts(world), 0);
});

test("version 15 has no handlers, and is told so once", kCrema, async (t) => {
  const world = await World.create(t, { handlers: { chat: kChat }, dialect: kVersion15 });
  const [alice] = await Promise.all([world.connect(), world.connect({ user: kBob })]);
  await alice.pingPong();
  const told = world.server.child.stderr.entries.filter((line) => /need Frappe 16/.test(line));
  assert.equal(told.length, 1);
  assert.equal(hosts(world), 0);
});

test("what cannot run is said at the start", kCrema, async (t) => {
  const world = await World.create(t, { handlers: { chat: kChat }, server: null });
  await world.startServer({ env: { PATH: "/nowhere" } });
  await world.server.logged(
    /msg="apps\/chat: handlers.js needs Node, none found in PATH; its events are ignored"/,
  );
  await world.server.stop();
  world.bench.addHandlers("chat", "", "chat/realtime/handlers.py");
  await world.startServer();
  await world.server.logged(/apps\/chat: of handlers.js and handlers.py, handlers.js runs/);
});

test("a file that does not load is said with its line; the other apps run", kCrema, async (t) => {
  const handlers = { chat: kChat, notes: "module.exports = {};", desk: "\n\nconst = 1;" };
  const world = await World.create(t, { handlers });
  const alice = await world.connect();
  alice.emit("hello_chat");
  await alice.waitFor("chat");
  await world.server.logged(
    /app=notes msg="apps\/notes\/\S+: module.exports must be a function, got object"/,
  );
  await world.server.logged(/app=desk msg="apps\/desk\/realtime\/handlers.js:3: SyntaxError: /);
});

// Each row: how the app misbehaves, and what the log says of it.
const kFaults = [
  {
    name: "an endless loop",
    handler: `socket.on("fault", () => {\n  for (;;) {}\n});`,
    reason: /reason="a handler does not return"/,
    file: /file=apps\/bad\/realtime\/handlers.js:\d+/,
  },
  {
    name: "a crash",
    handler: `socket.on("fault", () => process.kill(process.pid, "SIGSEGV"));`,
    reason: /reason="it ended with signal 11/,
  },
  {
    name: "memory without end",
    handler: `socket.on("fault", () => {
      const kept = (globalThis.kept ??= []);
      setInterval(() => kept.push(Buffer.alloc(20e6, 1)), 1);
    });`,
    reason: /reason="it uses more than 128 MiB of memory"/,
  },
  {
    name: "a heap without end",
    handler: `socket.on("fault", () => {
      const kept = [];
      for (;;) kept.push({ a: [1, 2, 3] });
    });`,
    // Whichever is noticed first: on a busy machine, that it does not return.
    reason: /reason="(it uses more than 128 MiB|it ended with signal 6|a handler does not return)/,
  },
  {
    name: "what is no protocol",
    handler: `socket.on("fault", () => require("fs").writeSync(3, "nonsense"));`,
    reason: /reason="a frame/,
  },
  {
    name: "another site's name",
    handler: `socket.on("fault", () =>
      socket.host.tell({ type: "emit", site: "c.localhost", event: "x", args: [] }));`,
    reason: /reason="it speaks of a site that is not its own"/,
  },
];

for (const { name, handler, reason, file } of kFaults) {
  test(`${name}: charged to its app, the others miss a moment`, kCrema, async (t) => {
    const bad = `module.exports = (socket) => { ${handler} };`;
    const world = await World.create(t, {
      handlers: { chat: kChat, bad },
      server: { env: { CREMA_HANDLER_STALL_MAX: "1s", CREMA_HANDLER_MEMORY_MAX: "128" } },
    });
    const [alice, bob] = await Promise.all([world.connect(), world.connect({ user: kBob })]);
    const [firstHost] = await bob.ask("who");
    const heap = () => world.server.metric("crema_heap_bytes", ({ state }) => state === "used");
    const heapBefore = await heap();
    for (const strikes of [1, 2]) {
      const from = world.server.child.stderr.length;
      alice.emit("fault");
      const line = await world.server.logged(/a handler host ended/, { from, ms: 30_000 });
      assert.match(line, /app=bad /);
      assert.match(line, reason);
      assert.match(line, new RegExp(`strikes=${strikes} `));
      if (file) assert.match(line, file);
      // What Frappe has built in does not notice; the other app's sockets are set up again.
      await alice.pingPong();
      await eventually("the other app answers again", async () => {
        const answer = await bob.socket
          .timeout(1_000)
          .emitWithAck("who")
          .catch(() => null);
        return answer && answer[0] !== firstHost;
      });
    }
    await world.server.logged(/app=bad msg="an app gets a handler host of its own"/);
    const [shared] = await bob.ask("who");
    const from = world.server.child.stderr.length;
    alice.emit("fault");
    await world.server.logged(/app=bad .*strikes=3/, { from, ms: 30_000 });
    assert.equal((await bob.ask("who"))[0], shared);
    assert.equal(await world.server.metric("crema_host_restarts_total", (l) => l.app === "bad"), 3);
    const heapAfter = await heap();
    t.diagnostic(`heap of the server: ${heapBefore >> 10} KiB, afterwards ${heapAfter >> 10} KiB`);
    assert.ok(heapAfter - heapBefore < 2 << 20, `${heapBefore} bytes, then ${heapAfter}`);
    assert.deepEqual(bob.disturbances, []);
    assert.deepEqual(alice.disturbances, []);
  });
}

test("what a busy host cannot take is dropped and counted, and it goes on", kCrema, async (t) => {
  const busy = `let got = 0;
    module.exports = (socket) => {
      socket.on("busy", (until) => { while (!require("fs").existsSync(until)) {} });
      socket.on("big", () => { got += 1; });
      socket.on("got", (reply) => reply([got, process.pid]));
    };`;
  const world = await World.create(t, {
    handlers: { busy },
    server: { env: { CREMA_HANDLER_STALL_MAX: "60s" } },
  });
  const [alice, bob] = await Promise.all([
    world.connect({ mode: "websocket" }),
    world.connect({ user: kBob }),
  ]);
  const [, host] = await alice.ask("got");
  alice.emit("busy", join(world.bench.path, "enough"));
  const sent = 20; // Of 0.9 MB, where 8 MiB may wait.
  for (let i = 0; i < sent; ++i) alice.emit("big", "x".repeat(900_000));
  const dropped = () =>
    world.server.metric("crema_handler_events_total", ({ result }) => result === "dropped");
  await eventually("events were dropped", async () => (await dropped()) > 0);
  await bob.pingPong();
  world.bench.write("enough", "");
  const [got, pid] = await eventually("it answers again", () =>
    alice.socket.timeout(1_000).emitWithAck("got"),
  );
  assert.equal(pid, host);
  assert.ok(got > 0 && got < sent, `${got} of ${sent}`);
  assert.deepEqual([...alice.disturbances, ...bob.disturbances], []);
});

test("throws and rejections cost a line of the log, no restart", kCrema, async (t) => {
  const bad = `module.exports = (socket) => {
    socket.on("throw", () => { throw new Error("thrown"); });
    socket.on("reject", async () => { await 1; throw new Error("rejected"); });
    socket.on("late", () => setTimeout(() => { throw new Error("in a timer"); }, 1));
  };`;
  const world = await World.create(t, { handlers: { bad, chat: kChat } });
  const alice = await world.connect();
  const [host] = await alice.ask("who");
  for (const [event, text] of [
    ["throw", "thrown"],
    ["reject", "rejected"],
    ["late", "in a timer"],
  ]) {
    alice.emit(event);
    await world.server.logged(
      new RegExp(`app=bad msg="a handler failed" .*handlers.js line=\\d+ error="Error: ${text}"`),
    );
  }
  assert.equal((await alice.ask("who"))[0], host);
  assert.equal(await world.server.metric("crema_handler_errors_total"), 3);
});

test("handlers.py runs beside handlers.js, each in its own process", kCrema, async (t) => {
  const world = await World.create(t, { handlers: { chat: kChat }, server: null });
  const atlas = `import os
from frappe.realtime import realtime

@realtime.on("hello_atlas")
async def hello(socket, word):
    print("hello from python")
    await socket.join("atlas")
    await socket.emit("atlas", {"word": word, "pid": os.getpid()}, room="atlas")
`;
  world.bench.addHandlers("atlas", atlas, "atlas/realtime/handlers.py");
  world.bench.addHandlers("atlas", "", "atlas/__init__.py");
  world.web.apps.push("atlas");
  await world.startServer({ env: { CREMA_PYTHON: "/usr/bin/python3" } });
  const alice = await world.connect();
  alice.emit("hello_atlas", "w");
  const [{ word, pid }] = await alice.waitFor("atlas");
  assert.equal(word, "w");
  await world.server.logged(/app=atlas msg="hello from python"/);
  assert.notEqual((await alice.ask("who"))[0], pid);
  assert.equal(hosts(world), 2);
});

test(
  "frappe_request asks as the socket's user, and keeps the caller's headers",
  kCrema,
  async (t) => {
    const chat = `module.exports = (socket) => {
    socket.on("ask", async (reply) => {
      const response = await socket.frappe_request("/api/method/chat.info", { a: "b c" }, {
        method: "POST", headers: { "X-Chat": "1", "Content-Type": "application/json" }, body: "{}",
      });
      reply(response.status, response.ok, (await response.json()).answer);
    });
    socket.on("elsewhere", (reply) => {
      try {
        socket.frappe_request("http://127.0.0.1:1/api");
      } catch (error) {
        reply(error.message);
      }
    });
  };`;
    const world = await World.create(t, { handlers: { chat } });
    world.web.fault("/api/method/chat.info", (_, response) =>
      webReply(response, 200, { answer: 42 }),
    );
    for (const [user, token] of [[kAlice], [kAlice, world.credentials(kSiteA, kAlice).token]]) {
      const client = await world.connect({ user, ...(token && { token }) });
      const answer = await new Promise((resolve) =>
        client.socket.emit("ask", (...all) => resolve(all)),
      );
      assert.deepEqual(answer, [200, true, 42]);
      const { headers, query, method } = world.web.asked("/api/method/chat.info").at(-1);
      assert.deepEqual([method, query], ["POST", { a: "b c" }]);
      assert.equal(headers["x-chat"], "1");
      assert.equal(headers["content-type"], "application/json");
      assert.equal(headers["x-frappe-site-name"], kSiteA);
      assert.equal(headers.authorization, token && `token ${token}`);
      assert.equal(headers.cookie, token ? undefined : `sid=alice-${kSiteA}`);
    }
    const alice = await world.connect();
    assert.match(await alice.ask("elsewhere"), /for the site's own paths/);
  },
);

test("a site's handlers reach no other site", kCrema, async (t) => {
  const chat = `module.exports = (socket) => {
    socket.on("shout", (reply) => {
      socket.nsp.emit("shouted", socket.site_name);
      socket.nsp.to("all").emit("shouted", "all");
      reply([...socket.nsp.sockets.keys()].length);
    });
  };`;
  const world = await World.create(t, { handlers: { chat } });
  const [alice, other] = await Promise.all([world.connect(), world.connect({ site: kSiteB })]);
  assert.equal(await alice.ask("shout"), 1);
  await alice.waitFor("shouted", (room) => room === "all");
  await other.pingPong();
  assert.equal(other.journal.entries.filter(({ event }) => event === "shouted").length, 0);
});

test("what a handler keeps of another site's sockets is of no use to it", kCrema, async (t) => {
  const chat = `const everybody = new Map();
  module.exports = (socket) => {
    everybody.set(socket.site_name, socket);
    socket.on("reach", (site, how, reply) => {
      const other = everybody.get(site);
      const acts = {
        emit: () => other.emit("reached"),
        to_room: () => other.nsp.to("all").emit("reached"),
        broadcast: () => other.broadcast.emit("reached"),
        join: () => other.join("den"),
        leave: () => other.leave("all"),
        disconnect: () => other.disconnect(true),
        has_permission: () => other.has_permission("ToDo"),
        frappe_request: () => other.frappe_request("/api/method/ping"),
        sockets_leave: () => other.nsp.socketsLeave("all"),
        later: () => setTimeout(() => other.emit("reached"), 1),
        awaited: async () => { await null; other.emit("reached"); },
      };
      try {
        Promise.resolve(acts[how]()).then(() => reply("done"), (e) => reply(e.message));
      } catch (error) {
        reply(error.message);
      }
    });
  };`;
  const world = await World.create(t, { handlers: { chat } });
  const [alice, other] = await Promise.all([world.connect(), world.connect({ site: kSiteB })]);
  const refusal = `what runs for ${kSiteA} cannot reach ${kSiteB}`;
  const from = world.server.child.stderr.length;
  for (const how of ["emit", "to_room", "broadcast", "join", "leave", "disconnect", "awaited"]) {
    assert.equal(await alice.ask("reach", kSiteB, how), refusal, how);
  }
  for (const how of ["has_permission", "frappe_request", "sockets_leave"]) {
    assert.equal(await alice.ask("reach", kSiteB, how), refusal, how);
  }
  assert.equal(await alice.ask("reach", kSiteA, "awaited"), "done");
  await alice.waitFor("reached");
  assert.equal(await alice.ask("reach", kSiteB, "later"), "done");
  await world.server.logged(/app=chat msg="a handler failed".*cannot reach/, { from });
  await other.pingPong();
  assert.deepEqual(other.disturbances, []);
  assert.equal(other.journal.entries.filter(({ event }) => event === "reached").length, 0);
  assert.equal((await world.server.metric("crema_host_restarts_total")) ?? 0, 0);
});

test("SIGHUP loads files anew, without a connection lost", kCrema, async (t) => {
  const version = (n) =>
    `module.exports = (socket) => socket.on("version", (reply) => reply(${n}));`;
  const world = await World.create(t, { handlers: { chat: version(1) } });
  const alice = await world.connect();
  assert.equal(await alice.ask("version"), 1);
  world.bench.addHandlers("chat", version(2));
  const from = world.server.child.stderr.length;
  world.server.child.process.kill("SIGHUP");
  await world.server.logged(/handlers are loaded/, { from });
  assert.equal(await alice.ask("version"), 2);
  assert.deepEqual(alice.disturbances, []);
});

test("a bench's first handlers run after a reload", kCrema, async (t) => {
  const world = await World.create(t);
  const early = await world.connect();
  world.bench.addHandlers("chat", kChat);
  world.web.apps.push("chat");
  const { code } = await cremaCommand(["reload", "--bench", world.bench.path]);
  assert.equal(code, 0);
  const alice = await world.connect({ user: kBob });
  alice.emit("hello_chat");
  assert.deepEqual(await alice.waitFor("chat"), [kBob]);
  assert.equal(hosts(world), 1);
  await early.pingPong();
  assert.deepEqual(early.disturbances, []);
});

test("`crema reload` does it too, and what does not load is told", kCrema, async (t) => {
  const world = await World.create(t, { handlers: { chat: kChat } });
  const alice = await world.connect();
  const [host] = await alice.ask("who");
  const handlers = async () => JSON.parse((await world.server.admin("/handlers")).body).apps;
  const entry = { app: "chat", file: "apps/chat/realtime/handlers.js" };
  assert.deepEqual(await handlers(), [entry]);
  world.bench.addHandlers("chat", "\nmodule.exports = (socket) => {");
  const from = world.server.child.stderr.length;
  const { code, stdout } = await cremaCommand(["reload", "--bench", world.bench.path]);
  assert.deepEqual([code, /loaded anew/.test(stdout)], [0, true]);
  await world.server.logged(/apps\/chat\/realtime\/handlers.js:2: SyntaxError/, { from });
  const [{ error }] = await handlers();
  assert.match(error, /^apps\/chat\/realtime\/handlers.js:2: SyntaxError/);
  const doctor = () => cremaCommand(["doctor", "--bench", world.bench.path]);
  const ill = await doctor();
  assert.equal(ill.code, 1, ill.stdout);
  assert.match(ill.stdout, /^FAIL  handlers +apps\/chat\/realtime\/handlers.js:2: Syntax.*Cure: /m);
  world.bench.addHandlers("chat", kChat);
  await cremaCommand(["reload", "--bench", world.bench.path]);
  assert.match((await doctor()).stdout, /^ok    handlers +.*apps\/chat\/realtime\/handlers.js$/m);
  assert.deepEqual((await alice.ask("who"))[0], host);
  assert.deepEqual(await handlers(), [entry]);
});

test("in developer mode a changed file is loaded anew by itself", kCrema, async (t) => {
  const version = (n) =>
    `module.exports = (socket) => socket.on("version", (reply) => reply(${n}));`;
  const world = await World.create(t, {
    handlers: { chat: version(1) },
    config: { developer_mode: 1 },
  });
  const alice = await world.connect();
  assert.equal(await alice.ask("version"), 1);
  const from = world.server.child.stderr.length;
  world.bench.addHandlers("chat", version(2));
  await world.server.logged(/handlers are loaded/, { from });
  assert.equal(await alice.ask("version"), 2);
});
