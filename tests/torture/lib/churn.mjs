// What comes and goes in front of a server for as long as it is asked to, in every dimension there
// is: connections, sessions, sites, rooms, subscriptions, messages, sessions that are lost.

import { rmSync } from "node:fs";
import { join } from "node:path";

import { Client } from "../../e2e/lib/clients.mjs";
import { Scope } from "../../e2e/lib/scope.mjs";
import { Visitor } from "../../e2e/lib/visitor.mjs";
import { kAlice, kSiteA, kSiteB } from "../../e2e/lib/world.mjs";

const kStaying = 40;
const kVisitorsAtOnce = 10;
// From one visit to the next: the same on a machine that is busy with something else.
const kVisitMs = 400;
const kMessageBytesMax = 20_000;
const kTickMs = 20;
const kPerTick = 4;
const kBrowser = { "User-Agent": "Mozilla/5.0 (X11; Linux x86_64)" };
const kQuick = { reconnectionDelay: 20, reconnectionDelayMax: 100 };

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

export class Churn {
  // How often each was done.
  counts = { visitors: 0, abandoned: 0, sites: 0, rooms: 0, losses: 0, published: 0 };
  #world;
  #random;
  #until;
  #staying = [];

  constructor(world, random) {
    this.#world = world;
    this.#random = random;
  }

  // Until then, a time in milliseconds since the epoch.
  async run(until) {
    this.#until = until;
    this.#allowEverything();
    this.#staying = Array.from({ length: kStaying }, (_, i) => this.#stay(i));
    await Promise.all(this.#staying.map((client) => client.connected()));
    const publishing = setInterval(() => this.#publish(), kTickMs);
    const visitors = Array.from({ length: kVisitorsAtOnce }, () => this.#visit());
    await Promise.all([...visitors, this.#sites(), this.#subscriptions(), this.#losses()]);
    clearInterval(publishing);
    for (const client of this.#staying) client.close();
  }

  get #isOver() {
    return Date.now() >= this.#until;
  }

  // Each doctype is asked about once and never again: whoever keeps rooms, or permissions, grows.
  #allowEverything() {
    const { web } = this.#world;
    const answer = (_request, response) => {
      response.writeHead(200, { "Content-Type": "application/json" });
      response.end('{"message":true}');
    };
    web.fault("has_permission", answer);
  }

  #stay(i) {
    const site = [kSiteA, kSiteB][i % 2];
    const { sid } = this.#world.credentials(site, kAlice);
    const mode = ["default", "polling", "websocket"][i % 3];
    const options = { site, sid, mode, name: `stays ${i}`, headers: kBrowser, client: kQuick };
    return Client.open(this.#world.scope, this.#world.server, options);
  }

  // A life of one connection after the other, half of them broken off at a step of their own.
  async #visit() {
    const steps = ["open", "openWebSocket", "probe", "upgrade", "ping", "leave"];
    while (!this.#isOver) {
      const next = Date.now() + kVisitMs;
      const site = this.#random.pick([kSiteA, kSiteB]);
      const sid = this.#world.credentials(site, kAlice).sid;
      const visitor = new Visitor(this.#world.server, { site, sid });
      const isAbandoned = this.#random.chance(0.5);
      const end = isAbandoned ? this.#random.between(1, steps.length - 1) : steps.length;
      for (const step of steps.slice(0, end)) await visitor[step]();
      visitor.abandon(this.#random.pick(["fin", "reset"]));
      ++this.counts[isAbandoned ? "abandoned" : "visitors"];
      await sleep(Math.max(0, next - Date.now()));
    }
  }

  // Sites that are made, visited and removed.
  async #sites() {
    const { bench, web } = this.#world;
    while (!this.#isOver) {
      const site = `site-${++this.counts.sites}.localhost`;
      bench.addSite(site);
      web.users[site] = web.users[kSiteA];
      const scope = new Scope();
      const { sid } = this.#world.credentials(kSiteA, kAlice);
      const client = Client.open(scope, this.#world.server, { site, sid, mode: "websocket" });
      // What is no site is remembered as none for a while: it is asked for again.
      await client.connected().catch(() => {});
      await scope.close();
      rmSync(join(bench.path, "sites", site), { recursive: true });
      delete web.users[site];
      await sleep(200);
    }
  }

  // Rooms of which no two have the same name.
  async #subscriptions() {
    while (!this.#isOver) {
      const client = this.#random.pick(this.#staying);
      const name = `R${++this.counts.rooms}`;
      if (client.socket.connected) {
        client.emit("doctype_subscribe", name);
        setTimeout(() => client.emit("doctype_unsubscribe", name), this.#random.below(2_000));
      }
      await sleep(20);
    }
  }

  // Connections that are lost and sessions that come back.
  async #losses() {
    while (!this.#isOver) {
      ++this.counts.losses;
      this.#random.pick(this.#staying).socket.io.engine.close();
      await sleep(100);
      // What the clients saw is nobody's interest here.
      for (const { journal, wire } of this.#staying)
        journal.entries.length = wire.entries.length = 0;
    }
  }

  #publish() {
    for (let i = 0; i < kPerTick; ++i) {
      const room = this.#random.pick([`user:${kAlice}`, "all", "website", `doctype:R${i}`]);
      const message = "x".repeat(this.#random.below(kMessageBytesMax) ** 2 / kMessageBytesMax);
      const site = this.#random.pick([kSiteA, kSiteB]);
      ++this.counts.published;
      this.#world.redis.publish({ site, room, event: "churn", message }).catch(() => {});
    }
    const { requests, answers } = this.#world.web;
    requests.entries.length = answers.entries.length = 0;
  }
}
