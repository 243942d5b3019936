// The server under test: `crema serve`, or the reference server with CREMA_E2E_REFERENCE=1.

import { existsSync } from "node:fs";
import { request } from "node:http";
import { networkInterfaces } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { Child, run } from "./child.mjs";
import { within } from "./journal.mjs";
import { refuseReports } from "./sanitizers.mjs";

const kFolder = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const kRepository = resolve(kFolder, "..", "..");
const kListening = /^Realtime service listening on(?:: ws:\/\/(.+):(\d+)| UDS: (.+))$/;

// Whether ::1 is there to listen on.
export const kHasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some(({ address }) => address === "::1");

// In a container the default would be every interface.
const kLoopback = kHasIpv6 ? "127.0.0.1,::1" : "127.0.0.1";

// CREMA_E2E_SHARDS=2 runs everything against a server of two threads.
const kShards = process.env.CREMA_E2E_SHARDS ? ["--shards", process.env.CREMA_E2E_SHARDS] : [];
export const kReference = process.env.CREMA_E2E_REFERENCE === "1";
const kUnderTest = kReference ? "reference" : "crema";

// Options of a test that the reference server cannot pass.
export function cremaOnly(reason, options = {}) {
  return { ...options, skip: kReference && `the reference server: ${reason}` };
}

export function binary() {
  const candidates = [process.env.CREMA_BIN].filter(Boolean);
  if (candidates.length === 0) {
    for (const kind of ["release", "dev"])
      candidates.push(join(kRepository, "build", kind, "bin", "crema"));
  }
  const found = candidates.find((path) => existsSync(path));
  if (!found) throw new Error(`no crema binary at ${candidates.join(" or ")} (set CREMA_BIN)`);
  return found;
}

// The environment without what would configure a realtime process from outside.
export function cleanEnvironment(extra = {}) {
  const kept = Object.entries(process.env).filter(
    ([key]) => !/^(FRAPPE_|CREMA_|NODE_TEST)/.test(key),
  );
  return { ...Object.fromEntries(kept), ...extra };
}

// Runs `crema ARGS...` to its end.
export async function cremaCommand(args, { env, ...options } = {}) {
  const done = await run(binary(), args, { ...options, env: cleanEnvironment(env) });
  refuseReports(`crema ${args[0]}`, done.stderr.split("\n"));
  return done;
}

export class Server {
  // Starts the server and waits until it listens.
  static async start(scope, bench, options = {}) {
    const server = Server.spawn(scope, bench, options);
    await server.listening();
    return server;
  }

  // `benchFrom` "environment" names the bench by FRAPPE_BENCH_ROOT in place of --bench, "working
  // directory" by starting in `cwd`. `kind`: "crema", or "reference" for the server beside it.
  static spawn(scope, bench, options = {}) {
    const { args = [], env, cwd, benchFrom = "option", kind = kUnderTest } = options;
    const server = new Server();
    server.bench = bench;
    const [command, first] =
      kind === "reference"
        ? [process.execPath, [join(kFolder, "reference", "server.mjs")]]
        : [binary(), ["serve", ...(args.includes("--shards") ? [] : kShards)]];
    const byOption = benchFrom === "option";
    const all = [...first, ...(byOption ? ["--bench", bench.path] : []), ...args];
    const added = { CREMA_HOST: kLoopback, ...env };
    if (benchFrom === "environment") added.FRAPPE_BENCH_ROOT = bench.path;
    server.child = new Child(command, all, { env: cleanEnvironment(added), cwd });
    scope.defer("the server", () => server.#end());
    return server;
  }

  // Sets `port`, or `path` when it listens on a Unix socket.
  async listening() {
    const line = await this.child.line((text) => kListening.test(text), "the listening line");
    const [, , port, path] = kListening.exec(line);
    if (path) this.path = path;
    else this.port = Number(port);
    return this.port;
  }

  get running() {
    return !this.child.closed;
  }

  // [{address, port}] of the listening lines so far.
  get addresses() {
    return this.child.stdout.entries
      .map((line) => kListening.exec(line))
      .filter(Boolean)
      .map(([, address, port]) => ({ address, port: Number(port) }));
  }

  stop(signal = "SIGTERM") {
    return this.child.stop(signal);
  }

  // A line of the log that `pattern` matches, at index `from` or later.
  logged(pattern, { from = 0, ms } = {}) {
    return this.child.stderr.wait((line) => pattern.test(line), String(pattern), { from, ms });
  }

  // GET on the admin socket: {status, body}.
  admin(path) {
    return get({ socketPath: this.bench.adminSocket, path });
  }

  get(path, headers = {}) {
    return get({ host: "127.0.0.1", port: this.port, path, headers });
  }

  // The samples of /metrics: [{name, labels, value}].
  async metrics() {
    const { status, body } = await this.admin("/metrics");
    if (status !== 200) throw new Error(`/metrics answered ${status}`);
    return parseMetrics(body);
  }

  // The sum over all samples of `name` that `predicate(labels)` accepts.
  async metric(name, predicate = () => true) {
    const samples = (await this.metrics()).filter((s) => s.name === name && predicate(s.labels));
    return samples.reduce((sum, sample) => sum + sample.value, 0);
  }

  // Where it had ended before, what it said is read all the same.
  async #end() {
    try {
      await this.child.stop("SIGTERM", 4_000);
    } finally {
      if (!this.child.closed) await this.child.stop("SIGKILL");
      refuseReports("the server", this.child.stderr.entries);
    }
  }
}

function get(options) {
  const answer = new Promise((resolve, reject) => {
    const asked = request({ agent: false, ...options }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const body = Buffer.concat(chunks).toString("utf8");
        resolve({ status: response.statusCode, headers: response.headers, body });
      });
    });
    asked.once("error", reject);
    asked.end();
  });
  return within(10_000, `an answer to GET ${options.path}`, answer);
}

// Prometheus text. Throws on a line that is neither a comment nor a sample.
export function parseMetrics(text) {
  const samples = [];
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const found = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line);
    const value = found && (found[3] === "+Inf" ? Infinity : Number(found[3]));
    if (!found || Number.isNaN(value)) throw new Error(`not a sample: ${line}`);
    const labels = {};
    for (const [, key, label] of (found[2] ?? "").matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g))
      labels[key] = label;
    samples.push({ name: found[1], labels, value });
  }
  return samples;
}
