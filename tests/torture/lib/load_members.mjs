// A crowd of `crema load --come-back`, in one process. It is good for one loss: the next one has
// another.

import { Child } from "../../e2e/lib/child.mjs";
import { binary } from "../../e2e/lib/crema.mjs";
import { refuseReports } from "../../e2e/lib/sanitizers.mjs";
import { later } from "./spread.mjs";

const kTransports = { default: "upgrade", polling: "polling", websocket: "websocket" };
const kBrowser = "Mozilla/5.0 (X11; Linux x86_64)";
const kOpenMs = 60_000;
const kOpenMsEach = 50;
const kBackSeconds = 60;
// Each has some 28,000 ports, and a client that upgrades uses three of them each time it comes.
const kClientsPerAddress = 2_000;

export class LoadMembers {
  #options;
  #scope;
  #child;

  // As OfficialMembers.open; `backSeconds`: for how long it is waited for.
  static async open(scope, options) {
    const members = new LoadMembers();
    members.#scope = scope;
    members.#options = { backSeconds: kBackSeconds, ...options };
    await members.#gather();
    return members;
  }

  async begin() {
    if (!this.#child) await this.#gather();
  }

  async outcome(since) {
    const child = this.#child;
    this.#child = undefined;
    await child.ended(1_000 * (this.#options.backSeconds + 30));
    refuseReports("crema load", child.stderr.entries);
    const found = JSON.parse(child.stdout.entries.at(-1));
    if (found.back === undefined) throw new Error(child.stderr.entries.join("\n"));
    const shift = found.first_answer_at_ms - since();
    return {
      back: later(found.back_since_answer_ms, shift),
      heard: later(found.heard_since_answer_ms, shift),
      lost: found.lost,
      recovered: found.recovered,
      upgraded: found.upgraded,
      gaveUp: found.gave_up,
      attemptsMax: found.attempts_max,
      refused: found.refused,
      reasons: Object.keys({ ...found.gave_up_reasons, ...found.refused_reasons }),
      crowdCpuSeconds: found.cpu_seconds,
    };
  }

  async #gather() {
    const { clients } = this.#options;
    const child = new Child(binary(), ["load", ...this.#arguments()]);
    this.#scope.defer("a crowd", () => child.closed || child.stop("SIGKILL"));
    const isReady = (line) => line.startsWith('{"ready":');
    await child.line(isReady, "a crowd that is ready", kOpenMs + clients * kOpenMsEach);
    this.#child = child;
  }

  // User `i` has the number of its numbered room in its cookie, and all subscribe to one list.
  #arguments() {
    const { port, site, people, doctype, clients, mode, redis, backSeconds } = this.#options;
    const options = {
      server: `127.0.0.1:${port}`,
      site,
      transport: kTransports[mode],
      connections: clients,
      "source-addresses": Math.ceil(clients / kClientsPerAddress),
      redis: `127.0.0.1:${redis.port}`,
      room: `doctype:${doctype}`,
      rooms: people.length,
      "subscribe-event": "doctype_subscribe",
      "subscribe-argument": doctype,
      event: "list_update",
      "come-back": backSeconds,
    };
    const headers = [
      `Host: ${site}:${port}`,
      `Origin: http://${site}:${port}`,
      `X-Frappe-Site-Name: ${site}`,
      `Cookie: sid=${people[0].sid.replace(/\d+$/, "{r}")}`,
      `User-Agent: ${kBrowser}`,
    ];
    return [
      "--json",
      ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]),
      ...headers.flatMap((header) => ["--header", header]),
    ];
  }
}
