// Thousands of stock clients in a few processes, and what a restart of the server, of the web
// process, or a failure of the network is to them.

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

import { Bench } from "../../e2e/lib/bench.mjs";
import { Server } from "../../e2e/lib/crema.mjs";
import { FakeWeb, kPermission, kUserInfo } from "../../e2e/lib/fake_web.mjs";
import { within } from "../../e2e/lib/journal.mjs";
import { freePort } from "../../e2e/lib/ports.mjs";
import { Redis } from "../../e2e/lib/redis.mjs";
import { trackChild } from "../../e2e/lib/scope.mjs";
import { kVersion16 } from "../../e2e/lib/web_dialects.mjs";
import { cpuSeconds } from "../../e2e/lib/process.mjs";
import { FaultProxy } from "./fault_proxy.mjs";

const kSite = "crowd.localhost";
const kDoctype = "ToDo";
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

// A bench whose server can be stopped and started, and a crowd before it. `users`: over how many
// people the clients are spread, each as several tabs of one browser. `network` "yes": through a
// network that can fail.
export class Crowd {
  static async create(scope, { clients, users, workers, mode, network = "no" }) {
    const crowd = new Crowd();
    Object.assign(crowd, { scope, clients });
    crowd.redis = await Redis.create(scope);
    const people = Array.from({ length: users }, (_, i) => ({
      name: `user${i}@example.com`,
      userType: "System User",
      sid: `sid of user ${i}`,
    }));
    crowd.web = await FakeWeb.create(scope, {
      redis: crowd.redis,
      users: { [kSite]: people },
      dialect: kVersion16,
    });
    for (const { name } of people) crowd.web.allow(kSite, name, kDoctype);
    const { url } = crowd.redis;
    crowd.bench = Bench.create(scope, {
      sites: [kSite],
      version: kVersion16.module,
      config: {
        redis_queue: url,
        webserver_port: crowd.web.port,
        socketio_port: await freePort(),
        crema: { log_level: "warn" },
      },
    });
    await crowd.start();
    if (network === "yes")
      crowd.network = await FaultProxy.start(scope, () => crowd.server.port);
    const { port } = crowd.network ?? crowd.server;
    const members = Array.from({ length: clients }, (_, i) => ({
      server: { port },
      site: kSite,
      sid: people[i % users].sid,
      mode,
      doctype: kDoctype,
    }));
    crowd.workers = Array.from({ length: workers }, () => new Worker(scope));
    const share = (i) => members.filter((_, j) => j % workers === i);
    await Promise.all(
      crowd.workers.map((worker, i) =>
        worker.ask("open", { members: share(i) }, kOpenMs + clients * kOpenMsEach),
      ),
    );
    return crowd;
  }

  async start() {
    this.server = await Server.start(this.scope, this.bench);
    this.readyAt = Date.now();
    await this.redis.subscribed();
  }

  // Stops the server as supervisor does, and starts it again after `awayMs`. Returns figures as
  // `through`, and of the stop.
  async restart({ awayMs = 0 } = {}) {
    const stop = {};
    const figures = await this.through(async () => {
      const stopping = Date.now();
      stop.end = await this.server.stop("SIGTERM");
      const stopped = Date.now();
      await sleep(awayMs);
      await this.start();
      stop.stopMs = stopped - stopping;
      stop.gapMs = this.readyAt - stopped;
    });
    return { ...stop, ...figures };
  }

  // The same while the web process is away, for `awayMs` more than the restart takes.
  webRestart({ awayMs = 0 } = {}) {
    return this.through(async () => {
      await this.web.stop();
      await this.server.stop("SIGTERM");
      await this.start();
      await sleep(awayMs);
      await this.web.start();
      this.readyAt = Date.now();
    });
  }

  // Everybody's network is gone for `awayMs`, at once.
  blip({ awayMs = 0 } = {}) {
    return this.through(async () => {
      this.network.away();
      await sleep(awayMs);
      this.network.clear();
      this.readyAt = Date.now();
    });
  }

  // What becomes of the clients when `act` cuts them all and sets `readyAt`. Times are milliseconds
  // from then: `backMs` holds one for each client that is back, `heardMs` one for each that got an
  // event of the list it had once subscribed to.
  async through(act) {
    await this.#all("begin");
    const asked = this.web.requests.length;
    const cpuBefore = await this.#cpuSeconds();
    const serverBefore = { pid: this.#pid, seconds: cpuSeconds(this.#pid) };
    await act();
    await this.#until("back");
    const publishing = setInterval(() => this.#publish(), kPublishEveryMs);
    this.#publish();
    await this.#until("heard").finally(() => clearInterval(publishing));
    const states = (await this.#all("state")).flat();
    const times = (name) =>
      states
        .filter((state) => state[name])
        .map((state) => state[name] - this.readyAt)
        .sort((a, b) => a - b);
    const questions = this.web.requests.since(asked);
    return {
      backMs: times("connectedAt"),
      heardMs: times("heardAt"),
      gaveUp: states.filter(({ gaveUp }) => gaveUp).length,
      attemptsMax: Math.max(...states.map(({ attempts }) => attempts)),
      refusals: states.flatMap(({ refusals }) => refusals),
      whoQuestions: questions.filter(({ route }) => route === kUserInfo).length,
      mayQuestions: questions.filter(({ route }) => route === kPermission).length,
      serverCpuSeconds:
        cpuSeconds(this.#pid) - (serverBefore.pid === this.#pid ? serverBefore.seconds : 0),
      crowdCpuSeconds: (await this.#cpuSeconds()) - cpuBefore,
    };
  }

  get #pid() {
    return this.server.child.process.pid;
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

  #publish() {
    const room = `doctype:${kDoctype}`;
    const message = { doctype: kDoctype };
    this.redis.publish({ site: kSite, room, event: "list_update", message }).catch(() => {});
  }

  #all(order, options) {
    return Promise.all(this.workers.map((worker) => worker.ask(order, options)));
  }

  async #cpuSeconds() {
    const all = await this.#all("cpu");
    return all.reduce((sum, { user, system }) => sum + (user + system) / 1e6, 0);
  }
}
