// A child process whose output lines and end can be waited for.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

import { Journal, within } from "./journal.mjs";
import { trackChild } from "./scope.mjs";

export class Child {
  constructor(command, args, { env = process.env, cwd, input } = {}) {
    this.stdout = new Journal(`stdout of ${command}`);
    this.stderr = new Journal(`stderr of ${command}`);
    this.process = spawn(command, args, { env, cwd, stdio: ["pipe", "pipe", "pipe"] });
    trackChild(this.process);
    this.process.stdin.on("error", () => {});
    this.process.stdin.end(input);
    this.#collect("stdout");
    this.#collect("stderr");
    this.closed = false;
    this.exited = new Promise((resolve) => {
      this.process.once("error", (error) => this.#settle(resolve, { code: null, error }));
      this.process.once("close", (code, signal) => this.#settle(resolve, { code, signal }));
    });
  }

  // Both fulfil with {code, signal}; the output is complete by then.
  async stop(signal = "SIGTERM", ms = 8_000) {
    if (!this.closed) this.process.kill(signal);
    return this.ended(ms);
  }

  async ended(ms = 15_000) {
    return within(ms, `the end of ${this.process.spawnargs.join(" ")}`, this.exited);
  }

  // The first line of `stdout` that `predicate` accepts; fails at once when the process ends
  // before.
  async line(predicate, what, ms = 15_000) {
    const early = this.exited.then((end) => {
      const said = this.stderr.entries.slice(-20).join("\n  ");
      throw new Error(`ended (${JSON.stringify(end)}) before ${what}; stderr:\n  ${said}`);
    });
    const found = this.stdout.wait(predicate, what, { ms });
    found.catch(() => {});
    early.catch(() => {});
    const present = this.stdout.entries.find(predicate);
    return present ?? Promise.race([found, early]);
  }

  #collect(name) {
    const lines = createInterface({ input: this.process[name], crlfDelay: Infinity });
    lines.on("line", (line) => this[name].push(line));
  }

  #settle(resolve, end) {
    this.closed = true;
    resolve(end);
  }
}

// Runs a command to its end. Fulfils with {code, stdout, stderr}; a non-zero code is not an error.
export async function run(command, args, options = {}) {
  const child = new Child(command, args, options);
  try {
    const { code, signal } = await child.ended(options.ms ?? 15_000);
    const text = (journal) => journal.entries.join("\n");
    return { code, signal, stdout: text(child.stdout), stderr: text(child.stderr) };
  } finally {
    if (!child.closed) child.process.kill("SIGKILL");
  }
}
