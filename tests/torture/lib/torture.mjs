// One run: clients, a publisher, and what the seed says goes wrong; then the logs are read.

import { eventually } from "../../e2e/lib/journal.mjs";
import { Scope } from "../../e2e/lib/scope.mjs";
import { check } from "./checker.mjs";
import { Installation, kDoctypes, kSites } from "./installation.mjs";
import { kHarmed, kMaybe, kSure, Ledger } from "./ledger.mjs";
import { Publisher } from "./publisher.mjs";
import { Random } from "./random.mjs";
import { makeSchedule } from "./schedule.mjs";
import { take } from "./steps.mjs";
import { Tally } from "./tally.mjs";
import { TortureClient } from "./torture_client.mjs";

const kModes = ["default", "polling", "websocket"];
const kSettledMs = 60_000;
const kBetweenMarkersMs = 500;
// Pings and sessions are looked at more often than a server in earnest does.
const kCremaConfig = { ping_interval: "4s", ping_timeout: "8s", session_check: "5s" };

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// Every room that can be asked for, whoever may.
const kRoomsToAskFor = kDoctypes.flatMap((name) => [`doctype:${name}`, `doc:${name}/1`]);
const wishes = (random) => kRoomsToAskFor.filter(() => random.chance(0.4));

// Some of each site, user, kind of user and transport.
function population(random, count) {
  return Array.from({ length: count }, (_, i) => {
    const site = kSites[i % kSites.length];
    const number = (i >> 1) % 12;
    const user = `u${number}@example.com`;
    const isSystem = number % 3 !== 2;
    return {
      name: `client ${i}, ${user} on ${site}`,
      site,
      user,
      number,
      mode: random.pick(kModes),
      rooms: [`user:${user}`, "website", ...(isSystem ? ["all"] : [])],
      wanted: wishes(random),
    };
  });
}

// {site, room} of the next message: mostly to one user, a list or a document, seldom to everybody.
function chooseRoom(random) {
  const site = random.pick(kSites);
  const dice = random.next();
  if (dice < 0.45) return { site, room: `user:u${random.below(12)}@example.com` };
  if (dice < 0.85) return { site, room: random.pick(kRoomsToAskFor) };
  if (dice < 0.9) return { site, room: "all" };
  if (dice < 0.95) return { site, room: "website" };
  return { site: dice < 0.98 ? site : null, room: null };
}

// `say(text)` is told what happens. Returns what `report.mjs` prints.
export async function torture({ seed, seconds, count, perSecond, kinds, config, say }) {
  const scope = new Scope();
  try {
    const run = await prepare(scope, { seed, count, perSecond, config });
    const begin = Date.now();
    await goThrough(run, makeSchedule(seed, seconds, kinds), begin + seconds * 1000, say);
    const last = await settle(run);
    await run.tally.read();
    return results(run, last, (Date.now() - begin) / 1000);
  } finally {
    await scope.close();
  }
}

async function prepare(scope, { seed, count, perSecond, config }) {
  const random = new Random(seed);
  const ledger = new Ledger();
  const findings = [];
  const installation = await Installation.create(scope, {
    ledger,
    random,
    config: { ...kCremaConfig, ...config },
  });
  await installation.redis.subscribed();
  const tally = new Tally(installation);
  scope.defer("the tally", () => tally.stop());
  const publishing = random.fork();
  const choose = () => chooseRoom(publishing);
  const { redis } = installation;
  const publisher = new Publisher({ redis, ledger, random: publishing, choose, perSecond });
  scope.defer("the publisher", () => publisher.stop());
  const people = population(random.fork(), count);
  const clients = people.map((who) => new TortureClient(installation, who));
  for (const client of clients) {
    scope.defer(client.name, () => client.close());
    client.open();
  }
  publisher.start();
  return { installation, ledger, findings, tally, publisher, clients, random, wishes };
}

async function goThrough(run, schedule, until, say) {
  for (const step of schedule) {
    const { kind, gap, ...how } = step;
    await sleep(gap);
    if (Date.now() >= until) return;
    say(`${kind} ${Object.entries(how).map((pair) => pair.join("=")).join(" ")}`);
    try {
      await take(step, run);
    } catch (error) {
      run.findings.push(`${kind}: ${error.message}`);
    }
    // What the harness itself keeps of the web process does not have to grow.
    run.installation.web.requests.entries.length = 0;
    run.installation.web.answers.entries.length = 0;
  }
}

// Everything is well again. Fulfils with the id of a message for everybody that all have got.
async function settle({ clients, publisher, findings }) {
  const settled = () => clients.every((client) => client.isSettled);
  await eventually("all clients connected and answered", settled, kSettledMs).catch((error) =>
    findings.push(`${error.message}; not settled: ${unsettled(clients)}`),
  );
  publisher.stop();
  await sleep(kBetweenMarkersMs);
  const deadline = Date.now() + kSettledMs;
  let last;
  while (Date.now() < deadline) {
    const marker = publisher.publish({ site: null, room: null });
    last = marker ?? last;
    await sleep(kBetweenMarkersMs);
    if (clients.every(({ log }) => log.lastIndexOf(marker) >= 0)) return marker;
  }
  return last;
}

const unsettled = (clients) =>
  clients
    .filter((client) => !client.isSettled)
    .map(({ name, socket }) => `${name} (${socket.connected ? "connected" : "not connected"})`)
    .join("; ");

function results(run, last, seconds) {
  const { ledger, clients, tally, installation, findings, publisher } = run;
  const found = check(ledger, clients, { last });
  const harmed = ledger.count(kHarmed);
  const entries = (kind) =>
    clients.reduce((sum, { log }) => sum + log.filter((entry) => entry.kind === kind).length, 0);
  const damaged = entries("damaged");
  if (damaged > harmed * clients.length)
    found.invented.push(`${damaged} damaged messages arrived, ${harmed} were harmed`);
  const expelled = entries("expelled");
  if (expelled > 0) findings.push(`${expelled} clients were told to go`);
  for (const name of ["crema_bugs_total", "crema_escaped_exceptions_total"]) {
    if (tally.total(name) > 0) findings.push(`${name} is ${tally.total(name)}`);
  }
  return {
    seconds,
    found,
    findings,
    // The end of the run ends the server too.
    crashes: [...installation.crashes],
    tally,
    published: publisher.published,
    connects: entries("connect"),
    recovered: clients.reduce((sum, { log }) => sum + log.filter((e) => e.recovered).length, 0),
    refusedConnects: refusals(clients),
    read: { sure: ledger.count(kSure), maybe: ledger.count(kMaybe), harmed },
    logs: clients.map(({ name, site, rooms, log }) => ({ name, site, rooms, log })),
    ledger,
    stderr: installation.server.child.stderr.entries,
  };
}

function refusals(clients) {
  const all = new Map();
  for (const client of clients)
    for (const [why, count] of client.refusals) all.set(why, (all.get(why) ?? 0) + count);
  return [...all];
}

