// A bench with Redis, the web process, Crema, and a proxy on each of Crema's three sides.

import { Bench } from "../../e2e/lib/bench.mjs";
import { Server } from "../../e2e/lib/crema.mjs";
import { FakeWeb } from "../../e2e/lib/fake_web.mjs";
import { freePort } from "../../e2e/lib/ports.mjs";
import { Redis } from "../../e2e/lib/redis.mjs";
import { kVersion16 } from "../../e2e/lib/web_dialects.mjs";
import { FaultProxy } from "./fault_proxy.mjs";
import { RedisTap } from "./redis_tap.mjs";
import { WebFaults } from "./web_faults.mjs";

export const kSites = ["a.localhost", "b.localhost"];
export const kDoctypes = ["D0", "D1", "D2", "D3", "D4", "D5"];
const kUsersPerSite = 12;

// Somebody whose reading nobody relies on.
export const kIdler = "idler@example.com";

// Two thirds are System Users.
function usersOf(site) {
  const named = (name, userType) => ({ name, userType, sid: `${name} of ${site}` });
  const users = Array.from({ length: kUsersPerSite }, (_, i) =>
    named(`u${i}@example.com`, i % 3 === 2 ? "Website User" : "System User"),
  );
  return [...users, named(kIdler, "Website User")];
}

// What user number `i` may read: a list and one document of each doctype that is his.
export const mayRead = (i, doctype) => (i + kDoctypes.indexOf(doctype)) % 3 !== 0;

const kHangsMs = 6_000;

// When the web process could not be asked, or not be understood.
class Weather {
  #isBad = false;
  #goodSince = 0;

  bad() {
    this.#isBad = true;
  }

  // An answer that was harmed may have no end: who asked gives up after permission_timeout (5 s),
  // and whoever asked the same meanwhile waits with him.
  good() {
    this.#isBad = false;
    this.#goodSince = Date.now() + kHangsMs;
  }

  // `time`: milliseconds since the epoch.
  wasBadSince(time) {
    return this.#isBad || this.#goodSince >= time;
  }
}

export class Installation {
  weather = new Weather();
  // Of the server's process; between two of them half a number.
  epoch = 0;
  // The process before has left the rooms of its sessions.
  inherits = false;
  // Ends of the server that nobody asked for, and stops that did not end well.
  crashes = [];
  #expectsEnd = false;

  // `config`: of Crema, in the bench's configuration.
  static async create(scope, { ledger, random, config = {} }) {
    const all = new Installation();
    all.scope = scope;
    all.redis = await Redis.create(scope);
    const users = Object.fromEntries(kSites.map((site) => [site, usersOf(site)]));
    all.web = await FakeWeb.create(scope, { redis: all.redis, users, dialect: kVersion16 });
    all.#permit();
    all.tap = new RedisTap(ledger, random.fork());
    all.webFaults = new WebFaults(random.fork());
    all.redisProxy = await FaultProxy.start(scope, () => all.redis.port, all.tap.shape);
    all.webProxy = await FaultProxy.start(scope, () => all.web.port, all.webFaults.shape);
    all.clientProxy = await FaultProxy.start(scope, () => all.server?.port);
    await all.#createBench(config);
    await all.start();
    return all;
  }

  // Starts a process of the server and waits until it listens.
  async start() {
    this.#expectsEnd = false;
    this.server = await Server.start(this.scope, this.bench);
    this.epoch = Math.floor(this.epoch) + 1;
    const { child } = this.server;
    child.exited.then((end) => {
      const how = JSON.stringify(end);
      if (!this.#expectsEnd) this.crashes.push(`the server ended by itself: ${how}`);
    });
  }

  // Ends the process. SIGTERM has to end it with 0.
  async stop(signal) {
    this.#expectsEnd = true;
    this.epoch += 0.5;
    this.inherits = signal !== "SIGKILL";
    const end = await this.server.stop(signal);
    const inOrder = signal === "SIGKILL" ? end.signal === signal : end.code === 0;
    if (!inOrder) this.crashes.push(`${signal} ended the server so: ${JSON.stringify(end)}`);
  }

  get pid() {
    return this.server.child.process.pid;
  }

  user(site, name) {
    return this.web.users[site].find((user) => user.name === name);
  }

  async #createBench(crema) {
    const redis = `redis://127.0.0.1:${this.redisProxy.port}`;
    this.bench = Bench.create(this.scope, {
      sites: kSites,
      version: kVersion16.module,
      config: {
        redis_queue: redis,
        redis_cache: redis,
        webserver_port: this.webProxy.port,
        socketio_port: await freePort(),
        crema,
      },
    });
  }

  #permit() {
    for (const site of kSites) {
      for (let i = 0; i < kUsersPerSite; ++i) {
        for (const doctype of kDoctypes.filter((doctype) => mayRead(i, doctype))) {
          for (const name of ["", "1"])
            this.web.allow(site, `u${i}@example.com`, doctype, name);
        }
      }
    }
  }
}
