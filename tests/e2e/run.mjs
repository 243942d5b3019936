// Runs files of tests, several at once, and says which took longest. `tools/run_e2e` calls it:
//   node run.mjs AT_ONCE FILE...
// Node's own runner sorts its files by name; here they start in the order they are given.

import { basename, resolve } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";

const kSlowest = 8;

const [atOnce, ...files] = process.argv.slice(2);
const secondsOf = new Map();

function note({ nesting, file, details }) {
  if (nesting > 0 || !file) return;
  const name = basename(file, ".test.mjs");
  secondsOf.set(name, (secondsOf.get(name) ?? 0) + details.duration_ms / 1000);
}

const tests = run({ files: files.map((file) => resolve(file)), concurrency: Number(atOnce) });
tests.on("test:pass", note);
tests.on("test:fail", (test) => {
  note(test);
  process.exitCode = 1;
});
tests.compose(new spec()).pipe(process.stdout);
process.on("exit", () => {
  const slowest = [...secondsOf].sort(([, a], [, b]) => b - a).slice(0, kSlowest);
  const words = slowest.map(([name, seconds]) => `${name} ${seconds.toFixed(1)}`);
  console.log(`slowest, in seconds: ${words.join(", ")}`);
});
