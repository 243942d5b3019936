// Publishes without pause, in one order, whether Redis is there or not.

import { asJson } from "../../e2e/lib/frappe_json.mjs";
import { kEventsChannel } from "../../e2e/lib/redis.mjs";
import { RespClient } from "../../e2e/lib/resp.mjs";
import { sumOf } from "./torture_client.mjs";

const kTickMs = 20;
const kPadBytesMax = 400;

export class Publisher {
  published = 0;
  // Redis did not say that it took them.
  failed = 0;
  #redis;
  #client;
  #timer;
  #isConnecting = false;

  // `choose()` returns {site, room} of the next message.
  constructor({ redis, ledger, random, choose, perSecond }) {
    Object.assign(this, { ledger, random, choose, perSecond });
    this.#redis = redis;
  }

  start() {
    const perTick = (this.perSecond * kTickMs) / 1000;
    let due = 0;
    this.#timer = setInterval(() => {
      for (due += perTick; due >= 1; --due) this.publish(this.choose());
    }, kTickMs);
  }

  stop() {
    clearInterval(this.#timer);
    this.#client?.close();
  }

  // The message's id; undefined when there is no Redis to publish on.
  publish({ site, room }) {
    if (!this.#client || this.#client.closed) {
      this.#connect();
      return undefined;
    }
    const id = this.ledger.publish(site, room);
    const pad = "x".repeat(this.random.below(kPadBytesMax));
    const message = { id, pad, sum: sumOf(id, pad) };
    const envelope = asJson({ event: "torture", message, room, namespace: site });
    this.#client.command("PUBLISH", kEventsChannel, envelope).then(
      () => ++this.published,
      () => ++this.failed,
    );
    return id;
  }

  async #connect() {
    if (this.#isConnecting) return;
    this.#isConnecting = true;
    try {
      this.#client = await RespClient.connect(this.#redis.port);
    } catch {
      // The next message tries again.
    } finally {
      this.#isConnecting = false;
    }
  }
}
