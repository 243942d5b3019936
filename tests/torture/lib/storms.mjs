// Clients that nobody wishes for, many of them at once, beside those whose logs are read.

import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";

import { eventually, within } from "../../e2e/lib/journal.mjs";
import { kOpcode, RawWebSocket, siteHeaders } from "../../e2e/lib/raw.mjs";
import { Scope } from "../../e2e/lib/scope.mjs";
import { reset } from "./fault_proxy.mjs";
import { kIdler, kSites } from "./installation.mjs";
import { cpuSeconds } from "../../e2e/lib/process.mjs";

// Descriptors that are left while they run out.
const kSpareDescriptors = 6;
// A loop that waits takes none of a processor, one that spins all of it.
const kBusyShareMax = 0.9;
const kServedMs = 10_000;
// More than a paused reader's kernel buffers and its queue hold together.
const kUnreadBytesMax = 64e6;

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

const cookie = (installation, site, name = kIdler) => installation.user(site, name).sid;

const join = (scope, { installation }, site) =>
  RawWebSocket.join(scope, installation.server, { site, sid: cookie(installation, site) });

// Runs `act(scope)`, and ends what it opened. A server that is out of order lets nobody in: what
// the storm could not do is no finding.
async function inScope(act) {
  const scope = new Scope();
  try {
    await act(scope);
  } finally {
    await scope.close();
  }
}

const flood = (packets) => (all, { clients, each }) =>
  inScope(async (scope) => {
    const one = async (site) => {
      const ws = await join(scope, all, site);
      for (let i = 0; i < each; ++i) ws.send(packets(site, i));
      await looked(ws, site);
    };
    await Promise.all(Array.from({ length: clients }, (_, i) => one(kSites[i % kSites.length])));
  });

// Fulfils when everything that was sent has been looked at, or the connection has ended over it.
async function looked(ws, site) {
  ws.send(`42/${site},["ping"]`);
  await ws.message((text) => text.endsWith('["pong"]'), "a pong").catch(() => {});
}

async function manyConnections({ installation, random }, { count }) {
  const { port } = installation.server;
  const sockets = Array.from({ length: count }, (_, i) => {
    const socket = connect({ port, host: "127.0.0.1" }).on("error", () => {});
    const lines = Object.entries(siteHeaders({ site: kSites[i % 2], sid: `${i}` }));
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
    const request = `GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\n${head}\r\n`;
    socket.write(request.slice(0, random.between(1, request.length)));
    return socket;
  });
  await sleep(random.between(0, 200));
  for (const socket of sockets) {
    if (random.chance(0.5) && !socket.destroyed) reset(socket);
    else socket.destroy();
  }
}

const kOdd = [
  "9",
  "4",
  "42[]",
  '42/a.localhost,["connect"]',
  "451-[]",
  "40/../etc,",
  '42/a.localhost,["ping",NaN]',
  "4".repeat(2_000),
  Buffer.from([0]),
];

const oddPackets = (all, { count }) =>
  inScope(async (scope) => {
    for (let i = 0; i < count; ++i) {
      const site = all.random.pick(kSites);
      const ws = await join(scope, all, site);
      const odd = all.random.pick(kOdd);
      if (Buffer.isBuffer(odd)) ws.sendFrame({ opcode: kOpcode.binary, payload: odd });
      else ws.send(odd);
      if (all.random.chance(0.3)) ws.sendBytes(Buffer.from("nothing that is a frame"));
      await looked(ws, site);
    }
  });

// The publisher is faster than this client: it has to go, and only it.
const stoppedReader = (all, { bytes }) =>
  inScope(async (scope) => {
    const { installation, random } = all;
    const site = random.pick(kSites);
    const ws = await join(scope, all, site);
    ws.stopReading();
    const isSlow = ({ reason }) => reason === "slow client";
    const dropped = () => installation.server.metric("crema_disconnects_total", isSlow);
    const before = await dropped();
    const event = { site, room: `user:${kIdler}`, event: "much", message: "x".repeat(bytes) };
    const isReady = async () => (await installation.server.admin("/ready")).status === 200;
    await eventually("a subscription", isReady);
    for (let sent = 0; (await dropped()) === before; sent += 10 * bytes) {
      if (sent > kUnreadBytesMax) return all.findings.push("a reader that stopped was kept");
      for (let i = 0; i < 10; ++i) await installation.redis.publish(event);
    }
  });

// A new descriptor is the lowest number that is free.
function limitThatLeaves(spare, pid) {
  const taken = new Set(readdirSync(`/proc/${pid}/fd`).map(Number));
  let limit = 0;
  for (let free = 0; free < spare; ++limit) if (!taken.has(limit)) ++free;
  return limit;
}

const setDescriptors = (pid, count) =>
  execFileSync("prlimit", ["--pid", `${pid}`, `--nofile=${count}:`]);

// GET /health on a connection that there is already: the status, undefined when it has ended.
function healthOn(socket) {
  const answer = new Promise((resolve) => {
    socket.once("data", (head) => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1])));
    socket.once("close", () => resolve(undefined));
    socket.write("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
  });
  return within(kServedMs, "an answer to who waited for a descriptor", answer);
}

// `shareMax`: of a processor, that the server may take while nothing can be accepted.
export async function descriptorsRunOut(all, { ms, shareMax = kBusyShareMax }) {
  const { installation, findings } = all;
  const { pid, server } = installation;
  const { port } = server;
  const limit = /^Max open files\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/limits`, "latin1"))[1];
  // Who asks the web process, or Redis, has none either.
  installation.weather.bad();
  const sockets = [];
  try {
    setDescriptors(pid, limitThatLeaves(kSpareDescriptors, pid));
    for (let i = 0; i < 8 * kSpareDescriptors; ++i)
      sockets.push(connect({ port, host: "127.0.0.1" }).on("error", () => {}));
    const [begin, before] = [performance.now(), cpuSeconds(pid)];
    await sleep(ms);
    const share = ((cpuSeconds(pid) - before) * 1000) / (performance.now() - begin);
    if (share > shareMax)
      findings.push(`without descriptors the server took ${share.toFixed(2)} of a processor`);
    setDescriptors(pid, limit);
    // The kernel took this one, the server could not.
    const status = await healthOn(sockets.at(-1));
    if (status !== 200) findings.push(`who waited for a descriptor was answered ${status}`);
  } finally {
    setDescriptors(pid, limit);
    for (const socket of sockets) socket.destroy();
    installation.weather.good();
  }
  await eventually("an answer after descriptors ran out", async () => {
    const { status } = await server.get("/health");
    return status === 200;
  });
}

export const storms = {
  "storm: CONNECTs": flood((_site, i) => `40/flood-${i}.localhost,`),
  "storm: subscriptions": flood((site, i) => `42/${site},["doctype_subscribe","F${i}"]`),
  "storm: connections": manyConnections,
  "storm: packets nobody sends": oddPackets,
  "storm: a reader that stops": stoppedReader,
  "storm: descriptors run out": descriptorsRunOut,
};
