// Where one client misbehaves and another must not notice.

import assert from "node:assert/strict";
import { kReference } from "./crema.mjs";
import { kSecretKey } from "./fake_web.mjs";
import { eventually } from "./journal.mjs";
import { descriptors } from "./process.mjs";
import { PollingSession, RawWebSocket, siteHeaders } from "./raw.mjs";
import { World, kAlice, kBob, kSiteA, kSiteB } from "./world.mjs";

// The one connection that the first look for ended sessions opens to the cache, which stays.
const kSpareDescriptors = 1;
// Once, and no more when it is all done again: a buffer of a message's size that is used anew, and
// what is remembered for 5 s of names that are no sites. The most that was seen is 1.5 MiB.
const kSpareHeapBytes = 2 << 20;

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

  // Engine.IO sessions and accepted connections there are; `heap`: bytes in use, but for the events
  // that are kept, within a bound of their own, for who comes back. 0 where a sanitizer allocates.
  async gauges() {
    const all = await this.server.metrics();
    const sum = (name, state) =>
      all
        .filter((s) => s.name === name && (!state || s.labels.state === state))
        .reduce((total, { value }) => total + value, 0);
    const used = sum("crema_heap_bytes", "used");
    return {
      sessions: sum("crema_connections"),
      tcp: sum("crema_tcp_connections"),
      heap: used && used - sum("crema_recovery_bytes"),
    };
  }

  descriptors() {
    return descriptors(this.server.child.process.pid);
  }

  // Clients leave, each with a goodbye that is heard, and hang up.
  async part(clients) {
    for (const { socket } of clients) socket.disconnect();
    await eventually("their sessions have ended", async () => {
      return (await this.gauges()).sessions === this.before.sessions;
    });
    for (const client of clients) client.close();
  }

  // Once everybody else is gone, the server holds what it held at the start.
  async restored(spareHeapBytes) {
    this.world.scope.release("a raw WebSocket");
    await Promise.all(this.#polling.splice(0).map((s) => s.post("1").catch(() => {})));
    const { heap: heapBefore, fds, ...before } = this.before;
    await eventually("the sessions, connections and memory of the start", async () => {
      const { heap, ...now } = await this.gauges();
      assert.deepEqual(now, before);
      assert.ok(this.descriptors() <= fds + kSpareDescriptors, `${this.descriptors()} of ${fds}`);
      assert.ok(heap <= heapBefore + spareHeapBytes, `${heap} bytes of ${heapBefore}`);
      return true;
    });
  }

  get headers() {
    const { sid } = this.world.credentials(kSiteA, kAlice);
    return siteHeaders({ site: kSiteA, sid });
  }

  // Who may read the log may not become anybody by it.
  async #nothingIsTold() {
    const { world } = this;
    const people = [kSiteA, kSiteB].flatMap((site) =>
      [kAlice, kBob].map((user) => world.credentials(site, user)),
    );
    const secrets = people.flatMap(({ sid, token }) => [sid, token]);
    secrets.push(await world.redis.command("GET", kSecretKey));
    const lines = this.server.child.stderr.entries;
    const told = lines.filter((line) => secrets.some((secret) => secret && line.includes(secret)));
    assert.deepEqual(told, [], "credentials in the log");
  }

  // `spareHeapBytes`: of memory that the server may have more than at the start.
  async unharmed({ spareHeapBytes = kSpareHeapBytes } = {}) {
    const { world, innocent } = this;
    assert.ok(this.server.running, "the server ended");
    const event = { site: kSiteB, room: `user:${kBob}`, event: "still here", message: 1 };
    const received = await world.deliveries([innocent], () => world.redis.publish(event));
    assert.deepEqual(received[innocent.name], [["still here", 1]]);
    assert.deepEqual(innocent.disturbances, []);
    if (kReference) return;
    await this.restored(spareHeapBytes);
    await this.#nothingIsTold();
  }
}
