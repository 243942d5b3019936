// Counters of a server that is restarted meanwhile, its memory, and what of it the bounds allow.

import { residentBytes } from "../../e2e/lib/process.mjs";

const kMetricsOfRefusal = [
  "crema_rejected_total",
  "crema_auth_results_total",
  "crema_connection_errors_total",
  "crema_permission_checks_total",
  "crema_redis_messages_total",
];
const kAccepted = /^(accepted|allowed|delivered|ok)$/;
const kEveryMs = 250;

export class Tally {
  peakBytes = 0;
  startBytes = 0;
  peakConnections = 0;
  peakSessions = 0;
  #totals = new Map();
  #current = new Map();
  #timer;
  #installation;

  constructor(installation) {
    this.#installation = installation;
    this.startBytes = residentBytes(installation.pid);
    this.#timer = setInterval(() => this.#look(), kEveryMs);
  }

  stop() {
    clearInterval(this.#timer);
  }

  // Reads the counters of the process there is; after it ended these are added to the others'.
  async read() {
    const samples = await this.#installation.server.metrics();
    this.#current = new Map(
      samples.map(({ name, labels, value }) => [`${name} ${JSON.stringify(labels)}`, value]),
    );
  }

  processEnded() {
    for (const [key, value] of this.#current)
      this.#totals.set(key, (this.#totals.get(key) ?? 0) + value);
    this.#current = new Map();
  }

  // The sum over all processes, of the samples that `predicate(labels)` accepts.
  total(name, predicate = () => true) {
    let sum = 0;
    for (const all of [this.#totals, this.#current]) {
      for (const [key, value] of all) {
        const [itsName, labels] = [key.slice(0, key.indexOf(" ")), key.slice(key.indexOf(" "))];
        if (itsName === name && predicate(JSON.parse(labels))) sum += value;
      }
    }
    return sum;
  }

  // [[what, how many]]: everything that was refused, by reason.
  refusals() {
    const found = new Map();
    for (const key of new Set([...this.#totals.keys(), ...this.#current.keys()])) {
      const [name, text] = [key.slice(0, key.indexOf(" ")), key.slice(key.indexOf(" "))];
      const labels = JSON.parse(text);
      if (!kMetricsOfRefusal.includes(name) || kAccepted.test(labels.result ?? "")) continue;
      const reason = labels.reason || labels.name || labels.result;
      const what = `${name.replace(/^crema_|_total$/g, "")}: ${reason}`;
      const count = this.total(name, (its) => JSON.stringify(its) === JSON.stringify(labels));
      if (count > 0) found.set(what, (found.get(what) ?? 0) + count);
    }
    return [...found];
  }

  #look() {
    try {
      this.peakBytes = Math.max(this.peakBytes, residentBytes(this.#installation.pid));
    } catch {
      return;  // It is being restarted.
    }
    this.#count().catch(() => {});
  }

  async #count() {
    const samples = await this.#installation.server.metrics();
    const sum = (name) =>
      samples.filter((s) => s.name === name).reduce((total, { value }) => total + value, 0);
    this.peakConnections = Math.max(this.peakConnections, sum("crema_tcp_connections"));
    this.peakSessions = Math.max(this.peakSessions, sum("crema_connections"));
  }
}

// What the bounds of docs/operating/limits.md allow in sum, in bytes.
export function boundsInSum({ connections, sessions, sites, startBytes }) {
  const kKib = 1024;
  const kMib = 1024 * kKib;
  const perConnection =
    16 * kKib +  // head_bytes_max
    64 * kKib +  // kPipelinedBytesMax
    8 * kKib;  // kControlBytesMax
  const perSession =
    1_000_000 +  // message_bytes_max: a body or a frame that is not complete
    kMib +  // held_bytes_max
    8 * kKib;  // what it and its rooms take
  const queued = Math.min(
    sessions * kMib,  // queued_bytes_max
    512 * kMib,  // queued_memory_max
  );
  const perSite =
    16 * kMib +  // recovery's bytes_max
    16 * 256 * kKib;  // calls_per_site_max × kWebBodyBytesMax
  const redis = 2 * 16 * kMib;  // bulk_bytes_max: what is read and what is not complete
  const perPeer = connections * perConnection + sessions * perSession;
  return startBytes + perPeer + queued + sites * perSite + redis;
}
