// What goes wrong, and when: made from a seed before anything runs.

import { Random } from "./random.mjs";

const time = (random, [low, high]) => random.between(low, high);

// Each kind with what it draws. `ms` is how long it lasts where it lasts; times are milliseconds.
const kKinds = {
  "redis: slow": (random) => ({ each: random.between(5, 60), ms: time(random, [300, 2_000]) }),
  "redis: stalls": (random) => ({ ms: time(random, [200, 3_000]) }),
  "redis: cut": (random) => ({ how: random.pick(["fin", "reset"]) }),
  "redis: cut amid a message": (random) => ({ how: random.pick(["fin", "reset"]) }),
  "redis: garbage": (random) => ({ bytes: random.between(1, 64) }),
  "redis: a message is corrupted": (random) => ({ messages: random.between(1, 4) }),
  "redis: the framing is corrupted": () => ({}),
  "redis: away": (random) => ({ ms: time(random, [200, 2_500]) }),
  "redis: restarts": () => ({}),
  "web: slow": (random) => ({ each: random.between(50, 400), ms: time(random, [500, 3_000]) }),
  "web: stalls": (random) => ({ ms: time(random, [500, 3_000]) }),
  "web: cut amid answers": (random) => ({ ms: time(random, [300, 2_000]) }),
  "web: corrupted answers": (random) => ({ ms: time(random, [300, 2_000]) }),
  "web: away": (random) => ({ ms: time(random, [300, 2_500]) }),
  "clients: all lose the network": (random) => ({ ms: time(random, [100, 2_000]) }),
  "clients: some are cut": (random) => ({
    share: random.next(),
    how: random.pick(["fin", "reset"]),
  }),
  "clients: slow": (random) => ({ each: random.between(5, 100), ms: time(random, [300, 2_000]) }),
  "clients: stall": (random) => ({ ms: time(random, [300, 2_000]) }),
  "clients: other subscriptions": (random) => ({ share: random.next() }),
  "storm: CONNECTs": (random) => ({ clients: random.between(1, 4), each: 5_000 }),
  "storm: subscriptions": (random) => ({ clients: random.between(1, 4), each: 2_000 }),
  "storm: connections": (random) => ({ count: random.between(50, 400) }),
  "storm: packets nobody sends": (random) => ({ count: random.between(5, 30) }),
  "storm: a reader that stops": () => ({ bytes: 60_000 }),
  "storm: descriptors run out": (random) => ({ ms: time(random, [300, 1_000]) }),
  "crema: restart": () => ({}),
  "crema: killed": () => ({}),
};
export const kKindNames = Object.keys(kKinds);

// Between two of them, and what one takes at the start of a run that is not known yet.
const kGap = [100, 1_200];

// [{kind, gap, ...}]: `gap` is the time before it. Every kind comes once before any comes again.
// There are more than fit into `seconds`; who follows it stops when the time is over.
export function makeSchedule(seed, seconds, kinds = kKindNames) {
  const random = new Random(seed);
  const steps = [];
  for (let at = 0; at < seconds * 1000;) {
    for (const kind of random.shuffled(kinds)) {
      const gap = time(random, kGap);
      const step = { kind, gap, ...kKinds[kind](random) };
      steps.push(step);
      at += gap + (step.ms ?? 0);
    }
  }
  return steps;
}
