// A page that has Frappe's own client: the script takes it over, with its socket.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";

import { Browser } from "./lib/browser.mjs";
import { kReference } from "./lib/crema.mjs";
import { Page } from "./lib/page.mjs";
import { Scope } from "./lib/scope.mjs";
import { kAlice, kSiteA, World } from "./lib/world.mjs";

const kClient = join(
  dirname(createRequire(import.meta.url).resolve("socket.io-client/package.json")),
  "dist/socket.io.min.js",
);

// Frappe's client of version 15 and later, as far as a page sees it: what is kept, what is dropped,
// and what is broken in it. Source: frappe-realtime §7.1.
const kFrappeClient = `${readFileSync(kClient, "utf8").replace(/\/\/# source.*/, "")};
  globalThis.desk = { progress: [], msgprint: [], errors: [] };
  globalThis.frappe = {
    boot: { sitename: "${kSiteA}" },
    show_progress: (title, percent) => desk.progress.push([title, percent]),
    msgprint: (data) => desk.msgprint.push(data),
  };
  class TheirClient {
    open_tasks = {};
    open_docs = new Set();
    init(port, lazy) {
      if (this.socket) return;
      this.socket = io(location.origin + "/" + frappe.boot.sitename, {
        withCredentials: true, reconnectionAttempts: 3, autoConnect: !lazy });
      this.socket.on("progress", (d) => frappe.show_progress(d.title, d.percent));
      this.socket.on("msgprint", (d) => frappe.msgprint(d));
      this.socket.on("task_progress", () => { throw new Error("wrong this"); });
    }
    on(event, callback) { if (this.socket) this.socket.on(event, callback); }
    off(event, callback) { this.socket.off(event, callback); }
    emit(...all) { this.socket.emit(...all); }
    doc_subscribe(doctype, name) {
      this.emit("doc_subscribe", doctype, name);
      this.open_docs.add(doctype + ":" + name);
    }
  }
  frappe.realtime = globalThis.theirs = new TheirClient();`;

let browser;

async function open(t, before = "") {
  const world = await World.create(t);
  world.web.allow(kSiteA, kAlice, "ToDo", "1");
  return Page.open(world, browser, { before: `${kFrappeClient}${before}` });
}

function sockets(page) {
  return page.world.server.metric("crema_sockets");
}

describe("a page with Frappe's own client", { skip: kReference && "serves no client" }, () => {
  const suite = new Scope();
  before(async () => {
    browser = await Browser.launch(suite);
  });
  after(() => suite.close());

  test("keeps its object, its one socket and Desk's dialogs", async (t) => {
    const page = await open(t);
    // The app starts after the script: what was wanted before is there by then.
    await page.listen("early");
    await page.run(() => frappe.realtime.init());
    await page.state("connected");
    assert.equal(await page.run(() => frappe.realtime === theirs), true);
    assert.equal(
      await page.run(() => crema_realtime.createRealtime().socket === theirs.socket),
      true,
    );
    assert.equal(await sockets(page), 1);
    await page.publish("early", 1);
    await page.publish("progress", { title: "Import", percent: 5 });
    await page.publish("msgprint", "Hello");
    await page.arrives("early");
    await page.settled();
    assert.deepEqual(await page.run(() => [desk.progress, desk.msgprint]), [
      [["Import", 5]],
      ["Hello"],
    ]);
    assert.equal(await page.tab.locator("crema-progress, crema-messages").count(), 0);
    page.noComplaints();
  });

  test("takes over a client that is connected, with what it had asked for", async (t) => {
    const page = await open(
      t,
      `globalThis.got = { old: [], doc_update: [] };
       theirs.init();
       theirs.on("old", (data) => got.old.push(data));
       theirs.open_docs.add("ToDo:1");`,
    );
    await page.state("connected");
    assert.equal(await sockets(page), 1);
    await page.listen("doc_update");
    await page.joined("doc_update", { doctype: "ToDo", name: "1" }, "doc:ToDo/1");
    await page.publish("old", 1);
    await page.arrives("old");
    await page.run(() => ["old", "progress"].forEach((event) => frappe.realtime.off(event)));
    await page.publish("old", 2);
    await page.publish("progress", { title: "Import", percent: 5 });
    await page.settled();
    assert.deepEqual(await page.got("old"), [1]);
    assert.deepEqual(await page.run(() => desk.progress), [["Import", 5]]);
  });

  test("a lazy one connects at the first `on`; tasks work; rooms survive", async (t) => {
    const page = await open(t, "theirs.init(9000, true);");
    assert.equal(await page.run(() => theirs.socket.active), false);
    await page.run(() => {
      globalThis.got = { progress: [], probe: [] };
      frappe.realtime.subscribe("t", { progress: (data) => got.progress.push(data.n) });
      frappe.realtime.on("probe", (data) => got.probe.push(data));
    });
    await page.state("connected");
    await page.joined("probe", 1, "task_progress:t");
    await page.publish("task_progress", { task_id: "t", n: 1 }, "task_progress:t");
    assert.deepEqual(await page.arrives("progress"), [1]);
    await page.run(() => frappe.realtime.socket.io.engine.close());
    await page.state("offline");
    await page.state("connected");
    await page.run(() => (got.probe.length = 0));
    await page.joined("probe", 2, "task_progress:t");
    assert.equal(await page.run(() => theirs.socket.io.reconnectionAttempts()), Infinity);
    assert.equal(await sockets(page), 1);
    page.noComplaints();
  });

  test("where the page lacks a dialog, the package's own is there", async (t) => {
    const page = await open(t, "delete frappe.show_progress;");
    await page.run(() => frappe.realtime.init());
    await page.state("connected");
    await page.publish("progress", { title: "Import", percent: 5 });
    await page.tab.getByRole("progressbar", { name: "Import" }).waitFor();
    page.noComplaints();
  });
});
