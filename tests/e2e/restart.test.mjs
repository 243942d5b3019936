// Many stock clients that all lose their connections at once: a restart of the server, one while
// the web process is away too, a network that fails. `node tests/torture/restart.mjs` does it with
// thousands and measures.

import assert from "node:assert/strict";
import test from "node:test";

import { Crowd } from "../torture/lib/crowd.mjs";
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
    const [back, heard] = [figures.backMs, figures.heardMs].map((all) => all.at(-1));
    t.diagnostic(`all back after ${back} ms, their rooms after ${heard} ms`);
    if (figures.end) assert.deepEqual(figures.end, { code: 0, signal: null });
    assert.equal(figures.gaveUp, 0);
    assert.deepEqual(figures.refusals, []);
    assert.equal(figures.backMs.length, kClients, "all came back");
    assert.equal(figures.heardMs.length, kClients, "all have their rooms");
    // What many tabs of one user ask at once is asked once.
    assert.ok(figures.whoQuestions <= 3 * kUsers, `${figures.whoQuestions} questions`);
  };
}
