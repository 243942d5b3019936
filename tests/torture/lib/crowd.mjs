// Thousands of stock clients, and what a restart of the server, of the web process, or a failure of
// the network is to them.

import { Bench } from "../../e2e/lib/bench.mjs";
import { Server } from "../../e2e/lib/crema.mjs";
import { FakeWeb, kPermission, kUserInfo } from "../../e2e/lib/fake_web.mjs";
import { freePort } from "../../e2e/lib/ports.mjs";
import { Redis } from "../../e2e/lib/redis.mjs";
import { kVersion16 } from "../../e2e/lib/web_dialects.mjs";
import { cpuSeconds } from "../../e2e/lib/process.mjs";
import { FaultProxy } from "./fault_proxy.mjs";
import { LoadMembers } from "./load_members.mjs";
import { OfficialMembers } from "./official_members.mjs";

const kSite = "crowd.localhost";
const kDoctype = "ToDo";
export const kKinds = { crema: LoadMembers, official: OfficialMembers };

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// A bench whose server can be stopped and started, and a crowd before it. `users`: over how many
// people the clients are spread, each as several tabs of one browser. `kind`: who they are,
// "official" in `workers` processes, or "crema", `crema load`. `network` "yes": through a network
// that can fail.
export class Crowd {
  static async create(scope, { users, network = "no", kind = "official", ...options }) {
    const crowd = new Crowd();
    crowd.scope = scope;
    crowd.redis = await Redis.create(scope);
    const people = Array.from({ length: users }, (_, i) => ({
      name: `user${i}@example.com`,
      userType: "System User",
      sid: `sid-of-user-${i}`,
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
    if (network === "yes") crowd.network = await FaultProxy.start(scope, () => crowd.server.port);
    const { port } = crowd.network ?? crowd.server;
    crowd.members = await kKinds[kind].open(scope, {
      ...options,
      port,
      site: kSite,
      people,
      doctype: kDoctype,
      redis: crowd.redis,
      publish: () => crowd.#publish(),
    });
    return crowd;
  }

  async start() {
    this.server = await Server.start(this.scope, this.bench);
    this.readyAt = Date.now();
    await this.redis.subscribed();
  }

  // Stops the server as supervisor does, and starts it again after `awayMs`, and `meanwhile` is
  // done. Returns figures as `through`, and of the stop.
  async restart({ awayMs = 0, meanwhile = () => {} } = {}) {
    const stop = {};
    const figures = await this.through(async () => {
      const stopping = Date.now();
      stop.end = await this.server.stop("SIGTERM");
      const stopped = Date.now();
      await sleep(awayMs);
      await meanwhile();
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
  // from then, as spreadOf: `back` of the clients that are back, `heard` of those that got an event
  // of the list they had once subscribed to.
  async through(act) {
    await this.members.begin();
    const asked = this.web.requests.length;
    const serverBefore = { pid: this.#pid, seconds: cpuSeconds(this.#pid) };
    await act();
    const figures = await this.members.outcome(() => this.readyAt);
    const questions = this.web.requests.since(asked);
    return {
      ...figures,
      whoQuestions: questions.filter(({ route }) => route === kUserInfo).length,
      mayQuestions: questions.filter(({ route }) => route === kPermission).length,
      serverCpuSeconds:
        cpuSeconds(this.#pid) - (serverBefore.pid === this.#pid ? serverBefore.seconds : 0),
    };
  }

  get #pid() {
    return this.server.child.process.pid;
  }

  #publish() {
    const room = `doctype:${kDoctype}`;
    const message = { doctype: kDoctype };
    this.redis.publish({ site: kSite, room, event: "list_update", message }).catch(() => {});
  }
}
