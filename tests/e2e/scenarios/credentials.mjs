// Every credential over every transport, with and without an Origin. Source: frappe-realtime 3.3,
// 3.4, 7.4.

import assert from "node:assert/strict";

import { kAlice, kBob, kSiteA } from "../lib/world.mjs";

export const kModes = ["polling", "default", "websocket"];

export function credentialsOf(world) {
  const { sid, token } = world.credentials(kSiteA, kAlice);
  const bob = world.credentials(kSiteA, kBob);
  return [
    { name: "cookie", options: { sid }, user: kAlice, has: "cookie" },
    { name: "token k:s", options: { sid: null, token }, user: kAlice },
    { name: "Bearer", options: header(`Bearer ${btoa(kAlice)}`), user: kAlice },
    { name: "Basic", options: header(`Basic ${btoa(token)}`), user: kAlice },
    { name: "both", options: { sid, token: bob.token }, user: kBob },
  ];
}

function header(Authorization) {
  return { sid: null, headers: { Authorization } };
}

export async function credentials(t, world) {
  for (const { name, options, user, has } of credentialsOf(world)) {
    for (const mode of kModes) {
      for (const origin of ["with Origin", "without Origin"]) {
        await t.test(`${name}, ${mode}, ${origin}`, async () => {
          const headers = { ...options.headers };
          if (origin === "without Origin") headers.Origin = undefined;
          const asked = { mode, ...options, headers };
          if (has === "cookie" && origin === "without Origin") {
            return assert.equal(await world.open(asked).refused(), "Invalid origin");
          }
          const client = await world.connect(asked);
          const received = await world.deliveries([client], async () => {
            for (const who of [kAlice, kBob]) {
              const room = `user:${who}`;
              await world.redis.publish({ site: kSiteA, room, event: "who", message: who });
            }
          });
          assert.deepEqual(received[client.name], [["who", user]]);
          client.close();
        });
      }
    }
  }
}
