// A real redis-server on a free port, which can be stopped and started again on the same port.

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Child } from "./child.mjs";
import { asJson } from "./frappe_json.mjs";
import { eventually } from "./journal.mjs";
import { freePort } from "./ports.mjs";
import { RespClient } from "./resp.mjs";
import { removeFolder, trackFolder } from "./scope.mjs";

export const kEventsChannel = "events";

export class Redis {
  #folder;
  #child;
  #client;

  // Not started when `running` is "no": the port is known and refuses connections.
  static async create(scope, { running = "yes" } = {}) {
    const redis = new Redis();
    redis.#folder = mkdtempSync(join(tmpdir(), "crema-e2e-redis-"));
    trackFolder(redis.#folder);
    scope.defer("the Redis server", () => redis.#remove());
    await redis.#choosePort(running);
    return redis;
  }

  get url() {
    return `redis://127.0.0.1:${this.port}`;
  }

  // Starts with an empty data set: nothing is kept over a stop. `more`: other options.
  async start(more = {}) {
    const options = { port: this.port, bind: "127.0.0.1", dir: this.#folder, ...more };
    const args = Object.entries(options).flatMap(([key, value]) => [`--${key}`, String(value)]);
    args.push("--save", "", "--appendonly", "no", "--daemonize", "no");
    this.#child = new Child("redis-server", args);
    await this.#child.line((line) => /Ready to accept connections/.test(line), "Redis' ready line");
  }

  async stop(signal = "SIGTERM") {
    this.#client?.close();
    this.#client = undefined;
    await this.#child?.stop(signal);
    this.#child = undefined;
  }

  async command(...args) {
    if (!this.#client || this.#client.closed) this.#client = await RespClient.connect(this.port);
    return this.#client.command(...args);
  }

  // Publishes text or bytes as they are. Fulfils with the number of subscribers that got them.
  publishRaw(payload) {
    return this.command("PUBLISH", kEventsChannel, payload);
  }

  // Publishes as Frappe 16 does. A `room` of null goes to every site.
  publish({ site, room = null, event, message }) {
    return this.publishRaw(asJson({ event, message, room, namespace: site ?? null }));
  }

  async subscribed() {
    await eventually("a subscriber of the events channel", async () => {
      const [, count] = await this.command("PUBSUB", "NUMSUB", kEventsChannel);
      return count > 0;
    });
  }

  async #choosePort(running) {
    for (let attempt = 1; ; ++attempt) {
      this.port = await freePort();
      if (running === "no") return;
      try {
        return await this.start();
      } catch (error) {
        await this.stop("SIGKILL");
        if (attempt === 5) throw error;
      }
    }
  }

  async #remove() {
    await this.stop("SIGKILL");
    removeFolder(this.#folder);
  }
}
