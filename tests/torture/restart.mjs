// Thousands of stock clients (the official one with three attempts) through a stop and a start of
// the server: none may give up, all are back within 3 s of the new process being ready, and their
// rooms are back.
//
//   node tests/torture/restart.mjs [--clients 5000] [--users 500] [--workers 4]
//                                  [--mode websocket|default|polling] [--away MS] [--rounds 1]
//                                  [--what restart|web|blip]
//
// `web`: the web process is away too, until `--away` after the restart; `blip`: only the network is
// gone, for `--away`. Times then count from when it is back.
// Exit 0: so it was. 1: it was not.

import { parseArgs } from "node:util";

import { endWithin, Scope } from "../e2e/lib/scope.mjs";
import { Crowd } from "./lib/crowd.mjs";

const kBackMs = 3_000;
const kWhat = { restart: "restart", web: "webRestart", blip: "blip" };

const { values } = parseArgs({
  options: {
    clients: { type: "string", default: "5000" },
    users: { type: "string", default: "500" },
    workers: { type: "string", default: "4" },
    mode: { type: "string", default: "websocket" },
    away: { type: "string", default: "0" },
    rounds: { type: "string", default: "1" },
    what: { type: "string", default: "restart" },
  },
});
const [clients, users, workers, awayMs, rounds] = [
  values.clients,
  values.users,
  values.workers,
  values.away,
  values.rounds,
].map(Number);

const at = (sorted, share) => sorted[Math.floor((sorted.length - 1) * share)];
const spread = (all) =>
  all.length === 0
    ? "nobody"
    : `${all.length}; median ${at(all, 0.5)}, 99 % ${at(all, 0.99)}, last ${all.at(-1)} ms`;

function print(figures) {
  const { end, stopMs, gapMs } = figures;
  const rows = [
    ...(end ? [["the stop took", `${stopMs} ms, ended with ${end.code ?? end.signal}`]] : []),
    ...(end ? [["from its end to the next one ready", `${gapMs} ms`]] : []),
    ["back after that", spread(figures.backMs)],
    ["got an event of their list", spread(figures.heardMs)],
    ["gave up", figures.gaveUp],
    ["were refused", figures.refusals.length],
    ["attempts, at most", figures.attemptsMax],
    ["questions who somebody is", figures.whoQuestions],
    ["questions what somebody may read", figures.mayQuestions],
    ["CPU of the server", `${figures.serverCpuSeconds.toFixed(2)} s`],
    ["CPU of the clients", `${figures.crowdCpuSeconds.toFixed(2)} s`],
  ];
  for (const [what, value] of rows) console.log(`${what.padEnd(36)}${value}`);
}

function problems({ backMs, heardMs, gaveUp, refusals, end }) {
  return [
    [end && end.code !== 0, "the stop did not end with 0"],
    [gaveUp > 0, "somebody gave up"],
    [refusals.length > 0, "somebody was refused"],
    [backMs.length < clients, "somebody did not come back"],
    [heardMs.length < clients, "somebody's rooms are not back"],
    [!(backMs.at(-1) <= kBackMs), `not all were back within ${kBackMs} ms`],
  ]
    .filter(([isSo]) => isSo)
    .map(([, what]) => what);
}

if (!kWhat[values.what]) {
  console.error("--what has to be restart, web or blip");
  process.exit(2);
}
endWithin(1_800_000);
const scope = new Scope();
let failed = false;
try {
  const begin = Date.now();
  const network = values.what === "blip" ? "yes" : "no";
  const crowd = await Crowd.create(scope, { clients, users, workers, mode: values.mode, network });
  console.log(`${clients} clients by ${values.mode} of ${users} users in ${workers} processes`);
  console.log(`connected in ${((Date.now() - begin) / 1000).toFixed(1)} s`);
  for (let round = 0; round < rounds; ++round) {
    const figures = await crowd[kWhat[values.what]]({ awayMs });
    console.log("");
    print(figures);
    for (const what of problems(figures)) {
      failed = true;
      console.log(`restart: FAILED: ${what}`);
    }
  }
} finally {
  await scope.close();
}
process.exit(failed ? 1 : 0);
