// The checker is shown logs with one thing wrong each: what it does not see, the torture does not
// prove.

import assert from "node:assert/strict";
import test from "node:test";

import { check } from "./lib/checker.mjs";
import { kHarmed, kMaybe, kSure, Ledger } from "./lib/ledger.mjs";

const kSite = "a.localhost";
const kOther = "b.localhost";
const kUser = "user:alice";
const kList = "doctype:ToDo";
const kWell = {
  lost: [],
  duplicated: [],
  leaked: [],
  acrossSites: [],
  reordered: [],
  invented: [],
  unrecovered: [],
};

const connect = { kind: "connect", recovered: false, epoch: 1, isClear: true, inherits: false };
const recovers = { ...connect, recovered: true };
const disconnect = { kind: "disconnect" };
const subscription = (kind) => ({ kind, room: kList });
const [asks, joined, refused, leaves, left] = ["asks", "joined", "refused", "leaves", "left"].map(
  subscription,
);

// Messages of which each is [site, room, certainty]; a certainty of undefined: not passed on.
function ledgerOf(...messages) {
  const ledger = new Ledger();
  for (const [site, room, certainty] of messages) {
    const id = ledger.publish(site, room);
    if (certainty) ledger.pass(id, certainty, "a connection");
  }
  return ledger;
}

// What is found in one client's log, without what is empty.
function finds(ledger, log, options) {
  const client = { name: "alice", site: kSite, rooms: [kUser, "website"], log };
  const { delivered, ...found } = check(ledger, [client], options);
  assert.equal(typeof delivered, "number");
  return Object.fromEntries(Object.entries(found).filter(([, texts]) => texts.length > 0));
}

const five = (room = kUser, certainty = kSure) =>
  ledgerOf(...Array.from({ length: 5 }, () => [kSite, room, certainty]));

test("a log with everything in order is well", () => {
  const client = { name: "alice", site: kSite, rooms: [kUser], log: [connect, 0, 1, 2, 3, 4] };
  assert.deepEqual(check(five(), [client], { last: 4 }), { delivered: 5, ...kWell });
});

test("a message that is missing is lost", () => {
  assert.deepEqual(finds(five(), [connect, 0, 1, 3, 4]), { lost: ["alice: 2 for user:alice"] });
});

test("a message for everybody that is missing is lost", () => {
  const everybody = ledgerOf([kSite, kUser, kSure], [null, null, kSure], [kSite, kUser, kSure]);
  assert.deepEqual(finds(everybody, [connect, 0, 2]), { lost: ["alice: 1 for null"] });
  assert.deepEqual(finds(everybody, [connect, 0, 1, 2]), {});
});

test("a message of a subscribed room that is missing is lost, after the first that came", () => {
  const log = [connect, asks, joined, 0, 1, 3, 4];
  assert.deepEqual(finds(five(kList), log), { lost: ["alice: 2 for doctype:ToDo"] });
  assert.deepEqual(finds(five(kList), [connect, asks, joined, 3, 4]), {});
});

test("what is missing over a recovery is lost", () => {
  const log = [connect, 0, 1, disconnect, recovers, 3, 4];
  assert.deepEqual(finds(five(), log), { lost: ["alice: 2 for user:alice"] });
  const list = [connect, asks, joined, 0, disconnect, recovers, 2, 3, 4];
  assert.deepEqual(finds(five(kList), list), { lost: ["alice: 1 for doctype:ToDo"] });
});

test("a recovery without a web process may cost what has to be asked for, and nothing else", () => {
  const recovery = [disconnect, { ...recovers, isClear: false }];
  assert.deepEqual(finds(five(kList), [connect, asks, joined, 0, ...recovery, 3, 4]), {});
  assert.deepEqual(finds(five(), [connect, 0, 1, ...recovery, 3, 4]), {
    lost: ["alice: 2 for user:alice"],
  });
});

test("what was missed comes before the recovery is told, and is looked at all the same", () => {
  const log = [connect, asks, joined, 0, disconnect, 1, 2, recovers, 3, 4];
  assert.deepEqual(finds(five(kList), log), {});
  const lost = [connect, asks, joined, 0, disconnect, 2, recovers, 3, 4];
  assert.deepEqual(finds(five(kList), lost), { lost: ["alice: 1 for doctype:ToDo"] });
  const unclear = { ...recovers, isClear: false };
  assert.deepEqual(finds(five(kList), [connect, asks, joined, 0, disconnect, 2, unclear, 3]), {});
});

test("what came before a recovery is due although the recovery was without a web process", () => {
  const recovery = [disconnect, { ...recovers, isClear: false }];
  assert.deepEqual(finds(five(kList), [connect, asks, joined, 0, 2, ...recovery, 3, 4]), {
    lost: ["alice: 1 for doctype:ToDo"],
  });
});

test("a new session's head and an old one's tail are not known to be due", () => {
  const log = [connect, 0, 1, disconnect, { ...connect, epoch: 2 }, 3, 4];
  assert.deepEqual(finds(five(), log), {});
});

test("a new session where one should have been recovered is told", () => {
  assert.deepEqual(finds(five(), [connect, 0, 1, disconnect, connect, 3, 4]), {
    unrecovered: ["alice: a session of process 1"],
  });
});

test("without the last message there is a tail that is lost", () => {
  assert.deepEqual(finds(five(), [connect, 0, 1, 2], { last: 4 }), {
    lost: ["alice: the last message, 4"],
  });
});

test("what Crema may not have read may be missing; what comes is looked at", () => {
  assert.deepEqual(finds(five(kUser, kMaybe), [connect, 0, 3]), {});
  assert.deepEqual(finds(five(kUser, kMaybe), [connect, 0, 3, 3]), {
    duplicated: ["alice: 3 for user:alice"],
  });
});

test("what the proxy harmed says nothing", () => {
  assert.deepEqual(finds(five("user:bob", kHarmed), [connect, 3, 0, 0]), {});
});

test("a message that comes twice is duplicated, over sessions too", () => {
  const twice = { duplicated: ["alice: 1 for user:alice"] };
  assert.deepEqual(finds(five(), [connect, 0, 1, 1, 2, 3, 4]), twice);
  assert.deepEqual(finds(five(), [connect, 0, 1, disconnect, recovers, 1, 2, 3, 4]), twice);
  const anew = { ...connect, epoch: 2 };
  assert.deepEqual(finds(five(), [connect, 0, 1, disconnect, anew, 1, 2, 3, 4]), twice);
});

test("messages in another order are told", () => {
  assert.deepEqual(finds(five(), [connect, 0, 2, 1, 3, 4]), {
    reordered: ["alice: 1 for user:alice behind a later one"],
  });
});

test("a message for a room of somebody else has leaked", () => {
  assert.deepEqual(finds(five("user:bob"), [connect, 0]), { leaked: ["alice: 0 for user:bob"] });
});

test("a message for a room that was refused, or left, has leaked", () => {
  const leak = { leaked: ["alice: 1 for doctype:ToDo"] };
  assert.deepEqual(finds(five(kList), [connect, 1]), leak);
  assert.deepEqual(finds(five(kList), [connect, asks, refused, 1]), leak);
  assert.deepEqual(finds(five(kList), [connect, asks, joined, 0, leaves, left, 1]), leak);
  assert.deepEqual(finds(five(kList), [connect, asks, joined, 0, leaves, 1, left]), {});
});

test("a room does not outlive its session", () => {
  const log = [connect, asks, joined, 0, disconnect, { ...connect, epoch: 2 }, 1];
  assert.deepEqual(finds(five(kList), log), { leaked: ["alice: 1 for doctype:ToDo"] });
});

test("a process that was stopped in order leaves the rooms of its sessions to the next", () => {
  const log = [connect, asks, joined, 0, disconnect, { ...connect, epoch: 2, inherits: true }, 2];
  assert.deepEqual(finds(five(kList), log), {});
  const other = [connect, disconnect, { ...connect, epoch: 2, inherits: true }, 2];
  assert.deepEqual(finds(five(kList), other), { leaked: ["alice: 2 for doctype:ToDo"] });
});

test("a message of another site has leaked across sites", () => {
  const other = ledgerOf([kOther, kUser, kSure], [kOther, null, kSure]);
  assert.deepEqual(finds(other, [connect, 0, 1]), {
    acrossSites: ["alice: 0 of b.localhost", "alice: 1 of b.localhost"],
  });
});

test("what nobody published, or what Crema never got, is invented", () => {
  const ledger = ledgerOf([kSite, kUser, undefined]);
  assert.deepEqual(finds(ledger, [connect, 0, 7]), {
    invented: ["alice: 0, which Crema never got", "alice: 7, which Crema never got"],
  });
});

test("the ledger doubts what a broken connection passed on last, and nothing else", () => {
  const ledger = ledgerOf([kSite, kUser], [kSite, kUser], [kSite, kUser], [kSite, kUser]);
  ledger.pass(0, kSure, "first", 10_000);
  ledger.pass(1, kSure, "second", 19_500);
  ledger.pass(2, kSure, "first", 19_600);
  ledger.pass(3, kHarmed, "first", 19_700);
  ledger.broke("first", 20_000);
  const certainties = ledger.messages.map(({ certainty }) => certainty);
  assert.deepEqual(certainties, [kSure, kSure, kMaybe, kHarmed]);
});
