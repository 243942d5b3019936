// The short form of `make torture` (tests/torture): as many of its kinds of fault and storm as fit
// into kSeconds (some twenty of 26), by a seed that is another one each time, so that each kind
// comes over a few runs. A failure prints the command that repeats it.

import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import test from "node:test";

import { report } from "../torture/lib/report.mjs";
import { torture } from "../torture/lib/torture.mjs";
import { cremaOnly } from "./lib/crema.mjs";

const kSeconds = 22;
const kClients = 30;
const kPerSecond = 80;

const kCrema = cremaOnly("dies of the first fault", { timeout: 180_000 });

test("amid storms and faults nothing is lost, doubled or leaked", kCrema, async (t) => {
  const seed = Number(process.env.TORTURE_SEED ?? randomInt(2 ** 32));
  t.diagnostic(`the seed is ${seed}`);
  const said = [];
  const say = (text) => said.push(text);
  const run = { seed, seconds: kSeconds, count: kClients, perSecond: kPerSecond, say };
  const { text, failed } = report(await torture(run));
  const again = `TORTURE_SEED=${seed} CREMA_BIN=… tools/run_e2e torture.test.mjs`;
  assert.deepEqual(failed, [], `${said.join("\n")}\n${text}\nagain: ${again}`);
});
