// `make torture`: storms and faults against `crema serve`, and a table of what came of it.
//
//   TORTURE_SECONDS=600 TORTURE_SEED=1234 node tests/torture/run.mjs
//
// Without a seed one is drawn. Exit 0: nothing was lost, doubled, leaked, or crashed. 1: something
// was; the logs are in build/torture/SEED/, and the last line is the command that repeats it.

import { randomInt } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { endWithin } from "../e2e/lib/scope.mjs";
import { report } from "./lib/report.mjs";
import { torture } from "./lib/torture.mjs";

const kClients = 120;
const kPerSecond = 150;
// To start, to settle and to compare, beside the time that was asked for.
const kSlackMs = 300_000;

function numberFrom(name, otherwise, max) {
  const text = process.env[name];
  if (!text) return otherwise;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= max) return value;
  console.error(`${name} has to be a whole number up to ${max}: ${text}`);
  process.exit(2);
}

// What is needed to find out why.
function keep(folder, { logs, ledger, stderr }) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "crema.log"), stderr.join("\n"));
  writeFileSync(join(folder, "ledger.json"), JSON.stringify(ledger.messages));
  writeFileSync(join(folder, "logs.json"), JSON.stringify(logs));
}

const seed = numberFrom("TORTURE_SEED", randomInt(2 ** 32), 2 ** 32 - 1);
const seconds = numberFrom("TORTURE_SECONDS", 600, 86_400);
endWithin(seconds * 1000 + kSlackMs);
console.log(`torture: ${seconds} s with the seed ${seed}`);
const begin = Date.now();
const result = await torture({
  seed,
  seconds,
  count: kClients,
  perSecond: kPerSecond,
  say: (text) => console.log(`${((Date.now() - begin) / 1000).toFixed(1).padStart(6)} s  ${text}`),
});
const { text, failed } = report(result);
console.log(`\n${text}\n`);
if (failed.length > 0) {
  const root = resolve(fileURLToPath(import.meta.url), "../../..");
  const folder = join(root, "build", "torture", `${seed}`);
  keep(folder, result);
  console.log(`torture: FAILED (${failed.join(", ")}); the logs are in ${folder}`);
  console.log(`again:   TORTURE_SEED=${seed} TORTURE_SECONDS=${seconds} make torture`);
  process.exit(1);
}
console.log(`torture: passed, seed ${seed}`);
process.exit(0);
