// Owns what a test opened and gives it back in reverse order, whether the test passed or not.

import { rmSync } from "node:fs";

import { within } from "./journal.mjs";

const kCleanupDeadlineMs = 10_000;
const kFileDeadlineMs = 280_000;

const children = new Set();
const folders = new Set();

export class Scope {
  #cleanups = [];

  // `t` is a test context of node:test; the scope ends with the test.
  static of(t) {
    const scope = new Scope();
    t.after(() => scope.close());
    return scope;
  }

  defer(what, cleanup) {
    this.#cleanups.push({ what, cleanup });
  }

  // Gives back what was deferred under this name, now.
  release(name) {
    for (const { what, cleanup } of this.#cleanups) if (what === name) cleanup();
    this.#cleanups = this.#cleanups.filter(({ what }) => what !== name);
  }

  async close() {
    const errors = [];
    for (const { what, cleanup } of this.#cleanups.splice(0).reverse()) {
      try {
        await within(kCleanupDeadlineMs, `cleaning up ${what}`, Promise.resolve(cleanup()));
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0)
      throw new AggregateError(errors, errors.map((e) => e.message).join("; "));
  }
}

// A child process or folder that must not outlive this process, even when it ends early.
export function trackChild(child) {
  children.add(child);
  child.once("exit", () => children.delete(child));
}

export function trackFolder(folder) {
  folders.add(folder);
}

export function removeFolder(folder) {
  rmSync(folder, { recursive: true, force: true });
  folders.delete(folder);
}

process.on("exit", () => {
  for (const child of children) child.kill("SIGKILL");
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
]) {
  process.once(signal, () => process.exit(code));
}

// A test that timed out may leave sockets open, and Node 18's runner would wait for them for ever.
let deadline = endAt(kFileDeadlineMs);

// For what is no file of tests: this process ends itself after `ms` from now.
export function endWithin(ms) {
  clearTimeout(deadline);
  deadline = endAt(ms);
}

function endAt(ms) {
  const end = () => {
    process.stderr.write(`${process.argv[1]}: still running after ${ms} ms, ending\n`);
    process.exit(1);
  };
  return setTimeout(end, ms).unref();
}
