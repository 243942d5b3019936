// <crema-progress> and msgprint, state by state, in Chromium.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { Browser } from "./lib/browser.mjs";
import { kReference } from "./lib/crema.mjs";
import { eventually } from "./lib/journal.mjs";
import { Page } from "./lib/page.mjs";
import { Scope } from "./lib/scope.mjs";
import { World } from "./lib/world.mjs";

const kPhone = { width: 390, height: 700 };

let browser;
let world;

// A page that is connected, with a clock that only the test moves when `clock` is "manual".
// `attributes` are the script tag's.
async function openPage(t, transport, { clock = "running", attributes = "", ...options } = {}) {
  world.scope = Scope.of(t);
  const script = `data-transports="${transport}" ${attributes}`;
  const page = await Page.open(world, browser, { script, ...options });
  if (clock === "manual") {
    await page.tab.clock.install();
    await page.tab.reload();
  }
  await page.run(() => frappe.realtime.connect());
  await page.state("connected");
  return page;
}

const panel = (page) => page.tab.getByRole("dialog", { name: "Progress" });
const bar = (page, name) => page.tab.getByRole("progressbar", { name, exact: true });

async function shows(page, name, percent) {
  await page.tab
    .locator(`[role="progressbar"][aria-label="${name}"][aria-valuenow="${percent}"]`)
    .waitFor();
}

describe("the dialogs", { skip: kReference && "serves no client" }, () => {
  const suite = new Scope();
  before(async (t) => {
    browser = await Browser.launch(suite);
    world = await World.create({ after: (close) => suite.defer("the world", close) });
  });
  after(() => suite.close());

  for (const transport of ["polling", "websocket"])
    describe(`by ${transport} only`, () => states(transport));

  test("is good to look at: wide, on a phone, in the dark", async (t) => {
    const looks = {
      "progress.png": {},
      "progress-dark.png": { context: { colorScheme: "dark" } },
      "progress-phone.png": { context: { viewport: kPhone, isMobile: true, colorScheme: "dark" } },
    };
    for (const [name, options] of Object.entries(looks)) {
      await t.test(name, async (t) => {
        const page = await openPage(t, "websocket", options);
        const description = "row 4,212 of 10,000, and what else there is to be said about it";
        await page.publish("progress", { percent: 42, title: "Import of items", description });
        await page.publish("progress", { percent: 100, title: "Done in a moment", description });
        await shows(page, "Import of items", 42);
        const [box] = await Promise.all([panel(page).boundingBox(), page.screenshot(name)]);
        const width = await page.run(() => document.documentElement.clientWidth);
        assert.ok(box.x >= 0 && box.x + box.width <= width, JSON.stringify(box));
      });
    }
  });
});

function states(transport) {
  const open = (t, options) => openPage(t, transport, options);

  test("progress from 0 to 100, then it is gone", async (t) => {
    const page = await open(t);
    await page.publish("progress", { percent: 0, title: "Import", description: "row 0" });
    await shows(page, "Import", 0);
    assert.match(await panel(page).innerText(), /Import\s+0 %\s+row 0/);
    await page.publish("progress", { progress: [3, 4], title: "Import" });
    await shows(page, "Import", 75);
    assert.match(await panel(page).innerText(), /row 0/, "a description stays");
    await page.publish("progress", { percent: 100, title: "Import", description: "all rows" });
    await page.tab.getByText("all rows").waitFor();
    await panel(page).waitFor({ state: "hidden" });
    page.noComplaints();
  });

  test("the default title, clamping, and what is ignored", async (t) => {
    const page = await open(t);
    for (const data of [null, "text", {}, { percent: null }, { percent: "x" }, { progress: [1] }])
      await page.publish("progress", data);
    await page.settled();
    assert.equal(
      (await page.tab.locator("crema-progress").count()) > 0 && (await panel(page).isVisible()),
      false,
    );
    await page.publish("progress", { percent: 12.7 });
    await shows(page, "Progress", 12);
    await page.publish("progress", { percent: 250 });
    await shows(page, "Progress", 100);
    page.noComplaints();
  });

  test("a bar for each task, else document, else title; three at once", async (t) => {
    const page = await open(t);
    const send = (data) => page.publish("progress", { percent: 20, ...data });
    await send({ task_id: "t1", title: "Task" });
    await send({ task_id: "t1", title: "Task, renamed", percent: 30 });
    await send({ doctype: "ToDo", docname: "1", title: "Document" });
    await send({ title: "Title" });
    await send({ title: "Fourth" });
    await send({ title: "Fifth" });
    await page.tab.getByText("and 2 more").waitFor();
    const names = await panel(page).getByRole("heading").allTextContents();
    assert.deepEqual(names, ["Task, renamed", "Document", "Title"]);
    await page.screenshot("progress-many.png");
    await send({ title: "Title", percent: 100 });
    await bar(page, "Fourth").waitFor();
  });

  test("failure stays until it is closed", async (t) => {
    const page = await open(t);
    await page.publish("progress", { percent: 60, title: "Export" });
    await page.publish("progress", {
      percent: -1,
      title: "Export",
      description: "the disk is full",
    });
    await page.tab.getByText("the disk is full").waitFor();
    assert.match(await panel(page).innerText(), /Failed/);
    await page.screenshot("progress-failed.png");
    await panel(page).getByRole("button", { name: "Close" }).click();
    await panel(page).waitFor({ state: "hidden" });
  });

  test("30 s of silence, and a later event goes on", async (t) => {
    const page = await open(t, { clock: "manual" });
    await page.publish("progress", { percent: 40, title: "Import", description: "row 40" });
    await shows(page, "Import", 40);
    await page.tab.clock.fastForward(29_000);
    assert.match(await panel(page).innerText(), /row 40/);
    await page.tab.clock.fastForward(1_100);
    const silent = page.tab.getByText("No progress for 30 s. The job may have stopped.");
    await silent.waitFor();
    await page.screenshot("progress-stalled.png");
    await page.publish("progress", { percent: 41, title: "Import" });
    await shows(page, "Import", 41);
    await silent.waitFor({ state: "hidden" });
    await page.tab.clock.fastForward(30_100);
    await silent.waitFor();
    await panel(page).getByRole("button", { name: "Close" }).click();
    await panel(page).waitFor({ state: "hidden" });
  });

  test("Esc hides and cancels nothing; another job is shown", async (t) => {
    const page = await open(t);
    await page.listen("progress");
    await page.publish("progress", { percent: 10, title: "Import" });
    await panel(page).waitFor();
    await page.tab.keyboard.press("Escape");
    await panel(page).waitFor({ state: "hidden" });
    await page.publish("progress", { percent: 20, title: "Import" });
    await page.arrives("progress", 2);
    assert.equal(await panel(page).isVisible(), false);
    await page.publish("progress", { percent: 20, title: "Export" });
    await shows(page, "Export", 20);
  });

  test("is announced every 10 %", async (t) => {
    const page = await open(t);
    await page.run(() => {
      globalThis.said = [];
      crema_realtime.showProgress({ percent: 0, title: "Import" });
      const status = document.querySelector("crema-progress").shadowRoot.querySelector(".said");
      said.push(status.textContent);
      new MutationObserver(() => said.push(status.textContent)).observe(status, {
        childList: true,
      });
    });
    for (let percent = 1; percent <= 25; ++percent) {
      await page.publish("progress", { percent, title: "Import" });
      // What comes in one poll is shown at once, and its last percentage said.
      if (percent % 5 === 0) await shows(page, "Import", percent);
    }
    assert.deepEqual(await page.run(() => said), ["Import: 0 %", "Import: 10 %", "Import: 20 %"]);
  });

  test("msgprint: a dialog to be read, and a toast; text is text", async (t) => {
    const page = await open(t);
    await page.publish("msgprint", "Hello <b>you</b><img src=x onerror=\"document.title='bad'\">");
    const dialog = page.tab.getByRole("dialog", { name: "Message" });
    await dialog.getByText("Hello <b>you</b><img").waitFor();
    await page.publish("msgprint", { title: "<i>Done</i>", message: "All rows" });
    await dialog.getByRole("heading", { name: "<i>Done</i>" }).waitFor();
    await page.screenshot("msgprint.png");
    await page.tab.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    await page.publish("msgprint", { message: "Saved", alert: true });
    await page.publish("msgprint", { message: { n: 1 }, toast: 1 });
    await page.tab.getByText('{"n":1}').waitFor();
    await page.screenshot("toasts.png");
    await page.tab.getByRole("button", { name: "Close" }).first().click();
    await eventually("one toast", async () => (await page.tab.locator(".toast").count()) === 1);
    assert.equal(await page.tab.title(), "alice@example.com");
    page.noComplaints();
  });

  test("HTML where the page asks for it, and only there", async (t) => {
    const page = await open(t, { attributes: 'data-msgprint="html"' });
    await page.publish("msgprint", "Hello <b>you</b>");
    await page.tab.locator("dialog b").getByText("you", { exact: true }).waitFor();
    await page.run(() => crema_realtime.msgprint("not <b>this</b>"));
    await page.tab.getByText("not <b>this</b>").waitFor();
  });

  test("showProgress and hideProgress by hand; no dialogs where the page wants none", async (t) => {
    const page = await open(t, { attributes: 'data-dialogs="none"' });
    await page.listen("progress");
    await page.publish("progress", { percent: 10, title: "A" });
    await page.arrives("progress");
    assert.equal(await page.tab.locator("crema-progress").count(), 0);
    await page.run(() => {
      crema_realtime.showProgress({ percent: 10, title: "A" });
      crema_realtime.showProgress({ percent: 20, title: "B" });
      crema_realtime.hideProgress("A");
    });
    await shows(page, "B", 20);
    assert.equal(await bar(page, "A").count(), 0);
    await page.run(() => crema_realtime.hideProgress());
    await panel(page).waitFor({ state: "hidden" });
  });
}
