// The scenarios of scenarios/, for each version of Frappe; the tables there cite the specification,
// section by section, and say of each of its quirks whether it is kept or changed.

import assert from "node:assert/strict";
import test from "node:test";

import { cremaOnly } from "./lib/crema.mjs";
import { kDialects } from "./lib/web_dialects.mjs";
import { World, kAlice, kBob, kGuest, kSiteA, kSiteB } from "./lib/world.mjs";
import { admission } from "./scenarios/admission.mjs";
import { answers } from "./scenarios/answers.mjs";
import { credentials } from "./scenarios/credentials.mjs";
import { events } from "./scenarios/events.mjs";
import { redisMessages } from "./scenarios/redis_messages.mjs";
import { rooms } from "./scenarios/rooms.mjs";

const kScenariosMin = 200;

// Counts the scenarios that it passes on.
function counting(t) {
  const counted = { count: 0 };
  counted.test = (name, run) => {
    ++counted.count;
    return t.test(name, run);
  };
  return counted;
}

for (const dialect of kDialects) {
  test(`Frappe ${dialect.name}`, cremaOnly("fails many", { timeout: 240_000 }), async (t) => {
    const world = await World.create(t, { dialect, config: { default_site: kSiteB } });
    let scenarios = 0;
    for (const [name, run] of [
      ["3 admission", (t) => admission(t, world)],
      ["3 credentials", (t) => credentials(t, world)],
      ["3.5 answers of the web process", (t) => answers(t, world)],
      ["4 rooms", (t) => rooms(t, world)],
      ["4.2 events of a System User", (t) => events(t, world, { site: kSiteA, user: kAlice })],
      ["4.2 events of a Guest", (t) => events(t, world, { site: kSiteB, user: kGuest })],
      ["5 Redis", (t) => redisMessages(t, world)],
    ]) {
      await t.test(name, async (t) => {
        const counted = counting(t);
        await run(counted);
        scenarios += counted.count;
      });
    }
    const bob = await world.connect({ user: kBob });
    await bob.pingPong();
    assert.ok(scenarios >= kScenariosMin, `${scenarios} scenarios`);
    t.diagnostic(`${scenarios} scenarios`);
  });
}
