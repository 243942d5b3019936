// A whole installation: a bench with two sites, Redis, the web process, and the server under test.

import { Bench } from "./bench.mjs";
import { Client, deliveries } from "./clients.mjs";
import { Server } from "./crema.mjs";
import { FakeWeb } from "./fake_web.mjs";
import { eventually } from "./journal.mjs";
import { freePort } from "./ports.mjs";
import { RawWebSocket } from "./raw.mjs";
import { Redis } from "./redis.mjs";
import { Scope } from "./scope.mjs";
import { kVersion16 } from "./web_dialects.mjs";

export const kSiteA = "a.localhost";
export const kSiteB = "b.localhost";
export const kAlice = "alice@example.com";
export const kBob = "bob@example.com";
export const kGuest = "Guest";

// The same people on both sites, with credentials of their own on each.
const kUsers = Object.fromEntries(
  [kSiteA, kSiteB].map((site) => [
    site,
    [
      {
        name: kAlice,
        userType: "System User",
        sid: `alice-${site}`,
        token: `alicekey:alice-${site}`,
      },
      { name: kBob, userType: "Website User", sid: `bob-${site}`, token: `bobkey:bob-${site}` },
      { name: kGuest, userType: "Website User", sid: "Guest" },
    ],
  ]),
);

export class World {
  // `redis` and `web` "no": not running at the start. `server` goes to Server.start; null starts
  // none. `handlers`: name of an app to the text of its handlers.js, in the sites' order.
  // `dialect` is the Frappe of the bench and its web process.
  static async create(t, options = {}) {
    const { redis = "yes", web = "yes", server = {}, config = {}, dialect = kVersion16 } = options;
    const { handlers = {} } = options;
    const world = new World();
    world.dialect = dialect;
    world.scope = Scope.of(t);
    world.redis = await Redis.create(world.scope, { running: redis });
    world.web = await FakeWeb.create(world.scope, {
      redis: world.redis,
      // Its own: a test may take a user away.
      users: { ...kUsers },
      dialect,
      running: web,
    });
    world.bench = Bench.create(world.scope, {
      sites: Object.keys(kUsers),
      config: { ...world.config, socketio_port: await freePort(), ...config },
      version: dialect.module,
    });
    world.web.apps = ["frappe", ...Object.keys(handlers)];
    for (const [app, text] of Object.entries(handlers)) world.bench.addHandlers(app, text);
    if (server !== null) await world.startServer(server, redis);
    return world;
  }

  // On the port that the configuration names. Returns when it listens, and has subscribed unless
  // `redis` is "no".
  async startServer(options = {}, redis = "yes") {
    this.server = await Server.start(this.scope, this.bench, options);
    if (redis === "yes") await this.redis.subscribed();
  }

  get config() {
    return {
      redis_queue: this.redis.url,
      redis_cache: this.redis.url,
      webserver_port: this.web.port,
    };
  }

  credentials(site, user) {
    return kUsers[site]?.find(({ name }) => name === user);
  }

  // `user` fills in the cookie; `through` stands before the server; other options as Client.open.
  open({ site = kSiteA, user = kAlice, mode = "websocket", ...options } = {}) {
    const { through = this.server } = options;
    return Client.open(this.scope, through, this.#options({ site, user, mode, ...options }));
  }

  async connect({ site = kSiteA, user = kAlice, mode = "websocket", ...options } = {}) {
    const { through = this.server } = options;
    return Client.connect(this.scope, through, this.#options({ site, user, mode, ...options }));
  }

  joinRaw({ site = kSiteA, user = kAlice } = {}) {
    return RawWebSocket.join(this.scope, this.server, {
      site,
      sid: this.credentials(site, user).sid,
    });
  }

  deliveries(clients, act) {
    return deliveries(clients, this.redis, act);
  }

  // Emits a subscription and waits until an event for `room` arrives because of it.
  async subscribe(client, room, event, ...args) {
    client.emit(event, ...args);
    await eventually(`${client.name} in ${room}`, async () => {
      const probe = { site: client.site, room, event: "e2e_probe", message: room };
      const received = await this.deliveries([client], () => this.redis.publish(probe));
      return received[client.name].length > 0;
    });
  }

  #options({ site, user, mode, ...options }) {
    const name = `${user.split("@")[0]} on ${site} by ${mode}`;
    const sid = this.credentials(site, user)?.sid;
    return { site, mode, name, sid, ...options };
  }
}
