import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";

import { PlayedServer } from "./server.mjs";

const kQuiet = "module.exports = () => {};";

test("the documented example answers", async (t) => {
  const chat = `function chat_app_handlers(socket) {
    socket.on("hello_chat", () => { console.log("hello world!"); socket.emit("hi", socket.user); });
  }
  module.exports = chat_app_handlers;`;
  const server = PlayedServer.start(t, { chat });
  server.open("s1");
  server.event("s1", "hello_chat");
  assert.match((await server.waitFor("hello")).runtime, /^node v/);
  await server.waitFor("loaded", { app: "chat", text: undefined });
  assert.deepEqual(await server.waitFor("log"), {
    type: "log",
    app: "chat",
    level: "info",
    text: "hello world!",
  });
  const emit = await server.waitFor("emit");
  assert.deepEqual(emit, {
    type: "emit",
    site: "a",
    event: "hi",
    args: ["alice@example.com"],
    socket: "s1",
  });
});

test("a file that does not load is told with its line", async (t) => {
  const server = PlayedServer.start(t, {
    chat: "module.exports = {};",
    desk: "\n\nconst = 1;",
    late: "require('./nothing_here');",
    thrower: "\nthrow new Error('no');",
  });
  await server.waitFor("ready");
  const told = (app) => {
    const { file, text, line } = server.heard.find((m) => m.type === "loaded" && m.app === app);
    return [file.replace(/^apps\//, ""), text, line];
  };
  assert.deepEqual(told("chat"), [
    "chat/realtime/handlers.js",
    "module.exports must be a function, got object",
    undefined,
  ]);
  const [file, text, line] = told("desk");
  assert.equal(file, "desk/realtime/handlers.js");
  assert.match(text, /^SyntaxError/);
  assert.equal(line, 3);
  assert.match(told("late")[1], /Cannot find module '\.\/nothing_here'/);
  assert.deepEqual(told("thrower"), ["thrower/realtime/handlers.js", "Error: no", 2]);
});

test("a throw, a rejection and a bad timer are each told of their own app", async (t) => {
  const server = PlayedServer.start(t, {
    chat: `module.exports = (socket) => {
      socket.on("throw", () => { throw new TypeError("t"); });
      socket.on("throw", () => socket.emit("second"));
      socket.on("reject", async () => { await null; throw new Error("r"); });
      socket.on("timer", () => setTimeout(() => { throw new Error("late"); }, 1));
      socket.on("loose", () => { Promise.reject("text"); });
      socket.on("exit", () => process.exit(3));
    };`,
    desk: kQuiet,
  });
  server.open("s1");
  for (const event of ["throw", "reject", "timer", "loose", "exit"]) {
    const from = server.heard.length;
    server.event("s1", event);
    const error = await server.waitFor("error", {}, from);
    assert.equal(error.app, "chat", event);
    if (event !== "loose") assert.equal(error.file, "apps/chat/realtime/handlers.js", event);
  }
  await server.waitFor("emit", { event: "second" });
  assert.equal(server.process.exitCode, null);
});

test("the watch says which line does not return", async (t) => {
  const server = PlayedServer.start(t, {
    chat: kQuiet,
    desk: `module.exports = (socket) => {
      socket.on("spin", () => {
        for (;;) {}
      });
    };`,
  });
  server.open("s1");
  await server.settled();
  server.event("s1", "spin");
  server.send({ type: "ping", call: 99 });
  server.where();
  const where = await server.waitFor("where");
  assert.deepEqual(where, {
    type: "where",
    app: "desk",
    file: "apps/desk/realtime/handlers.js",
    line: 3,
  });
  assert.equal(readFileSync(join(server.bench, "slot")).readUInt32BE(), 1);
});

test("rooms are mirrored, and what others join is not told back", async (t) => {
  const server = PlayedServer.start(t, {
    chat: `module.exports = (socket) => {
      socket.on("rooms", (reply) => reply(
        [...socket.rooms],
        [...socket.nsp.adapter.rooms].map(([room, ids]) => [room, [...ids]]),
        [...socket.nsp.sockets.keys()],
      ));
      socket.on("join", (room) => socket.join(room));
    };`,
  });
  server.open("s1");
  server.open("s2");
  server.event("s1", "join", ["r"]);
  server.send({ type: "join", site: "a", socket: "s2", rooms: ["r"] });
  server.send({ type: "leave", site: "a", socket: "s1", rooms: ["all"] });
  server.event("s1", "rooms", [], { ack: 7 });
  const { args } = await server.waitFor("ack", { ack: 7 });
  assert.deepEqual(args, [
    ["s1", "r"],
    [
      ["s1", ["s1"]],
      ["all", ["s2"]],
      ["s2", ["s2"]],
      ["r", ["s1", "s2"]],
    ],
    ["s1", "s2"],
  ]);
  const joins = server.heard.filter(({ type }) => type === "join");
  assert.deepEqual(joins, [{ type: "join", site: "a", socket: "s1", rooms: ["r"] }]);
});

test("binary arguments go both ways", async (t) => {
  const server = PlayedServer.start(t, {
    chat: `module.exports = (socket) => {
      socket.on("audio", (frame, more, reply) => {
        socket.to("call").emit("audio", { frame, n: frame.length, u8: new Uint8Array([1, 2]) });
        reply(Buffer.from(frame).reverse(), more.deep[0].toString());
      });
    };`,
  });
  server.open("s1");
  const args = [{ _placeholder: true, num: 0 }, { deep: [{ _placeholder: true, num: 1 }] }];
  server.send({ type: "event", site: "a", socket: "s1", event: "audio", args, ack: 2 }, [
    Buffer.from([1, 2, 3]),
    Buffer.from("deep"),
  ]);
  const ack = await server.waitFor("ack", { ack: 2 });
  assert.deepEqual(ack.args, [{ _placeholder: true, num: 0 }, "deep"]);
  assert.deepEqual([...ack.attachments[0]], [3, 2, 1]);
  const emit = await server.wait(({ type, attachments }) => type === "emit" && attachments);
  assert.deepEqual(emit.rooms, ["call"]);
  assert.deepEqual(emit.except, ["s1"]);
  assert.equal(emit.args[0].n, 3);
  assert.deepEqual(
    emit.attachments.map((a) => [...a]),
    [
      [1, 2, 3],
      [1, 2],
    ],
  );
});

test("each answer to a broadcast gets its own attachments back", async (t) => {
  const server = PlayedServer.start(t, {
    chat: `module.exports = (socket) => {
      socket.on("ask", (reply) => socket.nsp.emit("sample", (_, answers) => {
        reply(answers.map((answer) => answer?.bytes ? [...answer.bytes] : answer));
      }));
    };`,
  });
  server.open("s1");
  server.event("s1", "ask", [], { ack: 1 });
  const { call } = await server.waitFor("emit", { event: "sample" });
  const first = { bytes: { _placeholder: true, num: 0 } };
  const args = [first, { _placeholder: true, num: 0 }, "text", first];
  server.send(
    { type: "acked", call, complete: true, args, attachments: [1, 0, 0, 1] },
    [Buffer.from([1]), Buffer.from([2, 3])],
  );
  const { args: answered } = await server.waitFor("ack", { ack: 1 });
  assert.deepEqual(answered, [[[1], { _placeholder: true, num: 0 }, "text", [2, 3]]]);
});

test("a permission that is denied settles, and nobody need listen", async (t) => {
  const server = PlayedServer.start(t, {
    chat: `module.exports = (socket) => {
      socket.on("old", () => socket.has_permission("ToDo").then(() => socket.join("todo")));
      socket.on("new", async (reply) => {
        reply(await socket.has_permission("ToDo", "T1").catch((error) => error.name));
      });
    };`,
  });
  server.open("s1");
  server.event("s1", "old");
  const asked = await server.waitFor("permission");
  assert.deepEqual([asked.doctype, asked.name, asked.socket], ["ToDo", "", "s1"]);
  server.send({ type: "permitted", call: asked.call, allowed: false });
  server.event("s1", "new", [], { ack: 3 });
  const second = await server.waitFor("permission", { name: "T1" });
  server.send({ type: "permitted", call: second.call, allowed: false });
  assert.deepEqual((await server.waitFor("ack")).args, ["PermissionDenied"]);
  server.event("s1", "old");
  const third = await server.wait((m) => m.type === "permission" && m.call > second.call);
  server.send({ type: "permitted", call: third.call, allowed: true });
  await server.waitFor("join");
  assert.equal(server.heard.filter(({ type }) => type === "error").length, 0);
});

test("a changed file is loaded anew in developer mode, listeners are not doubled", async (t) => {
  const text = (word) => `const { word } = require("./word");
    module.exports = (socket) => {
      socket.seen = (socket.seen ?? 0) + 1;
      socket.on("say", (reply) => reply(word, "${word}", socket.seen, socket.listenerCount("say")));
    };`;
  const server = PlayedServer.start(t, { chat: "" }, { developer_mode: true });
  server.write("chat", 'exports.word = "one";', "word.js");
  await server.waitFor("ready");
  server.open("s1");
  await server.settled();
  const say = async (ack) => {
    server.event("s1", "say", [], { ack });
    return (await server.waitFor("ack", { ack })).args;
  };
  let from = server.heard.length;
  server.write("chat", text("first"));
  await server.waitFor("loaded", { text: undefined }, from);
  assert.deepEqual(await say(1), ["one", "first", 1, 1]);
  from = server.heard.length;
  server.write("chat", 'exports.word = "two";', "word.js");
  await server.waitFor("ready", {}, from);
  assert.deepEqual(await say(2), ["two", "first", 2, 1]);
  from = server.heard.length;
  server.send({ type: "reload" });
  await server.waitFor("ready", {}, from);
  assert.deepEqual(await say(3), ["two", "first", 3, 1]);
});

test("frappe's own modules resolve where the bench has none", async (t) => {
  const server = PlayedServer.start(t, {
    chat: `const { get_conf } = require("../../frappe/node_utils");
      const { get_url } = require("../../frappe/realtime/utils.js");
      module.exports = (socket) => socket.on("conf", (reply) =>
        reply(get_conf().socketio_port, get_url(socket, "/api")));`,
  });
  server.open("s1");
  server.event("s1", "conf", [], { ack: 1 });
  assert.deepEqual((await server.waitFor("ack")).args, [9000, "http://a/api"]);
});

test("whatever comes that is no frame ends the host, and nothing else does", async (t) => {
  for (let round = 0; round < 6; ++round) {
    const server = PlayedServer.start(t, { chat: kQuiet });
    await server.waitFor("ready");
    const garbage = randomBytes(64);
    garbage.writeUInt32BE(round % 2 === 0 ? 0x7fffffff : 40, 0);
    server.sendRaw(garbage);
    await Promise.race([
      server.exited,
      new Promise((_, reject) => setTimeout(reject, 10_000, new Error("it lives")).unref()),
    ]);
    await server.stop();
  }
});

test("frames arrive whatever the pieces they come in", async (t) => {
  const server = PlayedServer.start(t, {
    chat: `module.exports = (socket) => socket.on("n", (n, reply) => reply(n));`,
  });
  server.open("s1");
  await server.settled();
  const { createRequire } = await import("node:module");
  const { encodeFrame } = createRequire(import.meta.url)("../channel.js");
  const bytes = Buffer.concat(
    Array.from({ length: 50 }, (_, n) =>
      encodeFrame({ type: "event", site: "a", socket: "s1", event: "n", args: [n], ack: n }),
    ),
  );
  for (let at = 0; at < bytes.length;) {
    const step = 1 + Math.floor(Math.random() * 97);
    server.sendRaw(bytes.subarray(at, at + step));
    at += step;
  }
  await server.waitFor("ack", { ack: 49 });
  const acks = server.heard.filter(({ type }) => type === "ack").map(({ args }) => args[0]);
  assert.deepEqual(
    acks,
    Array.from({ length: 50 }, (_, n) => n),
  );
});
