// Thousands of stock clients (the official one with three attempts) through a stop and a start of
// the server: none may give up, all are back within 3 s of the new process being ready, and their
// rooms are back.
//
//   node tests/torture/restart.mjs [--kind crema|official] [--clients 5000] [--users 500]
//                                  [--mode websocket|default|polling] [--away MS] [--rounds 1]
//                                  [--what restart|web|blip] [--workers 4]
//
// `--kind crema`: the clients are those of `crema load --come-back`, which come back as the
// official one does and leave the machine to the server; a round has a crowd of its own.
// `official`: the official client itself, in `--workers` processes of Node, whose CPU is what is
// measured when they are thousands.
// `web`: the web process is away too, until `--away` after the restart; `blip`: only the network is
// gone, for `--away`. Times then count from when it is back.
// Exit 0: so it was. 1: it was not.

import { parseArgs } from "node:util";

import { endWithin, Scope } from "../e2e/lib/scope.mjs";
import { Crowd, kKinds } from "./lib/crowd.mjs";
import { spreadText } from "./lib/spread.mjs";

const kBackMs = 3_000;
const kStopMs = 1_000;
const kWhat = { restart: "restart", web: "webRestart", blip: "blip" };

const { values } = parseArgs({
  options: {
    kind: { type: "string", default: "crema" },
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

function print(figures) {
  const { end, stopMs, gapMs } = figures;
  const rows = [
    ...(end ? [["the stop took", `${stopMs} ms, ended with ${end.code ?? end.signal}`]] : []),
    ...(end ? [["from its end to the next one ready", `${gapMs} ms`]] : []),
    ["back after that", spreadText(figures.back)],
    ["got an event of their list", spreadText(figures.heard)],
    ...(figures.recovered === undefined ? [] : [["sessions recovered", figures.recovered]]),
    ["gave up", figures.gaveUp],
    ["were refused", figures.refused],
    ...figures.reasons.map((reason) => ["", reason]),
    ["attempts, at most", figures.attemptsMax],
    ["questions who somebody is", figures.whoQuestions],
    ["questions what somebody may read", figures.mayQuestions],
    ["CPU of the server", `${figures.serverCpuSeconds.toFixed(2)} s`],
    ["CPU of the clients", `${figures.crowdCpuSeconds.toFixed(2)} s`],
  ];
  for (const [what, value] of rows) console.log(`${what.padEnd(36)}${value}`);
}

function problems({ back, heard, gaveUp, refused, end, stopMs }) {
  return [
    [end && end.code !== 0, "the stop did not end with 0"],
    [stopMs > kStopMs, `the stop took more than ${kStopMs} ms`],
    [gaveUp > 0, "somebody gave up"],
    [refused > 0, "somebody was refused"],
    [back.count < clients, "somebody did not come back"],
    [heard.count < clients, "somebody's rooms are not back"],
    [!(back.last <= kBackMs), `not all were back within ${kBackMs} ms`],
  ]
    .filter(([isSo]) => isSo)
    .map(([, what]) => what);
}

if (!kWhat[values.what]) {
  console.error("--what has to be restart, web or blip");
  process.exit(2);
}
if (!kKinds[values.kind]) {
  console.error("--kind has to be crema or official");
  process.exit(2);
}
endWithin(1_800_000);
const scope = new Scope();
let failed = false;
try {
  const begin = Date.now();
  const network = values.what === "blip" ? "yes" : "no";
  const { kind, mode } = values;
  const crowd = await Crowd.create(scope, { kind, clients, users, workers, mode, network });
  const who = kind === "crema" ? "crema load" : `the official client in ${workers} processes`;
  console.log(`${clients} clients by ${mode} of ${users} users, ${who}`);
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
