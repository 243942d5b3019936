// A web process that answers what no web process does. Nobody is let in by it, nobody else waits
// for it, and nothing of it stays. One test for each row of docs/protocol/hostile.md.

import assert from "node:assert/strict";
import test from "node:test";
import { gzipSync } from "node:zlib";

import { Arena } from "./lib/arena.mjs";
import { cremaOnly } from "./lib/crema.mjs";
import { kPermission, kUserInfo } from "./lib/fake_web.mjs";
import { Journal } from "./lib/journal.mjs";
import { residentBytes } from "./lib/process.mjs";
import * as faults from "./lib/web_faults.mjs";
import { kBob, kGuest, kSiteA, kSiteB } from "./lib/world.mjs";

const kOptions = cremaOnly("believes some of it, and dies of some", { timeout: 120_000 });
const kMiB = 1 << 20;
const kGrowthMax = 32 * kMiB;
const kEndedMs = 30_000;
// As if the visitor were somebody else: nothing may come of it.
const kAdministrator = JSON.stringify({
  message: { user: "Administrator", user_type: "System User", installed_apps: ["frappe"] },
});

const headOf = (status, ...headers) => `HTTP/1.1 ${status}\r\n${headers.join("\r\n")}\r\n\r\n`;
const lengthOf = (text) => `Content-Length: ${Buffer.byteLength(text)}`;
const kFine = headOf("200 OK", lengthOf(kAdministrator)) + kAdministrator;

// Writes what is no answer that Node's HTTP would write, and leaves the connection as it is.
const raw = (bytes) => (_request, { socket }) => socket.write(bytes, "latin1");
const rawThenEnd = (bytes) => (_request, { socket }) => socket.end(bytes, "latin1");
const rawThenReset = (bytes) => (_request, { socket }) =>
  socket.write(bytes || "\r", "latin1", () => socket.resetAndDestroy());

// `head`, and then more and more for as long as somebody reads.
const endless = (head, chunk) => (_request, { socket }) => {
  const more = () => {
    while (!socket.destroyed && socket.write(chunk)) continue;
  };
  socket.on("drain", more);
  socket.write(head);
  more();
};

// A byte from time to time.
const dripping = (text) => (_request, { socket }) => {
  let at = 0;
  const drop = setInterval(() => socket.write(text[at++ % text.length]), 100);
  socket.on("close", () => clearInterval(drop));
};

const kAnswers = {
  "no content": raw(headOf("204 No Content")),
  "not modified": raw(headOf("304 Not Modified")),
  "a status that there is not": raw(headOf("999 Odd", lengthOf(kAdministrator)) + kAdministrator),
  "a status of two digits": raw(headOf("20 OK", lengthOf(kAdministrator)) + kAdministrator),
  "an error with somebody's name": raw(headOf("500 X", lengthOf(kAdministrator)) + kAdministrator),
  "a picture": raw(`${headOf("200 OK", "Content-Type: image/png", "Content-Length: 4")}\x89PNG`),
  "no HTTP": rawThenEnd("nonsense without end of line"),
  "an answer of Redis": rawThenEnd("+OK\r\n"),
  "a gzip bomb": (_request, response) => {
    const headers = { "Content-Type": "application/json", "Content-Encoding": "gzip" };
    response.writeHead(200, headers).end(gzipSync(Buffer.alloc(100 * kMiB, " ")));
  },
  "half a body, then the end": rawThenEnd(`${headOf("200 OK", "Content-Length: 999")}{"message"`),
  "half a chunk, then the end": rawThenEnd(
    `${headOf("200 OK", "Transfer-Encoding: chunked")}ff\r\n{"mess`,
  ),
  "half a head, then the end": rawThenEnd("HTTP/1.1 200 OK\r\nContent-Le"),
  "a reset before anything": rawThenReset(""),
  "a reset amid the head": rawThenReset("HTTP/1.1 200 OK\r\nConte"),
  "a reset amid the body": faults.resetMidway,
  "two lengths": raw(
    headOf("200 OK", "Content-Length: 5", lengthOf(kAdministrator)) + kAdministrator,
  ),
  "a length below zero": raw(headOf("200 OK", "Content-Length: -1") + kAdministrator),
  "a length of 2^64 bytes": raw(headOf("200 OK", "Content-Length: 18446744073709551616")),
  "a length and chunks": raw(
    `${headOf("200 OK", "Content-Length: 5", "Transfer-Encoding: chunked")}5\r\nhello\r\n0\r\n\r\n`,
  ),
  "a chunk of 2^64 bytes": raw(
    `${headOf("200 OK", "Transfer-Encoding: chunked")}10000000000000000\r\n`,
  ),
  "interim answers without end": endless("", headOf("100 Continue").repeat(100)),
  "headers without end": endless("HTTP/1.1 200 OK\r\n", "X-More: and more\r\n".repeat(100)),
  "a header without end": endless("HTTP/1.1 200 OK\r\nX-Long: ", "x".repeat(16_384)),
  "a body without end": endless(`${headOf("200 OK")}{"message":"`, "x".repeat(16_384)),
  "a body that drips": dripping(`${headOf("200 OK")}{"message":"slow"}`),
  "nothing at all": () => {},
  "two answers to one question": raw(`${headOf("200 OK", "Content-Length: 2")}{}${kFine}`),
};

const sidOf = (name) => `who-gets-${name.replace(/\W+/g, "-")}`;

// Answers every question about the visitor so. `ended` tells when Crema hung up.
function harm(world, ended, name, answer) {
  const cookie = `sid=${sidOf(name)}`;
  const fault = (request, response) => {
    response.socket.once("close", () => ended.push({ name }));
    answer(request, response);
  };
  return world.web.fault(kUserInfo, fault, ({ headers }) => headers.cookie === cookie);
}

test("answers about a visitor that are none", kOptions, async (t) => {
  const arena = await Arena.create(t);
  const { world } = arena;
  const { pid } = world.server.child.process;
  const elsewhere = await faults.attacker(world.scope);
  const rows = {
    ...kAnswers,
    "a redirect": faults.redirect(`http://127.0.0.1:${elsewhere.port}/`),
  };
  const ended = new Journal("ends of connections to the web process");
  const before = residentBytes(pid);
  const heals = Object.entries(rows).map(([name, answer]) => harm(world, ended, name, answer));
  const clients = Object.fromEntries(
    Object.keys(rows).map((name) => [name, world.open({ sid: sidOf(name), name })]),
  );
  await t.test("the other site lets somebody in meanwhile", async () => {
    const bob = await world.connect({ site: kSiteB, user: kBob, mode: "default" });
    await bob.pingPong();
    bob.close();
  });
  for (const name of Object.keys(rows)) {
    await t.test(`${name}: Crema hangs up, and lets nobody in`, async () => {
      await ended.wait((end) => end.name === name, "Crema hanging up", { ms: kEndedMs });
      // Refused, or still waiting, or sent away after it waited long enough.
      for (const { kind, message, reason } of clients[name].journal.entries)
        assert.match(`${kind} ${message ?? reason}`, /^connect_error Unauthorized|^disconnect tr/);
    });
  }
  await t.test("nobody else was asked, and memory did not grow", () => {
    assert.deepEqual(elsewhere.requests.entries, []);
    const grown = residentBytes(pid) - before;
    assert.ok(grown < kGrowthMax, `${grown} bytes`);
  });
  await t.test("everybody is let in when the web process is well", async () => {
    for (const heal of heals) heal();
    const all = Object.values(clients);
    await Promise.all(all.map(letIn));
    const event = { site: kSiteA, room: `user:${kGuest}`, event: "welcome", message: 1 };
    const received = await world.deliveries(all, () => world.redis.publish(event));
    for (const { name } of all) assert.deepEqual(received[name], [["welcome", 1]], name);
    for (const client of all) client.close();
  });
  await arena.unharmed();
});

// A client that was refused comes again, as a page that is loaded anew; others have been waiting.
async function letIn(client) {
  const isIn = ({ kind }) => kind === "connect";
  if (client.journal.entries.some(({ kind }) => kind === "connect_error")) client.socket.connect();
  await client.journal.wait(isIn, "connect", { ms: 45_000 });
}

test("answers about a permission that are none join nothing", kOptions, async (t) => {
  // A web process that does not answer is asked again for so long.
  const arena = await Arena.create(t, { config: { crema: { auth_wait: 2 } } });
  const { world } = arena;
  const alice = await world.connect();
  const ended = new Journal("ends of connections to the web process");
  const doctypes = Object.keys(kAnswers).filter((name) => name !== "two answers to one question");
  const heals = doctypes.map((doctype) => {
    const fault = (request, response) => {
      response.socket.once("close", () => ended.push({ name: doctype }));
      kAnswers[doctype](request, response);
    };
    return world.web.fault(kPermission, fault, ({ query }) => query.doctype === doctype);
  });
  const answers = doctypes.map((doctype) => alice.ask("doctype_subscribe", doctype));
  for (const [i, doctype] of doctypes.entries()) {
    await t.test(doctype, async () => {
      assert.equal((await answers[i]).ok, false);
      await ended.wait(({ name }) => name === doctype, "Crema hanging up");
    });
  }
  for (const heal of heals) heal();
  const received = await world.deliveries([alice], async () => {
    for (const doctype of doctypes)
      await world.redis.publish({
        site: kSiteA,
        room: `doctype:${doctype}`,
        event: "list_update",
        message: doctype,
      });
  });
  assert.deepEqual(received[alice.name], []);
  alice.close();
  await arena.unharmed();
});
