import assert from "node:assert/strict";
import test from "node:test";

import { Arena } from "./lib/arena.mjs";
import { cremaOnly, kReference } from "./lib/crema.mjs";
import { drip, exchange, http } from "./lib/raw.mjs";
import { kSiteA, kSiteB } from "./lib/world.mjs";

const kTimeout = { timeout: 120_000 };
const kPath = "/socket.io/?EIO=4";

const error = (code, message) => ({ status: 400, body: JSON.stringify({ code, message }) });
const kUnknownTransport = error(0, "Transport unknown");
const kUnknownSession = error(1, "Session ID unknown");
const kBadMethod = error(2, "Bad handshake method");
const kBadVersion = error(5, "Unsupported protocol version");

const kRequests = [
  [{ path: `${kPath}&transport=polling&sid=unknown` }, kUnknownSession],
  [{ path: `${kPath}&transport=polling&sid=__proto__` }, kUnknownSession],
  [{ path: `${kPath}&transport=polling&sid=${"A".repeat(20)}` }, kUnknownSession],
  [{ path: `${kPath}&transport=polling&sid=${"A".repeat(4_000)}` }, kUnknownSession],
  [{ path: `${kPath}&transport=polling&sid=unknown`, method: "POST", body: "40" }, kUnknownSession],
  [{ path: kPath }, kUnknownTransport],
  [{ path: `${kPath}&transport=` }, kUnknownTransport],
  [{ path: `${kPath}&transport=__proto__` }, kUnknownTransport],
  [{ path: `${kPath}&transport=constructor` }, kUnknownTransport],
  [{ path: `${kPath}&transport=hasOwnProperty` }, kUnknownTransport],
  [{ path: `${kPath}&transport=polling`, method: "POST", body: "40" }, kBadMethod],
  [{ path: `${kPath}&transport=polling`, method: "PUT", body: "40" }, kBadMethod],
  [{ path: `${kPath}&transport=polling`, method: "DELETE" }, kBadMethod],
  [{ path: "/socket.io/?EIO=3&transport=polling" }, kBadVersion],
  [{ path: "/socket.io/?EIO=5&transport=polling" }, kBadVersion],
  [{ path: "/socket.io/?transport=polling" }, kBadVersion],
];

test("requests that Engine.IO refuses", kTimeout, async (t) => {
  const arena = await Arena.create(t);
  for (const [request, expected] of kRequests) {
    const name = `${request.method ?? "GET"} ${request.path.slice(0, 80)}`;
    await t.test(name, async () => {
      const { status, body } = await http(arena.server, request);
      assert.deepEqual({ status, body }, expected);
    });
  }
  await t.test("other paths do not exist", async () => {
    for (const path of [
      "/",
      "/socket.io",
      "/api/method/ping",
      "/socket.iox/?EIO=4&transport=polling",
    ]) {
      assert.equal((await http(arena.server, { path })).status, 404, path);
    }
  });
  await arena.unharmed();
});

test("a polling session misused", kTimeout, async (t) => {
  const arena = await Arena.create(t);

  async function isGone(session) {
    const { status, body } = await session.get();
    assert.deepEqual({ status, body }, kUnknownSession);
  }

  await t.test("a body over 1,000,000 bytes: 413, empty", async () => {
    const session = await arena.openPolling();
    const { status, body } = await session.post("4".repeat(1_100_000));
    assert.deepEqual({ status, body }, { status: 413, body: "" });
  });
  await t.test("an oversized body in chunks", async () => {
    const session = await arena.openPolling();
    const { status } = await session.post("4".repeat(1_100_000), {
      "Transfer-Encoding": "chunked",
    });
    assert.equal(status, 413);
  });
  await t.test("binary content: 400, empty, and the session ends", async () => {
    const session = await arena.openPolling();
    const { status, body } = await session.post("40", {
      "Content-Type": "application/octet-stream",
    });
    assert.deepEqual({ status, body }, { status: 400, body: "" });
    await isGone(session);
  });
  for (const payload of ["abc", "7", "", "2", "a\x1eb"]) {
    await t.test(`the packet ${JSON.stringify(payload)}: ok, and the session ends`, async () => {
      const session = await arena.openPolling();
      const { status, body } = await session.post(payload);
      assert.deepEqual({ status, body }, { status: 200, body: "ok" });
      await isGone(session);
    });
  }
  await t.test("a second GET while one waits: 400, and the first gets a close", async () => {
    const session = await arena.openPolling();
    await session.join(kSiteA);
    const answers = await Promise.all([session.get(), session.get()]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400]);
    assert.equal(answers.find(({ status }) => status === 200).body, "1");
    await isGone(session);
  });
  await t.test("a poll that is broken off ends the session", async () => {
    const session = await arena.openPolling();
    // The client is done after its request: the server reads it, then the end of the connection.
    await exchange(arena.server, `GET ${session.path} HTTP/1.1\r\nHost: ${kSiteA}\r\n\r\n`, {
      end: true,
    });
    await isGone(session);
  });
  await t.test("thousands of packets in one payload", async () => {
    const session = await arena.openPolling();
    await session.join(kSiteA);
    const pings = Array.from({ length: 2_000 }, () => `42/${kSiteA},["unheard"]`);
    pings.push(`42/${kSiteA},["ping"]`);
    const { status, body } = await session.post(pings.join("\x1e"));
    assert.deepEqual({ status, body }, { status: 200, body: "ok" });
    assert.equal((await session.get()).body, `42/${kSiteA},["pong"]`);
  });
  const bounded = cremaOnly("takes any number");
  await t.test(
    "more than 10,000 packets in one payload: 400, and the session ends",
    bounded,
    async () => {
      const session = await arena.openPolling();
      const { status } = await session.post(Array.from({ length: 10_001 }, () => "3").join("\x1e"));
      assert.equal(status, 400);
      await isGone(session);
    },
  );
  await arena.unharmed();
});

// Heads that a strict server refuses: [name, bytes, status, what else the reference may say].
const kHead = `GET ${kPath}&transport=polling HTTP/1.1\r\nHost: ${kSiteA}\r\n`;
const kPost = `POST ${kPath}&transport=polling HTTP/1.1\r\nHost: ${kSiteA}\r\n`;
const kHeads = [
  ["no HTTP at all", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400],
  ["two lengths", `${kPost}Content-Length: 2\r\nContent-Length: 3\r\n\r\n40`, 400],
  [
    "a length and chunks",
    `${kPost}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    400,
  ],
  ["a negative length", `${kPost}Content-Length: -1\r\n\r\n`, 400],
  ["a control character in a header", `${kHead}X-Y: a\x0bb\x00c\r\n\r\n`, 400],
  ["a head over 16 KiB", `${kHead}Cookie: ${"a".repeat(100_000)}\r\n\r\n`, 431, [400]],
  [
    "a request line over 16 KiB",
    `GET ${kPath}&x=${"a".repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
    414,
    [400, 431],
  ],
  ["a folded header", `${kHead}X-Y: a\r\n b\r\n\r\n`, 400],
  [
    "an unknown transfer encoding",
    `${kPost}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
    400,
    [501],
  ],
];
const kStricter = [
  ["a header without a name", `${kHead}: x\r\n\r\n`, 400],
  ["two Hosts", `${kHead}Host: ${kSiteB}\r\n\r\n`, 400],
  ["more than 100 headers", `${kHead}${"X-Y: z\r\n".repeat(150)}\r\n`, 431],
  ["a byte of 0xe9 in the target", `GET /\xe9 HTTP/1.1\r\nHost: ${kSiteA}\r\n\r\n`, 400],
  ["UTF-8 in the target", `GET /\xc3\xa9 HTTP/1.1\r\nHost: ${kSiteA}\r\n\r\n`, 400],
];

test("heads that are no correct HTTP", kTimeout, async (t) => {
  const arena = await Arena.create(t);
  const stricter = cremaOnly("lets it through");
  const cases = [
    ...kHeads.map((row) => [row, {}]),
    ...kStricter.map((row) => [row, stricter]),
  ];
  for (const [[name, bytes, expected, others = []], options] of cases) {
    const statuses = [expected, ...(kReference ? others : [])];
    await t.test(name, options, async () => {
      const answer = await exchange(arena.server, Buffer.from(bytes, "latin1"));
      const status = Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
      assert.ok(statuses.includes(status), `answered ${JSON.stringify(answer.slice(0, 100))}`);
      assert.ok(!answer.includes('0{"sid"'), "a session was opened");
    });
  }
  await arena.unharmed();
});

test("a head that never ends is given up", cremaOnly("waits a minute", kTimeout), async (t) => {
  const arena = await Arena.create(t, { config: { crema: { request_deadline: "1s" } } });
  const answer = await exchange(arena.server, `${kHead}X-Slow: `);
  assert.match(answer, /^($|HTTP\/1\.1 408)/);
  // Each byte is no reason to wait as long again.
  const dripped = await drip(arena.server, `${kHead}X-Slow: ${"a".repeat(100)}`, 40);
  assert.match(dripped.answer, /^($|HTTP\/1\.1 408)/);
  assert.ok(dripped.ms > 900 && dripped.ms < 2_500, `${dripped.ms} ms`);
  await arena.unharmed();
});

const kInOrder = cremaOnly("takes them for two at a time", kTimeout);

test("two POSTs in one write are two payloads, in order", kInOrder, async (t) => {
  const arena = await Arena.create(t);
  const session = await arena.openPolling();
  const post = (body, more = "") =>
    `POST ${session.path} HTTP/1.1\r\nHost: ${kSiteA}\r\n${more}` +
    `Content-Length: ${body.length}\r\n\r\n${body}`;
  const bytes =
    post(`40/${kSiteA},`) + post(`42/${kSiteA},["ping"]`, "Connection: close\r\n");
  const answer = await exchange(arena.server, bytes);
  assert.equal(answer.match(/HTTP\/1\.1 200 OK/g).length, 2, answer);
  assert.equal(answer.match(/\r\n\r\nok/g).length, 2, answer);
  let received = "";
  while (!received.includes("pong")) received += (await session.get()).body;
  assert.match(received, /^40\/a\.localhost,\{.*\}(\x1e)?42\/a\.localhost,\["pong"\]$/);
  await arena.unharmed();
});
