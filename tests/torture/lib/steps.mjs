// How each kind of the schedule is done. A step ends when what it broke is whole again; what it
// did to the clients may last longer.

import { storms } from "./storms.mjs";

// A subscription whose framing is broken is given up by Crema, or by then by the proxy.
const kDoubtfulMs = 1_500;
// From SIGTERM to the end 1 s is promised; a machine that does other things too has more.
const kStopMs = 5_000;

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// `proxy` is slow, or stalls, for a while.
const slow = (proxy) => async (all, { each, ms }) => {
  all.installation[proxy].slow(each);
  await sleep(ms);
  all.installation[proxy].clear();
};
const stalls = (proxy) => async (all, { ms }) => {
  all.installation[proxy].stall();
  await sleep(ms);
  all.installation[proxy].clear();
};
const isAway = (proxy) => async (all, { ms }) => {
  all.installation[proxy].away();
  await sleep(ms);
  all.installation[proxy].clear();
};

// Meanwhile no permission is certain.
const withoutWeb = (act) => async (all, step) => {
  all.installation.weather.bad();
  await act(all, step);
  all.installation.weather.good();
};

const harmed = (mode) =>
  withoutWeb(async ({ installation }, { ms }) => {
    installation.webFaults.mode = mode;
    await sleep(ms);
    installation.webFaults.mode = "none";
  });

const breakFraming = (what) => async ({ installation }, step) => {
  installation.tap.breakNext(what, step);
  await sleep(kDoubtfulMs);
  installation.redisProxy.cut("fin", (pair) => pair.isDoubtful);
};

async function restart({ installation, tally, findings }, signal) {
  await tally.read();
  const begin = performance.now();
  await installation.stop(signal);
  const ms = Math.round(performance.now() - begin);
  tally.processEnded();
  if (ms > kStopMs) findings.push(`the stop took ${ms} ms`);
  await installation.start();
}

const kSteps = {
  "redis: slow": slow("redisProxy"),
  "redis: stalls": stalls("redisProxy"),
  "redis: cut": async ({ installation }, { how }) => installation.redisProxy.cut(how),
  "redis: cut amid a message": async ({ installation }, step) =>
    installation.tap.breakNext("half", step),
  "redis: garbage": breakFraming("garbage"),
  "redis: a message is corrupted": async ({ installation }, { messages }) => {
    for (let i = 0; i < messages; ++i) installation.tap.breakNext("payload");
  },
  "redis: the framing is corrupted": breakFraming("framing"),
  "redis: away": isAway("redisProxy"),
  "redis: restarts": async ({ installation }) => {
    await installation.redis.stop();
    await installation.redis.start();
  },
  "web: slow": withoutWeb(slow("webProxy")),
  "web: stalls": withoutWeb(stalls("webProxy")),
  "web: cut amid answers": harmed("cut"),
  "web: corrupted answers": harmed("corrupt"),
  "web: away": withoutWeb(isAway("webProxy")),
  "clients: all lose the network": isAway("clientProxy"),
  "clients: some are cut": async ({ installation, random }, { how, share }) =>
    installation.clientProxy.cut(how, () => random.chance(share)),
  "clients: slow": slow("clientProxy"),
  "clients: stall": stalls("clientProxy"),
  "clients: other subscriptions": async ({ clients, random, wishes }, { share }) => {
    for (const client of clients) if (random.chance(share)) client.want(wishes(random));
  },
  "crema: restart": (all) => restart(all, "SIGTERM"),
  "crema: killed": (all) => restart(all, "SIGKILL"),
  ...storms,
};

export async function take(step, all) {
  await kSteps[step.kind](all, step);
}
