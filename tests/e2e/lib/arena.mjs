// Where one client misbehaves and another must not notice.

import assert from "node:assert/strict";
import { kReference } from "./crema.mjs";
import { eventually } from "./journal.mjs";
import { descriptors } from "./process.mjs";
import { PollingSession, RawWebSocket, siteHeaders } from "./raw.mjs";
import { World, kAlice, kBob, kSiteA, kSiteB } from "./world.mjs";

// The one connection that the first look for ended sessions opens to the cache, which stays.
const kSpareDescriptors = 1;

export class Arena {
  #polling = [];

  static async create(t, options) {
    return Arena.around(await World.create(t, options));
  }

  // `world` has a server.
  static async around(world) {
    const arena = new Arena();
    arena.world = world;
    arena.innocent = await arena.world.connect({ site: kSiteB, user: kBob, mode: "default" });
    if (!kReference) arena.before = { ...(await arena.gauges()), fds: arena.descriptors() };
    return arena;
  }

  get server() {
    return this.world.server;
  }

  join() {
    return this.world.joinRaw();
  }

  // A WebSocket of alice's that has joined nothing.
  openWebSocket() {
    return RawWebSocket.open(this.world.scope, this.server, { headers: this.headers });
  }

  async openPolling() {
    const session = await PollingSession.open(this.server, this.headers);
    this.#polling.push(session);
    return session;
  }

  // Engine.IO sessions and accepted connections there are.
  async gauges() {
    const all = await this.server.metrics();
    const sum = (name) =>
      all.filter((s) => s.name === name).reduce((total, { value }) => total + value, 0);
    return { sessions: sum("crema_connections"), tcp: sum("crema_tcp_connections") };
  }

  descriptors() {
    return descriptors(this.server.child.process.pid);
  }

  // Once everybody else is gone, the server holds what it held at the start.
  async restored() {
    this.world.scope.release("a raw WebSocket");
    await Promise.all(this.#polling.splice(0).map((s) => s.post("1").catch(() => {})));
    const { sessions, tcp, fds } = this.before;
    await eventually("the sessions and connections of the start", async () => {
      assert.deepEqual(await this.gauges(), { sessions, tcp });
      assert.ok(this.descriptors() <= fds + kSpareDescriptors, `${this.descriptors()} of ${fds}`);
      return true;
    });
  }

  get headers() {
    const { sid } = this.world.credentials(kSiteA, kAlice);
    return siteHeaders({ site: kSiteA, sid });
  }

  async unharmed() {
    const { world, innocent } = this;
    assert.ok(this.server.running, "the server ended");
    const event = { site: kSiteB, room: `user:${kBob}`, event: "still here", message: 1 };
    const received = await world.deliveries([innocent], () => world.redis.publish(event));
    assert.deepEqual(received[innocent.name], [["still here", 1]]);
    assert.deepEqual(innocent.disturbances, []);
    if (!kReference) await this.restored();
  }
}
