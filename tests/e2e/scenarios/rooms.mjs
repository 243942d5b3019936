// Who is in which room, and who gets what is published to it. Source: frappe-realtime 4.1, 4.3.

import assert from "node:assert/strict";

import { kAlice, kBob, kGuest, kSiteA, kSiteB } from "../lib/world.mjs";

const kUsers = [
  { user: kAlice, type: "System User", other: kBob },
  { user: kBob, type: "Website User", other: kAlice },
  { user: kGuest, type: "Guest", other: kAlice },
];

// `joined` by connecting, or by what is emitted when the web process lets them.
const kRooms = [
  { kind: "all", room: () => "all", joined: ({ user }) => user === kAlice },
  { kind: "website", room: () => "website", joined: () => true },
  { kind: "own user room", room: ({ user }) => `user:${user}`, joined: () => true },
  { kind: "another's user room", room: ({ other }) => `user:${other}`, joined: () => false },
  {
    kind: "doctype",
    emits: ({ doctype }) => ["doctype_subscribe", doctype],
    room: ({ doctype }) => `doctype:${doctype}`,
    joined: ({ permission }) => permission === "permission",
  },
  {
    kind: "doc",
    emits: ({ doctype, name }) => ["doc_subscribe", doctype, name],
    room: ({ doctype, name }) => `doc:${doctype}/${name}`,
    joined: ({ permission }) => permission === "permission",
  },
  {
    kind: "open doc",
    emits: ({ doctype, name }) => ["doc_open", doctype, name],
    room: ({ doctype, name }) => `open_doc:${doctype}/${name}`,
    joined: ({ permission }) => permission === "permission",
  },
];

export async function rooms(t, world) {
  const clients = new Map();
  for (const { user } of kUsers) clients.set(user, await world.connect({ user }));
  let count = 0;
  for (const who of kUsers) {
    for (const { kind, emits, room, joined } of kRooms) {
      for (const permission of ["permission", "none"]) {
        const doctype = `Doc Type ${++count}`;
        const facts = { ...who, permission, doctype, name: `N/${count} é` };
        const client = clients.get(who.user);
        await t.test(`${who.type}, ${kind}, ${permission}: joins or not`, async () => {
          if (permission === "permission") {
            world.web.allow(kSiteA, who.user, doctype);
            world.web.allow(kSiteA, who.user, doctype, facts.name);
          }
          if (!emits) return;
          const answer = await client.socket.timeout(10_000).emitWithAck(...emits(facts));
          const no = { ok: false, error: "Not permitted" };
          assert.deepEqual(answer, joined(facts) ? { ok: true } : no);
        });
        await t.test(`${who.type}, ${kind}, ${permission}: receives or not`, async () => {
          const received = await world.deliveries([client], async () => {
            for (const site of [kSiteA, kSiteB]) {
              const message = { from: site };
              await world.redis.publish({ site, room: room(facts), event: "scenario", message });
            }
          });
          const wanted = joined(facts) ? [["scenario", { from: kSiteA }]] : [];
          assert.deepEqual(received[client.name], wanted, "and nothing of the sibling site's");
        });
      }
    }
  }
}
