// Many stock clients that all lose their connections at once: a restart of the server, one while
// the web process is away too, a network that fails. `node tests/torture/restart.mjs` does it with
// thousands and measures.

import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";

import { Crowd } from "../torture/lib/crowd.mjs";
import { kModes } from "./lib/clients.mjs";
import { cremaOnly } from "./lib/crema.mjs";
import { Scope } from "./lib/scope.mjs";

const kCrema = cremaOnly("loses their rooms", { timeout: 180_000 });
const kClients = 200;
const kUsers = 40;

// Each with what happens; the stock client waits up to 1.5 s before its first attempt.
const kLosses = {
  "a restart, by default": { mode: "default", act: (crowd) => crowd.restart() },
  "a restart, by websocket": { mode: "websocket", act: (crowd) => crowd.restart() },
  "a restart while the web process is away": {
    mode: "default",
    act: (crowd) => crowd.webRestart({ awayMs: 2_000 }),
  },
  "a network that is gone for a second": {
    mode: "websocket",
    act: (crowd) => crowd.blip({ awayMs: 1_000 }),
  },
};

const kAtOnce = { ...kCrema, concurrency: 2 };

test("stock clients that all lose their connections come back", kAtOnce, (t) =>
  Promise.all(Object.entries(kLosses).map(([name, loss]) => t.test(name, kCrema, comesBack(loss)))),
);

function comesBack({ mode, act }) {
  return async (t) => {
    const options = { clients: kClients, users: kUsers, workers: 1, mode, network: "yes" };
    const crowd = await Crowd.create(Scope.of(t), options);
    const figures = await act(crowd);
    const { back, heard } = figures;
    t.diagnostic(`all back after ${back.last} ms, their rooms after ${heard.last} ms`);
    if (figures.end) assert.deepEqual(figures.end, { code: 0, signal: null });
    assert.equal(figures.gaveUp, 0);
    assert.deepEqual(figures.reasons, []);
    assert.equal(figures.refused, 0);
    assert.equal(back.count, kClients, "all came back");
    assert.equal(heard.count, kClients, "all have their rooms");
    // What many tabs of one user ask at once is asked once.
    assert.ok(figures.whoQuestions <= 3 * kUsers, `${figures.whoQuestions} questions`);
  };
}

// The same by `crema load --come-back`, whose clients have to be as good as the official ones: that
// they are, and that it says so when something is wrong.
const kFew = { clients: 50, users: 10, kind: "crema" };
const kWaitsMore = { ...kCrema, concurrency: 5 };

test("clients of crema load that all lose their connections", kWaitsMore, (t) =>
  Promise.all([
    ...kModes.map((mode) => t.test(`come back by ${mode}`, kCrema, cameBackBy(mode))),
    t.test("say that their rooms are not back", kCrema, findTheirRoomsGone),
    t.test("give up after three attempts", kCrema, giveUp),
  ]),
);

function cameBackBy(mode) {
  return async (t) => {
    const crowd = await Crowd.create(Scope.of(t), { ...kFew, mode });
    const figures = await crowd.restart();
    const { back, heard, lost, upgraded } = figures;
    assert.deepEqual(figures.end, { code: 0, signal: null });
    assert.deepEqual([lost, back.count, heard.count], [50, 50, 50]);
    assert.deepEqual([figures.gaveUp, figures.refused], [0, 0]);
    assert.equal(upgraded, mode === "polling" ? 0 : 50);
    // The first attempt begins 551 to 1,499 ms after the loss, the next up to 2,999 ms later.
    assert.ok(back.last > 300 && back.last < 5_000, `the last is back after ${back.last} ms`);
  };
}

async function findTheirRoomsGone(t) {
  const crowd = await Crowd.create(Scope.of(t), { ...kFew, mode: "websocket", backSeconds: 5 });
  const meanwhile = () => rm(join(crowd.bench.path, "config", "crema-state"));
  const { back, heard } = await crowd.restart({ meanwhile });
  assert.equal(back.count, 50);
  assert.equal(heard.count, 0);
}

async function giveUp(t) {
  const crowd = await Crowd.create(Scope.of(t), { ...kFew, mode: "websocket" });
  const { back, gaveUp, attemptsMax, reasons } = await crowd.restart({ awayMs: 10_000 });
  assert.deepEqual([gaveUp, back.count, attemptsMax], [50, 0, 3]);
  assert.deepEqual(reasons, ["websocket error: connect: Connection refused"]);
}
