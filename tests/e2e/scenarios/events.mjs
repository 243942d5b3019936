// What a client may emit, with any arguments. Source: frappe-realtime 4.2, 4.4; hostile-input.

import assert from "node:assert/strict";

const kYes = { ok: true };
const kNo = { ok: false, error: "Not permitted" };
const kCannot = { ok: false, error: "This room cannot be joined" };

// [event, arguments, acknowledgement]
const kRows = [
  ["ping", [], kYes],
  ["ping", [null, {}, [1]], kYes],
  ["doctype_subscribe", ["Allowed"], kYes],
  ["doctype_subscribe", ["Allowed", "and", "more"], kYes],
  ["doctype_subscribe", ["Secret"], kNo],
  ["doctype_subscribe", [""], kCannot],
  ["doctype_subscribe", [], kCannot],
  ["doctype_subscribe", [null], kCannot],
  ["doctype_subscribe", [{}], kCannot],
  ["doctype_subscribe", [["Allowed"]], kCannot],
  ["doctype_subscribe", [true], kCannot],
  ["doctype_subscribe", ["x".repeat(600)], kCannot],
  ["doctype_subscribe", ["Allowed&name=x"], kNo],
  ["doctype_unsubscribe", ["Allowed"], kYes],
  ["doctype_unsubscribe", ["never"], kYes],
  ["doctype_unsubscribe", [], kYes],
  ["doc_subscribe", ["Allowed", "1"], kYes],
  ["doc_subscribe", ["Allowed", 1], kYes],
  ["doc_subscribe", ["Allowed", "2"], kNo],
  ["doc_subscribe", ["Allowed"], kCannot],
  ["doc_subscribe", ["Allowed", null], kCannot],
  ["doc_subscribe", ["Allowed", ""], kCannot],
  ["doc_subscribe", [null, "1"], kCannot],
  ["doc_subscribe", [{}, []], kCannot],
  ["doc_unsubscribe", ["Allowed", "1"], kYes],
  ["doc_unsubscribe", [], kYes],
  ["doc_open", ["Allowed", "1"], kYes],
  ["doc_open", ["Allowed", "1"], kYes],
  ["doc_open", ["Allowed", "2"], kNo],
  ["doc_open", ["Allowed"], kCannot],
  ["doc_open", ["Allowed", 0], kCannot],
  ["doc_open", ["Allowed", false], kCannot],
  ["doc_close", ["Allowed", "1"], kYes],
  ["doc_close", ["Allowed", "never"], kYes],
  ["doc_close", [], kYes],
  ["task_subscribe", ["t-1"], kYes],
  ["task_subscribe", [7], kYes],
  ["task_subscribe", [], kCannot],
  ["task_subscribe", [""], kCannot],
  ["progress_subscribe", ["t-2"], kYes],
  ["progress_subscribe", [{}], kCannot],
  ["task_unsubscribe", ["t-1"], kYes],
  ["task_unsubscribe", [], kYes],
  ["open_in_editor", [{ file: "a.py", line: 1, column: 1 }], kNo],
  ["open_in_editor", [], kNo],
];

export async function events(t, world, { site, user }) {
  const client = await world.connect({ site, user });
  world.web.allow(site, user, "Allowed");
  world.web.allow(site, user, "Allowed", "1");
  for (const [event, args, answer] of kRows) {
    const shown = JSON.stringify(args).slice(0, 40);
    await t.test(`${event} ${shown}`, async () => {
      const got = await client.socket.timeout(10_000).emitWithAck(event, ...args);
      assert.deepEqual(got, answer);
    });
  }
  for (const event of ["doc_typing", "join", "subscribe", "list_update", "msgprint", "error"]) {
    await t.test(`${event} is nobody's event`, async () => {
      const received = await world.deliveries([client], async () => {
        client.emit(event, "all");
        await client.pingPong();
      });
      assert.deepEqual(received[client.name], [["pong"]]);
    });
  }
  await t.test("nothing of it was noticed", () => assert.deepEqual(client.disturbances, []));
}
