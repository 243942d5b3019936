// Apps' own handlers.py under `crema serve`, run by a Python without Frappe; what Frappe's would
// add is a stub in the bench. The host alone is tested in hosts/python/tests.
// Source: frappe-realtime 8.3.

import assert from "node:assert/strict";
import test from "node:test";

import { cremaOnly } from "./lib/crema.mjs";
import { eventually } from "./lib/journal.mjs";
import { World, kAlice, kBob, kGuest, kSiteA, kSiteB } from "./lib/world.mjs";

const kCrema = cremaOnly("runs no Python", { timeout: 120_000 });
const kImport = "from frappe.realtime import realtime\n";

const kChat = `
@realtime.on("hello_chat")
def hello_chat(socket):
    print("hello world!")
    socket.emit("chat", socket.user)
`;

// As raven's and helpdesk's: who is typing in a channel, who is looking at a ticket.
const kPresence = `
@realtime.on("channel_open")
async def channel_open(socket, channel):
    if not await socket.has_permission("Channel", channel):
        return {"opened": False}
    await socket.join(f"channel:{channel}")
    await tell(socket, channel)
    return {"opened": True}

@realtime.on("channel_typing")
async def channel_typing(socket, channel):
    await socket.emit("typing", {"user": socket.user}, room=f"channel:{channel}")

@realtime.on("channel_close")
async def channel_close(socket, channel):
    await socket.leave(f"channel:{channel}")
    await tell(socket, channel)

async def tell(socket, channel):
    sids = await socket.participants(f"channel:{channel}")
    users = sorted({await socket.user_of(sid) for sid in sids})
    await socket.emit("present", users, room=f"channel:{channel}")
`;

// `handlers`: app to the text of its handlers.py.
async function python(t, handlers, { env, ...options } = {}) {
  const world = await World.create(t, { ...options, server: null });
  world.web.apps = ["frappe", ...Object.keys(handlers)];
  for (const [app, text] of Object.entries(handlers)) write(world, app, text);
  await world.startServer({ env });
  return world;
}

function write(world, app, text) {
  return world.bench.addHandlers(app, kImport + text, `${app}/realtime/handlers.py`);
}

test("the documented example, said in Python", kCrema, async (t) => {
  const world = await python(t, { chat: kChat });
  assert.equal(await world.server.metric("crema_hosts"), 0);
  for (const mode of ["default", "polling"]) {
    const alice = await world.connect({ mode });
    alice.emit("hello_chat");
    assert.deepEqual(await alice.waitFor("chat"), [kAlice]);
  }
  await world.server.logged(/app=chat msg="hello world!"/);
  assert.equal(await world.server.metric("crema_hosts"), 1);
});

test("presence: rooms, permissions, participants, acknowledgements", kCrema, async (t) => {
  const world = await python(t, { chat: kPresence });
  world.web.allow(kSiteA, kAlice, "Channel", "c1");
  world.web.allow(kSiteA, kBob, "Channel", "c1");
  world.web.allow(kSiteB, kAlice, "Channel", "c1");
  const [alice, bob, elsewhere] = await Promise.all([
    world.connect(),
    world.connect({ user: kBob, mode: "polling" }),
    world.connect({ site: kSiteB }),
  ]);
  assert.deepEqual(await alice.ask("channel_open", "c1"), { opened: true });
  assert.deepEqual(await alice.ask("channel_open", "c2"), { opened: false });
  assert.deepEqual(await elsewhere.ask("channel_open", "c1"), { opened: true });
  assert.deepEqual(await bob.ask("channel_open", "c1"), { opened: true });
  await alice.waitFor("present", (users) => users.length === 2);
  bob.emit("channel_typing", "c1");
  assert.deepEqual(await alice.waitFor("typing"), [{ user: kBob }]);
  const from = alice.journal.length;
  bob.socket.disconnect();
  await eventually("bob has left the room", async () => {
    alice.emit("channel_close", "c1");
    await alice.ask("channel_open", "c1");
    return alice.journal
      .since(from)
      .some(({ event, args }) => event === "present" && args[0].length === 1);
  });
  // The same room of another site is another room.
  const heard = elsewhere.journal.entries.filter(({ event }) => event === "typing");
  assert.deepEqual(heard, []);
  const [users] = await elsewhere.waitFor("present");
  assert.deepEqual(users, [kAlice]);
});

test("guests, state, binary values, a plain function's acknowledgement", kCrema, async (t) => {
  const world = await python(t, {
    chat: `
@realtime.on("members")
def members(socket):
    return socket.user

@realtime.on("everybody", allow_guest=True)
def everybody(socket):
    return socket.user, socket.user_type, socket.site

@realtime.on("count")
async def count(socket):
    await socket.set("n", await socket.get("n", 0) + 1)
    return await socket.get("n")

@realtime.on("echo")
def echo(socket, data, more):
    socket.emit("echoed", (data[::-1], {"more": more}))
`,
  });
  const alice = await world.connect();
  const guest = await world.connect({ user: kGuest });
  const unheard = assert.rejects(guest.socket.timeout(500).emitWithAck("members"));
  const answer = new Promise((resolve) => guest.emit("everybody", (...all) => resolve(all)));
  assert.deepEqual(await answer, [kGuest, "Website User", kSiteA]);
  await unheard;
  assert.equal(await alice.ask("members"), kAlice);
  assert.equal(await alice.ask("count"), 1);
  assert.equal(await alice.ask("count"), 2);
  alice.emit("echo", Buffer.from([1, 2, 255]), Buffer.alloc(3, 7));
  const [reversed, { more }] = await alice.waitFor("echoed");
  assert.deepEqual([...reversed], [255, 2, 1]);
  assert.deepEqual([...more], [7, 7, 7]);
});

test("what a handler raises is logged with its place, and swallowed", kCrema, async (t) => {
  const world = await python(t, {
    chat: `
@realtime.on("bad")
def bad(socket):
    raise ValueError("broken")

@realtime.on("worse")
async def worse(socket):
    raise SystemExit(3)
${kChat}`,
    desk: "import no_such_module\n",
  });
  const alice = await world.connect();
  alice.emit("bad");
  alice.emit("worse");
  alice.emit("hello_chat");
  await alice.waitFor("chat");
  await world.server.logged(/app=chat msg="a handler failed" event=bad file=.*handlers.py line=5/);
  await world.server.logged(/app=chat msg="a handler failed" event=worse/);
  await world.server.logged(/app=desk .*apps\/desk\/desk\/realtime\/handlers.py:2.*no_such_module/);
  assert.deepEqual(alice.disturbances, []);
});

// How an app misbehaves, and what the log says.
const kFaults = {
  "an endless loop": {
    handler: 'async def fault(socket):\n    while True:\n        pass\n',
    reason: /reason="a handler does not return"/,
    file: /file=apps\/bad\/bad\/realtime\/handlers.py:\d+/,
  },
  "memory without end": {
    handler:
      "def fault(socket):\n    kept = []\n    while True:\n        kept.append(bytearray(9**7))\n",
    reason: /reason="it uses more than 128 MiB of memory"/,
    file: /file=apps\/bad\/bad\/realtime\/handlers.py:\d+/,
  },
  "a crash": {
    handler: "def fault(socket):\n    import os\n    os.kill(os.getpid(), 11)\n",
    reason: /reason="it ended with signal 11/,
    file: /file=apps\/bad/,
  },
};

for (const [name, { handler, reason, file }] of Object.entries(kFaults)) {
  test(`${name} is charged to its app, and the others go on`, kCrema, async (t) => {
    const bad = `\n@realtime.on("fault")\n${handler}`;
    const config = { crema: { handler_stall_max: "1s", handler_memory_max: 128 } };
    const world = await python(t, { chat: kChat, bad }, { config });
    const alice = await world.connect();
    alice.emit("fault");
    const line = await world.server.logged(reason);
    assert.match(line, /app=bad/);
    assert.match(line, file);
    alice.emit("hello_chat");
    await alice.waitFor("chat", () => true, { ms: 30_000 });
    await alice.pingPong();
    assert.deepEqual(alice.disturbances, []);
  });
}

test("in developer mode a changed file is loaded anew", kCrema, async (t) => {
  const answering = (text) => `\n@realtime.on("n")\ndef n(socket):\n    return "${text}"\n`;
  const config = { developer_mode: 1 };
  const world = await python(t, { chat: answering("one") }, { config });
  const alice = await world.connect();
  assert.equal(await alice.ask("n"), "one");
  write(world, "chat", answering("two"));
  await eventually("the new answer", async () => (await alice.ask("n")) === "two");
  assert.deepEqual(alice.disturbances, []);
});

test("the bench's own Python, with Frappe's context", kCrema, async (t) => {
  const world = await World.create(t, { server: null });
  world.web.apps = ["frappe", "chat"];
  write(
    world,
    "chat",
    `
import frappe

@realtime.on("save", frappe_context=True)
def save(socket, fails):
    if fails:
        frappe.throw("no")
    print("saved by", frappe.session.user)
    return frappe.realtime.publish_realtime
`,
  );
  // A stub of what a handler's context needs of Frappe; it tells what is done to it.
  world.bench.write("apps/frappe/frappe/realtime.py", "publish_realtime = 'its own'\n");
  world.bench.write(
    "apps/frappe/frappe/__init__.py",
    `
import types
__version__ = "16.0.0"
session = types.SimpleNamespace(user=None)
local = types.SimpleNamespace(db=None)
db = types.SimpleNamespace(commit=lambda: print("commit"), rollback=lambda: print("rollback"))
def init(site, sites_path="."): print("init", site)
def connect(): local.db = db
def set_user(user): session.user = user
def destroy(): print("destroy")
def throw(text): raise RuntimeError(text)
`,
  );
  await world.startServer({ env: { PYTHONPATH: `${world.bench.path}/apps/frappe` } });
  const alice = await world.connect();
  assert.equal(await alice.ask("save", false), "its own");
  await world.server.logged(new RegExp(`app=chat msg="saved by ${kAlice}"`));
  const said = () =>
    world.server.child.stderr.entries
      .map((line) => /app=chat msg="?(init|commit|rollback|destroy)/.exec(line)?.[1])
      .filter(Boolean);
  await eventually("it is over", () => said().includes("destroy"));
  assert.deepEqual(said(), ["init", "commit", "destroy"]);
  await alice.ask("save", true);
  await eventually("it is over", () => said().length === 6);
  assert.deepEqual(said().slice(3), ["init", "rollback", "destroy"]);
});
