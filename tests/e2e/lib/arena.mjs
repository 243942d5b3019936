// Where one client misbehaves and another must not notice.

import assert from "node:assert/strict";

import { PollingSession, RawWebSocket, siteHeaders } from "./raw.mjs";
import { World, kAlice, kBob, kSiteA, kSiteB } from "./world.mjs";

export class Arena {
  static async create(t, options) {
    const arena = new Arena();
    arena.world = await World.create(t, options);
    arena.innocent = await arena.world.connect({ site: kSiteB, user: kBob, mode: "default" });
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

  openPolling() {
    return PollingSession.open(this.server, this.headers);
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
  }
}
