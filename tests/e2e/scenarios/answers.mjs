// What the web process may answer to get_user_info. Source: frappe-realtime 3.5, 12.

import assert from "node:assert/strict";

import { kUserInfo, reply } from "../lib/fake_web.mjs";
import * as faults from "../lib/web_faults.mjs";

const kHtml = "<html><body>Server Error</body></html>";
const json = (status, document) => (_request, response) => reply(response, status, document);
const message = (value) => json(200, { message: value });
const kUnknown = /^Unauthorized: the web process did not say who this is$/;

// `refused`: a definite answer. `waits`: the client hears nothing until the answer is a good one.
const kRows = [
  ...[400, 401, 403, 404, 417, 429, 500].map((status) => ({
    name: `status ${status}`,
    fault: faults.status(status),
    refused: new RegExp(`^Unauthorized: the web process answered ${status}$`),
  })),
  ...[502, 503, 504].map((status) => ({
    name: `status ${status}`,
    fault: faults.status(status),
    waits: true,
    quirk: "changed",
  })),
  { name: "a reset midway", fault: faults.resetMidway, waits: true, quirk: "changed" },
  { name: "a redirect", fault: faults.redirect("http://elsewhere/"), refused: /answered 302$/ },
  { name: "an HTML page", fault: faults.htmlPage(200), refused: /did not answer in JSON$/ },
  { name: "an empty body", fault: faults.body(""), refused: /did not answer in JSON$/ },
  { name: "half a document", fault: faults.body('{"message":'), refused: /not answer in JSON$/ },
  { name: "HTML called JSON", fault: faults.body(kHtml), refused: /did not answer in JSON$/ },
  { name: "null", fault: faults.body("null"), refused: /did not answer in JSON$/ },
  { name: "a list", fault: faults.body("[]"), refused: /did not answer in JSON$/ },
  { name: "no message", fault: json(200, {}), refused: /answer has no user$/ },
  { name: "a message of text", fault: message("Administrator"), refused: /has no user$/ },
  { name: "a message of null", fault: message(null), refused: /has no user$/ },
  { name: "{}", fault: message({}), refused: kUnknown, asked: 2, quirk: "changed" },
  { name: "an empty user", fault: message({ user: "" }), refused: kUnknown, asked: 2 },
  { name: "a user of null", fault: message({ user: null }), refused: kUnknown, asked: 2 },
  { name: "a user that is a number", fault: message({ user: 1 }), refused: kUnknown, asked: 2 },
  { name: "a user without a type", fault: message({ user: "carol" }), connects: true },
  { name: "a user of every script", fault: message({ user: "ünï 漢/:😀" }), connects: true },
];

export async function answers(t, world) {
  for (const [i, { name, fault, refused, waits, connects, asked, quirk }] of kRows.entries()) {
    await t.test(quirk ? `${name} (${quirk})` : name, async () => {
      const from = world.web.requests.length;
      const sid = `answer-${i}`;
      const remove = world.web.fault(kUserInfo, fault);
      const client = world.open({ sid });
      await world.web.requests.wait(({ route }) => route === kUserInfo, "the question", { from });
      if (refused) assert.match(await client.refused(), refused);
      if (asked) assert.equal(world.web.asked(kUserInfo, from).length, asked);
      if (waits) assert.deepEqual(client.journal.entries, []);
      if (connects) await client.connected();
      remove();
      if (waits) await client.connected(30_000);
      client.close();
    });
  }
}
