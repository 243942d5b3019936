// A crowd of the official client, in a few processes (crowd_worker.mjs).

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

import { within } from "../../e2e/lib/journal.mjs";
import { trackChild } from "../../e2e/lib/scope.mjs";
import { spreadOf } from "./spread.mjs";

// Looking, and an event for thousands, take CPU from what is measured.
const kLookEveryMs = 50;
const kPublishEveryMs = 500;
const kOpenMs = 60_000;
const kOpenMsEach = 50;
const kBackMs = 60_000;

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

class Worker {
  #answers = new Map();
  #lastId = 0;

  constructor(scope) {
    const path = fileURLToPath(new URL("crowd_worker.mjs", import.meta.url));
    this.child = fork(path, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    trackChild(this.child);
    this.child.on("message", ({ id, answer, error }) => {
      const { resolve, reject } = this.#answers.get(id);
      this.#answers.delete(id);
      if (error) reject(new Error(error));
      else resolve(answer);
    });
    scope.defer("a crowd", () => this.child.kill("SIGKILL"));
  }

  ask(order, options = {}, ms = 60_000) {
    const id = ++this.#lastId;
    const answer = new Promise((resolve, reject) => this.#answers.set(id, { resolve, reject }));
    this.child.send({ id, order, ...options });
    return within(ms, `a crowd's answer to ${order}`, answer);
  }
}

export class OfficialMembers {
  #workers;
  #publish;
  #cpuBefore;

  // `publish`: sends every list an event.
  static async open(scope, { port, site, people, doctype, clients, workers, mode, publish }) {
    const members = new OfficialMembers();
    members.#publish = publish;
    const all = Array.from({ length: clients }, (_, i) => ({
      server: { port },
      site,
      sid: people[i % people.length].sid,
      mode,
      doctype,
    }));
    members.#workers = Array.from({ length: workers }, () => new Worker(scope));
    const share = (i) => all.filter((_, j) => j % workers === i);
    await Promise.all(
      members.#workers.map((worker, i) =>
        worker.ask("open", { members: share(i) }, kOpenMs + clients * kOpenMsEach),
      ),
    );
    return members;
  }

  // What happens from here on counts.
  async begin() {
    await this.#all("begin");
    this.#cpuBefore = await this.#cpuSeconds();
  }

  // Waits until all that will come are back and have had an event of their list. `since()` is the
  // moment that times are counted from.
  async outcome(since) {
    await this.#until("back");
    const publishing = setInterval(this.#publish, kPublishEveryMs);
    this.#publish();
    await this.#until("heard").finally(() => clearInterval(publishing));
    const states = (await this.#all("state")).flat();
    const times = (name) =>
      states.filter((state) => state[name]).map((state) => state[name] - since());
    return {
      back: spreadOf(times("connectedAt")),
      heard: spreadOf(times("heardAt")),
      gaveUp: states.filter(({ gaveUp }) => gaveUp).length,
      attemptsMax: Math.max(...states.map(({ attempts }) => attempts)),
      refused: states.filter(({ refusals }) => refusals.length > 0).length,
      reasons: [...new Set(states.flatMap(({ refusals }) => refusals))],
      crowdCpuSeconds: (await this.#cpuSeconds()) - this.#cpuBefore,
    };
  }

  // Nobody is awaited any more, or time is over.
  async #until(what) {
    const deadline = Date.now() + kBackMs;
    while (Date.now() < deadline) {
      const awaited = await this.#all("awaited", { what });
      if (awaited.every((count) => count === 0)) return;
      await sleep(kLookEveryMs);
    }
  }

  #all(order, options) {
    return Promise.all(this.#workers.map((worker) => worker.ask(order, options)));
  }

  async #cpuSeconds() {
    const all = await this.#all("cpu");
    return all.reduce((sum, { user, system }) => sum + (user + system) / 1e6, 0);
  }
}
