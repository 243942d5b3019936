#!/usr/bin/env node
// What a handler costs: round trips client event -> handlers.js -> acknowledgement, under `crema
// serve` and under npm's socket.io server: the same file, the same clients, turn by turn.
//
//   CREMA_BIN=build/release/bin/crema node bench/handlers.mjs [--clients 50] [--seconds 5]
//                                                             [--rounds 3]
//
// Both servers are processes of their own; the clients are the official ones, in this process,
// which is what limits the rate. CPU time is what the servers used: with Crema, it and its host.

import { spawn } from "node:child_process";
import { createHistogram } from "node:perf_hooks";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";

import { Client } from "../tests/e2e/lib/clients.mjs";
import { Scope } from "../tests/e2e/lib/scope.mjs";
import { World, kAlice, kSiteA } from "../tests/e2e/lib/world.mjs";

const kHandlers = `module.exports = (socket) => {
  socket.on("work", (n, text, reply) => reply({ n, length: text.length, user: socket.user }));
};`;
const kClockTicks = 100;

const { values } = parseArgs({
  options: {
    clients: { type: "string", default: "50" },
    seconds: { type: "string", default: "5" },
    rounds: { type: "string", default: "3" },
  },
});
const [kClients, kSeconds, kRounds] = [values.clients, values.seconds, values.rounds].map(Number);

function statOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

// Seconds of CPU of the process and its children.
function cpuOf(pid) {
  let ticks = 0;
  for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = statOf(entry);
      if (Number(entry) === pid || Number(stat[1]) === pid)
        ticks += Number(stat[11]) + Number(stat[12]);
    } catch {
      // It has ended.
    }
  }
  return ticks / kClockTicks;
}

async function measure(scope, { server, pid }, world) {
  const { sid } = world.credentials(kSiteA, kAlice);
  const clients = await Promise.all(
    Array.from({ length: kClients }, () =>
      Client.connect(scope, server, { site: kSiteA, mode: "websocket", sid }),
    ),
  );
  const histogram = createHistogram();
  let trips = 0;
  const cpu = cpuOf(pid);
  const began = process.hrtime.bigint();
  const until = Date.now() + kSeconds * 1000;
  await Promise.all(
    clients.map(async ({ socket }) => {
      for (let n = 0; Date.now() < until; ++n) {
        const sent = process.hrtime.bigint();
        await socket.emitWithAck("work", n, "hello world");
        histogram.record(process.hrtime.bigint() - sent);
        ++trips;
      }
    }),
  );
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  const used = cpuOf(pid) - cpu;
  for (const client of clients) client.close();
  return {
    rate: trips / seconds,
    p50: histogram.percentile(50) / 1e6,
    p99: histogram.percentile(99) / 1e6,
    cpu: (used / trips) * 1e6,
  };
}

// npm's server as a process, with the world's file.
async function startNode(scope, world) {
  const file = join(world.bench.path, "apps/chat/realtime/handlers.js");
  const program = new URL("contenders/node/handlers.mjs", import.meta.url).pathname;
  const child = spawn(process.execPath, [program, file], { stdio: ["ignore", "pipe", "inherit"] });
  scope.defer("the Node server", () => child.kill("SIGKILL"));
  for await (const line of createInterface({ input: child.stdout })) {
    return { server: { port: Number(line) }, pid: child.pid };
  }
  throw new Error("the Node server has ended");
}

const middle = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

const cleanups = [];
try {
  const world = await World.create(
    { after: (fn) => cleanups.push(fn) },
    { handlers: { chat: kHandlers } },
  );
  const contenders = {
    crema: { server: world.server, pid: world.server.child.process.pid },
    node: await startNode(world.scope, world),
  };
  const results = { crema: [], node: [] };
  for (let round = 0; round < kRounds; ++round) {
    for (const name of Object.keys(contenders)) {
      results[name].push(await measure(world.scope, contenders[name], world));
    }
  }
  console.log(`${kClients} clients, ${kSeconds} s, middle of ${kRounds} rounds`);
  console.log("          trips/s   p50 ms   p99 ms   server CPU us/trip");
  const row = {};
  for (const [name, all] of Object.entries(results)) {
    const of = (key) => middle(all.map((one) => one[key]));
    row[name] = { rate: of("rate"), p50: of("p50"), p99: of("p99"), cpu: of("cpu") };
    const { rate, p50, p99, cpu } = row[name];
    const cells = [rate.toFixed(0), p50.toFixed(2), p99.toFixed(2), cpu.toFixed(1)];
    console.log(name.padEnd(8), ...cells.map((cell) => cell.padStart(8)));
  }
  const ratio = (key) => (row.crema[key] / row.node[key]).toFixed(2);
  console.log(`crema / node: trips ${ratio("rate")}, p99 ${ratio("p99")}, CPU ${ratio("cpu")}`);
} finally {
  for (const fn of cleanups.reverse()) await fn();
}
