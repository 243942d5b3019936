// The samples of Frappe's page about realtime, as they stand there, one test each. docs/frappe.md
// has a section for each.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { Browser } from "../lib/browser.mjs";
import { run } from "../lib/child.mjs";
import { cleanEnvironment, kReference } from "../lib/crema.mjs";
import { eventually } from "../lib/journal.mjs";
import { Page } from "../lib/page.mjs";
import { Scope } from "../lib/scope.mjs";
import { kBob, kSiteA, World } from "../lib/world.mjs";

const kStub = fileURLToPath(new URL("frappe_stub.py", import.meta.url));

let browser;

// Runs a sample where `frappe` is, on the server's side.
async function server(world, sample) {
  const env = cleanEnvironment({ FRAPPE_REDIS_QUEUE: world.redis.url, FRAPPE_SITE: kSiteA });
  const { code, stderr } = await run("/usr/bin/python3", [kStub], { env, input: sample });
  assert.equal(code, 0, stderr);
}

async function open(t, { handlers = {}, ...options } = {}) {
  const page = await Page.open(await World.create(t, { handlers }), browser, options);
  page.console = [];
  page.tab.on("console", async (message) => {
    const values = message.args().map((value) => value.jsonValue());
    page.console.push(...(await Promise.all(values)));
  });
  return page;
}

describe("the documented samples", { skip: kReference && "serves no client" }, () => {
  const suite = new Scope();
  before(async () => {
    browser = await Browser.launch(suite);
  });
  after(() => suite.close());

  test("frappe.realtime.on, with frappe.publish_realtime and data=", async (t) => {
    const page = await open(t);
    await page.tab.evaluate(`frappe.realtime.on('event_name', (data) => { console.log(data) })`);
    await page.state("connected");
    await server(page.world, "frappe.publish_realtime('event_name', data={'key': 'value'})");
    await eventually("the event in the console", () => page.console.length > 0);
    assert.deepEqual(page.console, [{ key: "value" }]);
  });

  test("frappe.realtime.off", async (t) => {
    const page = await open(t);
    await page.tab.evaluate(`frappe.realtime.on('event_name', (data) => { console.log(data) })`);
    await page.listen("end");
    await page.state("connected");
    await page.tab.evaluate(`frappe.realtime.off('event_name')`);
    await server(page.world, "frappe.publish_realtime('event_name', data={'key': 'value'})");
    await page.publish("end", 1);
    await page.arrives("end");
    assert.deepEqual(page.console, []);
  });

  test("frappe.realtime.emit, and the app's handler of it", async (t) => {
    // apps/chat/realtime/handlers.js
    const chat = `
function chat_app_handlers(socket) {
  socket.on("hello_chat", () => {
    console.log("hello world!");
  });
}

module.exports = chat_app_handlers;
`;
    const page = await open(t, { handlers: { chat } });
    await page.run(() => frappe.realtime.connect());
    await page.state("connected");
    await page.tab.evaluate(`frappe.realtime.emit("hello_chat")`);
    await page.world.server.logged(/app=chat msg="hello world!"/);
    assert.equal(await page.run(() => frappe.realtime.state), "connected");
  });

  test("frappe.publish_progress shows a progress bar in a dialog", async (t) => {
    const page = await open(t);
    await page.run(() => frappe.realtime.connect());
    await page.state("connected");
    await server(
      page.world,
      "frappe.publish_progress(25, title='Some title', description='Some description')",
    );
    const bar = page.tab.getByRole("progressbar", { name: "Some title" });
    await bar.waitFor();
    assert.equal(await bar.getAttribute("aria-valuenow"), "25");
    const dialog = page.tab.getByRole("dialog", { name: "Progress" });
    assert.match(await dialog.innerText(), /Some title\s+25 %\s+Some description/);
    await page.screenshot("docs-progress.png");
  });

  test("an event without a target is for System Users: bob hears nothing of it", async (t) => {
    const page = await open(t, { user: kBob });
    await page.listen("event_name");
    await page.listen("end");
    await page.state("connected");
    await server(page.world, "frappe.publish_realtime('event_name', data={'key': 'value'})");
    await page.publish("end", 1, `user:${kBob}`);
    await page.arrives("end");
    assert.deepEqual(await page.got("event_name"), []);
  });
});
