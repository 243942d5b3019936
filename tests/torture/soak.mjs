// `make soak`: churn in every dimension for SOAK_SECONDS (1800), with the server's memory,
// descriptors and tables noted all the while.
//
//   SOAK_SECONDS=1800 node tests/torture/soak.mjs
//
// Writes build/soak/TIME.json and, where python3-matplotlib is installed, TIME.svg. Exit 0: the
// lines of memory are flat (lib/flat.mjs says what that is) and nothing is left at the end, no
// descriptor either; 1: not.

import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { eventually } from "../e2e/lib/journal.mjs";
import { descriptors, proportionalBytes, residentBytes } from "../e2e/lib/process.mjs";
import { endWithin, Scope } from "../e2e/lib/scope.mjs";
import { World } from "../e2e/lib/world.mjs";
import { Churn } from "./lib/churn.mjs";
import { judge } from "./lib/flat.mjs";
import { Random } from "./lib/random.mjs";

const kSamples = 300;
// Connections to Redis and the web process that are kept for the next question.
const kSpareDescriptors = 2;
const kSlackMs = 180_000;
// What is kept for sessions that are lost meets its bound soon, and is level from there on.
const kConfig = {
  recovery_window: "10s",
  recovery_bytes_max: "2m",
  ping_interval: "5s",
  ping_timeout: "5s",
  log_level: "error",
};
const kEmpty = ["connections", "sockets", "rooms", "namespaces", "lost_sessions"];
const kGauges = [...kEmpty, "recovery_bytes", "tcp_connections"];

const mib = (bytes) => `${(bytes / 2 ** 20).toFixed(2)} MiB`;

async function sample(world, begin) {
  const { pid } = world.server.child.process;
  const all = await world.server.metrics();
  const sum = (name, state) =>
    all
      .filter((s) => s.name === `crema_${name}` && (!state || s.labels.state === state))
      .reduce((total, { value }) => total + value, 0);
  return {
    seconds: (Date.now() - begin) / 1000,
    pss: proportionalBytes(pid),
    resident: residentBytes(pid),
    heap: sum("heap_bytes", "used"),
    descriptors: descriptors(pid),
    ...Object.fromEntries(kGauges.map((name) => [name, sum(name)])),
  };
}

// Without those of clients' connections: Node's agent opens some anew that nobody uses any more.
const ownDescriptors = (sample) => sample.descriptors - sample.tcp_connections;

// Everybody has gone: so has what was theirs. `first`: the sample before anybody came.
async function isEmpty(world, begin, first) {
  const descriptorsMax = ownDescriptors(first) + kSpareDescriptors;
  let last;
  const missing = () => [
    ...kEmpty.filter((name) => last[name] !== 0),
    ...(ownDescriptors(last) > descriptorsMax ? ["descriptors"] : []),
  ];
  await eventually(
    "an empty server",
    async () => {
      last = await sample(world, begin);
      return missing().length === 0;
    },
    90_000,
  ).catch(() => {});
  return { last, left: missing() };
}

function write(name, result) {
  const root = resolve(fileURLToPath(import.meta.url), "../../..");
  const folder = join(root, "build", "soak");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.json`);
  writeFileSync(path, JSON.stringify(result, null, 1));
  const plot = fileURLToPath(new URL("plot_soak", import.meta.url));
  try {
    execFileSync(plot, [path, join(folder, `${name}.svg`)], { stdio: "inherit" });
  } catch {
    console.log("soak: no plot (python3-matplotlib draws it)");
  }
  return path;
}

async function soak(scope, seconds) {
  const t = { after: (cleanup) => scope.defer("the world", cleanup) };
  const world = await World.create(t, { config: { crema: kConfig } });
  const begin = Date.now();
  const until = begin + seconds * 1000;
  const samples = [await sample(world, begin)];
  const churn = new Churn(world, new Random(seconds));
  const running = churn.run(until);
  const everyMs = Math.max(1_000, (seconds * 1000) / kSamples);
  while (Date.now() + everyMs < until) {
    await Promise.race([running, new Promise((done) => setTimeout(done, everyMs))]);
    samples.push(await sample(world, begin));
  }
  await running;
  const { last, left } = await isEmpty(world, begin, samples[0]);
  return { seconds, counts: churn.counts, samples, end: last, left };
}

const seconds = Number(process.env.SOAK_SECONDS ?? 1800);
if (!(seconds >= 30)) {
  console.error("SOAK_SECONDS has to be a number of 30 or more");
  process.exit(2);
}
endWithin(seconds * 1000 + kSlackMs);
const scope = new Scope();
const result = await soak(scope, seconds).finally(() => scope.close());
const verdicts = Object.fromEntries(
  ["pss", "heap", "descriptors"].map((name) => [
    name,
    judge(result.samples.slice(1).map((each) => [each.seconds, each[name]])),
  ]),
);
const path = write(new Date().toISOString().replaceAll(":", "-"), { ...result, verdicts });
console.log(JSON.stringify(result.counts));
for (const name of ["pss", "heap"]) {
  const { isFlat, riseBytes, allowedBytes, meanBytes } = verdicts[name];
  const line = `mean ${mib(meanBytes)}, rises by ${mib(riseBytes)} (${mib(allowedBytes)} allowed)`;
  console.log(`${name.padEnd(6)}${isFlat ? "flat" : "NOT FLAT"}: ${line}`);
}
const [before, after] = [result.samples[0], result.end].map(ownDescriptors);
console.log(`descriptors: ${before} before, ${after} after, without clients' connections`);
console.log(`left at the end: ${result.left.join(", ") || "nothing"}`);
console.log(`soak: ${path}`);
const isWell = verdicts.pss.isFlat && verdicts.heap.isFlat && result.left.length === 0;
process.exit(isWell ? 0 : 1);
