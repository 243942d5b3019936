// A process with many stock clients, started by crowd.mjs: Frappe's page as it is, the official
// client with three attempts and the delays that it has by itself.

import { officialSocket } from "../../e2e/lib/clients.mjs";
import { endWithin } from "../../e2e/lib/scope.mjs";

const kStock = { reconnectionAttempts: 3 };
const kBrowser = { "User-Agent": "Mozilla/5.0 (X11; Linux x86_64)" };
const kAtOnce = 25;

const members = [];

class Member {
  attempts = 0;
  gaveUp = false;
  refusals = [];

  constructor({ server, site, sid, mode, doctype }) {
    const { socket } = officialSocket(server, site, {
      site,
      sid,
      mode,
      headers: kBrowser,
      client: kStock,
    });
    this.socket = socket;
    this.ready = new Promise((resolve, reject) => {
      let isReady = false;
      socket.on("connect", () => {
        this.connectedAt = Date.now();
        if (!isReady) socket.emit("doctype_subscribe", doctype, () => resolve((isReady = true)));
      });
      socket.io.on("reconnect_failed", () => reject(new Error("a client gave up at the start")));
    });
    this.ready.catch(() => {});
    socket.on("list_update", () => (this.heardAt ??= Date.now()));
    socket.on("connect_error", ({ message }) => socket.active || this.refusals.push(message));
    socket.io.on("reconnect_attempt", () => ++this.attempts);
    socket.io.on("reconnect_failed", () => (this.gaveUp = true));
  }

  // What happens from here on counts.
  begin() {
    this.attempts = 0;
    this.connectedAt = undefined;
    this.heardAt = undefined;
  }
}

async function open(all) {
  let next = 0;
  const worker = async () => {
    while (next < all.length) {
      const member = new Member(all[next++]);
      members.push(member);
      await member.ready;
    }
  };
  await Promise.all(Array.from({ length: kAtOnce }, worker));
}

const kOrders = {
  open: async ({ members }) => open(members),
  begin: async () => {
    for (const member of members) member.begin();
  },
  // How many are still awaited: to be back, or to be `heard`.
  awaited: async ({ what }) => {
    const at = { back: "connectedAt", heard: "heardAt" }[what];
    return members.filter((member) => !member.gaveUp && !member[at]).length;
  },
  // Times are milliseconds since the epoch; none: it has not happened.
  state: async () =>
    members.map(({ connectedAt, heardAt, attempts, gaveUp, refusals }) => {
      return { connectedAt, heardAt, attempts, gaveUp, refusals };
    }),
  // Seconds of a processor that this process has taken.
  cpu: async () => process.cpuUsage(),
};

process.on("message", async ({ id, order, ...options }) => {
  try {
    process.send({ id, answer: await kOrders[order](options) });
  } catch (error) {
    process.send({ id, error: error.message });
  }
});
process.on("disconnect", () => process.exit(0));
endWithin(3_600_000);
