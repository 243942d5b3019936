// Handler files that use the API as the public ones do (spec/frappe-realtime.md 8.2), run by `crema
// serve` and by npm's socket.io server, driven by the official client: each client sees the same
// events with the same arguments in the same order.

import assert from "node:assert/strict";
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";

import * as Y from "yjs";

import { Client } from "./lib/clients.mjs";
import { cremaOnly } from "./lib/crema.mjs";
import { startNodeHandlers } from "./lib/node_handlers.mjs";
import { within } from "./lib/journal.mjs";
import { World, kAlice, kBob, kGuest, kSiteA } from "./lib/world.mjs";

const kFolder = dirname(fileURLToPath(import.meta.url));
const kCrema = cremaOnly("is what Crema is compared with", { timeout: 120_000 });

// What every file gets at its end: handlers answer in order, so what came before is done. (Frappe's
// own events are answered by Crema itself, which may be sooner.)
const kSettled = `
const own = module.exports;
module.exports = (socket) => {
  own(socket);
  socket.on("settled", (reply) => reply());
};
`;

// What a client saw, in order.
function seen(client) {
  const plain = (arg) => (typeof arg === "function" ? "(asks for an acknowledgement)" : arg);
  return client.journal.entries.map((entry) =>
    entry.kind === "event" ? [entry.event, ...entry.args.map(plain)] : [`(${entry.kind})`],
  );
}

// All arguments of an acknowledgement.
function ask(client, event, ...args) {
  const answer = new Promise((resolve) => {
    client.socket.emit(event, ...args, (...answers) => resolve(answers));
  });
  return within(15_000, `the acknowledgement of ${event}`, answer);
}

// Runs `play(clients, ask)` against both servers. What it notes and what the clients saw must be
// equal.
async function compare(t, app, play) {
  const world = await World.create(t, { server: null, handlers: { [app]: "" } });
  world.web.allow(kSiteA, kAlice, "Channel", "general");
  world.web.allow(kSiteA, kBob, "Channel", "general");
  const file = join(world.bench.path, `apps/${app}/realtime/handlers.js`);
  writeFileSync(file, readFileSync(join(kFolder, `handlers/${app}.js`), "utf8") + kSettled);
  symlinkSync(resolve(kFolder, "node_modules"), join(world.bench.path, `apps/${app}/node_modules`));
  await world.startServer();
  const users = [kAlice, kBob, kGuest].map((name) => world.credentials(kSiteA, name));
  const node = await startNodeHandlers(world.scope, {
    files: [file],
    apps: world.web.apps,
    userOf: (sid) => users.find((user) => user.sid === sid) ?? users[2],
    mayRead: (user, doctype, name) =>
      user !== kGuest && doctype === "Channel" && name === "general",
  });
  const results = [];
  for (const server of [world.server, node]) {
    const notes = [];
    const clients = [];
    for (const user of [kAlice, kBob, kGuest]) {
      const { sid } = world.credentials(kSiteA, user);
      const options = { site: kSiteA, mode: "websocket", name: user, sid };
      options.client = { query: { flavour: "dark" }, auth: { word: user } };
      clients.push(await Client.connect(world.scope, server, options));
    }
    await play(clients, (...note) => notes.push(note));
    for (const client of clients) if (client.socket.connected) await ask(client, "settled");
    results.push({ notes, seen: clients.map(seen) });
    for (const client of clients) client.close();
  }
  assert.deepEqual(results[0].notes, results[1].notes);
  results[0].seen.forEach((events, i) =>
    assert.deepEqual(events, results[1].seen[i], `client ${i}`),
  );
  return results[0];
}

test("typing indicators, a permission, presence through adapter.rooms", kCrema, async (t) => {
  const { seen } = await compare(t, "typing", async ([alice, bob, guest]) => {
    alice.emit("fire");
    for (const client of [alice, bob]) {
      client.emit("channel_open", "general");
      await client.waitFor("channel_opened");
    }
    guest.emit("channel_open", "general");
    for (const client of [alice, bob]) {
      client.emit("channel_typing", "general");
      await ask(client, "settled");
    }
    alice.emit("channel_typing_stopped", "general");
    await ask(alice, "settled");
    alice.emit("channel_typing", "general");
    await ask(alice, "settled");
    await ask(bob, "settled"); // He has what was sent to him.
    bob.close();
    await alice.waitFor("typer_leaves");
  });
  assert.ok(seen[0].some(([event]) => event === "channel_typers"));
  assert.ok(!seen[2].some(([event]) => event === "channel_typers"));
});

test("ticket viewers, state on the socket, the end of one", kCrema, async (t) => {
  await compare(t, "tickets", async ([alice, bob, guest], note) => {
    for (const client of [alice, bob, guest]) note(...(await ask(client, "view_ticket", "T-1")));
    bob.emit("ticket_typing", "T-1");
    await ask(bob, "settled");
    guest.emit("stop_view_ticket", "T-1");
    await ask(guest, "settled");
    bob.emit("notify_ticket_update", "T-1", "status", "Open", { a: [1, null] }, 5);
    await ask(bob, "settled");
    await ask(bob, "settled"); // He has what was sent to him.
    bob.close();
    await alice.waitFor("viewer_left");
    await alice.waitFor("ticket_viewers", ({ viewers }) => viewers.length === 1);
  });
});

test("acknowledgements, ids as rooms, limits, middlewares, flags", kCrema, async (t) => {
  await compare(t, "relay", async ([alice, bob, guest], note) => {
    for (const client of [alice, bob, guest]) {
      client.socket.on("question", (word, reply) => reply(`${client.name}: ${word}`));
    }
    const answerWith = (client, answer) =>
      client.socket.on("sample", (sample, reply) => reply(answer(sample)));
    answerWith(alice, (sample) => ({ of: kAlice, bytes: Buffer.concat([sample, sample]) }));
    answerWith(bob, () => "no bytes, but a {\"_placeholder\":true,\"num\":0}");
    answerWith(guest, (sample) => ({ bytes: Buffer.from(sample).reverse(), of: kGuest }));
    for (let i = 0; i < 5; ++i) note(...(await ask(alice, "limited")));
    note(...(await ask(alice, "query")));
    note(...(await ask(alice, "tell", bob.socket.id, "psst")));
    note(...(await ask(alice, "tell", "nobody's", "psst")));
    note(...(await ask(bob, "told_by")));
    note(...(await ask(alice, "ask_client", "why")));
    note(...(await ask(alice, "ask_silent")));
    note(...(await ask(alice, "ask_with_promise")));
    note(...(await ask(alice, "ask_all")));
    note(...(await ask(alice, "ask_all_for_bytes")));
    alice.emit("blocked", "this");
    await alice.waitFor("refused");
    for (const event of ["any", "only_once", "only_once", "broadcast", "off"]) {
      alice.emit(event, 1, 2);
      await ask(alice, "settled");
      await ask(bob, "settled");
    }
    note(...(await ask(alice, "reserved")));
    note(...(await ask(alice, "rooms")));
    note(...(await ask(guest, "rooms")));
    note(...(await ask(alice, "fetch")));
    bob.emit("end");
    await bob.journal.wait(({ kind }) => kind === "disconnect", "the end");
  });
});

test("binary audio frames of 20 ms, both ways", kCrema, async (t) => {
  const frame = (n) =>
    Buffer.from(Int16Array.from({ length: 320 }, (_, i) => (i * n) % 997).buffer);
  const { seen } = await compare(t, "audio", async ([alice, bob, guest], note) => {
    for (const client of [alice, bob]) note(...(await ask(client, "call_join", 7)));
    for (let n = 1; n <= 100; ++n) alice.emit("call_audio", frame(n));
    await bob.waitFor("call_audio", ({ n }) => n === 100);
    guest.emit("call_audio", frame(1));
    const frames = [1, 2].map((n) => ({ pcm: frame(n) }));
    note(...(await ask(alice, "call_checksum", frames)));
  });
  assert.equal(seen[1].filter(([event]) => event === "call_audio").length, 100);
});

test("yjs from npm keeps a document", kCrema, async (t) => {
  const { notes } = await compare(t, "yjs", async ([alice, bob], note) => {
    const mine = new Y.Doc();
    mine.clientID = 1;
    alice.emit("yjs-connect", "d");
    bob.emit("yjs-connect", "d");
    await alice.waitFor("yjs-sync");
    await bob.waitFor("yjs-sync");
    mine.getText("body").insert(0, "hello");
    alice.emit("yjs-message", "d", Y.encodeStateAsUpdate(mine));
    await bob.waitFor("yjs-message");
    note(...(await ask(alice, "yjs-text", "d")));
  });
  assert.deepEqual(notes, [["hello"]]);
});
