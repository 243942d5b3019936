// `crema demo`, its page in a real browser, and `crema publish` beside it.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { Browser } from "./lib/browser.mjs";
import { Child } from "./lib/child.mjs";
import { binary, cleanEnvironment, cremaCommand, kReference } from "./lib/crema.mjs";
import { eventually } from "./lib/journal.mjs";
import { freePort } from "./lib/ports.mjs";
import { removeFolder, Scope, trackFolder } from "./lib/scope.mjs";

const kRepository = resolve(dirname(fileURLToPath(import.meta.url)), "..", "..");
const kScreenshots = join(kRepository, "build", "screenshots");
const kWide = { width: 1280, height: 900 };
const kPhone = { width: 390, height: 844 };
const kAlice = "alice@example.com";
const kBob = "bob@example.com";

let browser;

// The demo server and whoever publishes to it, away from any demo or bench of this machine.
class Demo {
  static async start(scope) {
    const demo = new Demo();
    demo.folder = mkdtempSync(join(tmpdir(), "crema-e2e-demo-"));
    trackFolder(demo.folder);
    scope.defer("the demo's folder", () => removeFolder(demo.folder));
    demo.port = await freePort();
    scope.defer("the demo server", () => demo.stop());
    await demo.run();
    return demo;
  }

  async run() {
    const options = { cwd: this.folder, env: cleanEnvironment({ XDG_RUNTIME_DIR: this.folder }) };
    this.child = new Child(binary(), ["demo", "--port", String(this.port)], options);
    const line = (text) => text.startsWith("Realtime service listening on: ws://");
    await this.child.line(line, "the listening line");
  }

  async stop() {
    if (this.child?.closed === false) await this.child.stop();
  }

  url(user) {
    return `http://localhost:${this.port}/${user ? `?user=${user}` : ""}`;
  }

  async publish(...args) {
    const options = { cwd: this.folder, env: { XDG_RUNTIME_DIR: this.folder } };
    const { code, stderr } = await cremaCommand(["publish", ...args], options);
    assert.equal(code, 0, stderr);
  }

  progress(message) {
    return this.publish("--user", kAlice, "progress", JSON.stringify(message));
  }

  // A page of `user` that is connected, and upgraded to WebSocket.
  async open(context, user) {
    const page = await context.newPage();
    await page.goto(this.url(user));
    await connected(page);
    return page;
  }
}

// A server and a context of its own for each test; the browser is everybody's.
async function world(t, options = {}) {
  const scope = Scope.of(t);
  const demo = await Demo.start(scope);
  const context = await browser.context(scope, { viewport: kWide, ...options });
  return { demo, context, scope };
}

// `view` is a page or a frame of one.
function connected(view) {
  return view
    .locator('[data-testid="state"][data-state="connected"][data-transport="websocket"]')
    .waitFor();
}

function events(view, name) {
  return view.locator(`[data-testid="event"][data-event="${name}"]`);
}

async function names(view) {
  return view
    .getByTestId("event")
    .evaluateAll((rows) => rows.map((row) => row.dataset.event).reverse());
}

// The frames are loaded when they come near the view.
async function besideAlice(page) {
  const frames = [0, 1].map((index) => page.frameLocator("iframe").nth(index));
  await page.locator("iframe").first().scrollIntoViewIfNeeded();
  for (const frame of frames) await connected(frame);
  return frames;
}

// Whether or not the dialog is visible by now: at 100 it is for half a second only.
async function progressShows(page, percent) {
  const bar = page.locator(`[data-testid="progress-bar"][aria-valuenow="${percent}"]`);
  await bar.waitFor({ state: "attached" });
}

async function screenshot(page, name) {
  mkdirSync(kScreenshots, { recursive: true });
  await page.evaluate(() => window.scrollTo(0, 0));
  // Otherwise the picture may catch a row while it fades in.
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.screenshot({ path: join(kScreenshots, name) });
}

async function hasNoSidewaysScroll(page) {
  const { content, view } = await page.evaluate(() => ({
    content: document.documentElement.scrollWidth,
    view: document.documentElement.clientWidth,
  }));
  assert.ok(content <= view, `the page is ${content} px wide in a view of ${view} px`);
}

describe("crema demo", { skip: kReference && "the reference server has no demo" }, () => {
  const suite = new Scope();
  before(async () => {
    browser = await Browser.launch(suite);
  });
  after(() => suite.close());

  test("shows who is connected, and how", async (t) => {
    const { demo, context } = await world(t);
    const page = await demo.open(context);
    assert.equal(await page.getByTestId("user").textContent(), kAlice);
    assert.match(await page.getByTestId("state").textContent(), /Connected · websocket/);
    const rooms = await page.getByTestId("rooms").locator("li").allTextContents();
    assert.deepEqual(rooms, [`user:${kAlice}`, "website", "all"]);
    assert.deepEqual(context.complaints, []);
  });

  test("moves the progress dialog, and hides it after 100", async (t) => {
    const { demo, context } = await world(t);
    const page = await demo.open(context);
    const dialog = page.getByTestId("progress-dialog");
    assert.equal(await dialog.isVisible(), false);

    await demo.progress({ percent: 0, title: "Import", description: "<b>row</b> 0 of 100" });
    await progressShows(page, 0);
    await dialog.waitFor({ state: "visible" });
    assert.match(await dialog.innerText(), /Import[\s\S]*<b>row<\/b> 0 of 100/);

    await demo.progress({ percent: 40, title: "Import", description: "row 40 of 100" });
    await progressShows(page, 40);
    assert.match(await dialog.innerText(), /row 40 of 100/);

    await demo.progress({ progress: [3, 4], title: "Import" });
    await progressShows(page, 75);
    assert.match(
      await dialog.innerText(),
      /row 40 of 100/,
      "a description stays until the next one",
    );

    await demo.progress({ percent: 100, title: "Import" });
    await progressShows(page, 100);
    await dialog.waitFor({ state: "hidden" });
    assert.deepEqual(context.complaints, []);
  });

  test("keeps a dialog hidden that was hidden by hand", async (t) => {
    const { demo, context } = await world(t);
    const page = await demo.open(context);
    const dialog = page.getByTestId("progress-dialog");
    await demo.progress({ percent: 10, title: "Import" });
    await dialog.waitFor({ state: "visible" });
    await page.keyboard.press("Escape");
    await demo.progress({ percent: 20, title: "Import" });
    await page.locator('[data-event="progress"][data-times="2"]').waitFor();
    assert.equal(await dialog.isVisible(), false);
    await demo.progress({ percent: 20, title: "Export" });
    await dialog.waitFor({ state: "visible" });
  });

  test("runs a long job that moves the dialog of its user only", async (t) => {
    const { demo, context } = await world(t);
    const page = await demo.open(context);
    const other = await demo.open(context, kBob);
    await page.getByTestId("job").click();
    await progressShows(page, 100);
    await page.getByTestId("progress-dialog").waitFor({ state: "hidden" });
    const steps = Number(await events(page, "progress").getAttribute("data-times"));
    assert.ok(steps >= 3, `the job reported ${steps} times`);
    await demo.publish("--user", kBob, "for_bob");
    await events(other, "for_bob").waitFor();
    assert.deepEqual(await names(other), ["for_bob"]);
    assert.deepEqual(context.complaints, []);
  });

  test("shows msgprint as a message, its text as text", async (t) => {
    const { demo, context } = await world(t);
    const page = await demo.open(context);
    await demo.publish("--user", kAlice, "msgprint", '"Hello from a <i>terminal</i>"');
    const toast = page.getByTestId("toast");
    await toast.getByText("Hello from a <i>terminal</i>", { exact: true }).waitFor();
    await toast.getByRole("button", { name: "Close" }).click();
    assert.equal(await toast.count(), 0);
    await demo.publish("--user", kAlice, "msgprint", '{"title": "Done", "message": "All rows"}');
    await toast.waitFor();
    assert.match(await toast.innerText(), /Done\s+All rows/);
    assert.deepEqual(context.complaints, []);
  });

  test("reaches exactly the pages that may see an event", async (t) => {
    const { demo, context } = await world(t);
    const alice = await demo.open(context, kAlice);
    const bob = await demo.open(context, kBob);
    const guest = await demo.open(context, "guest");
    await demo.publish("--user", kAlice, "for_alice", '{"n": 1}');
    await demo.publish("--website", "news", '{"n": 2}');
    for (const page of [alice, bob, guest]) await events(page, "news").waitFor();
    assert.deepEqual(await names(alice), ["for_alice", "news"]);
    assert.deepEqual(await names(bob), ["news"]);
    assert.deepEqual(await names(guest), ["news"]);
    assert.match(await events(alice, "for_alice").innerText(), /"n": 1/);
    assert.deepEqual(context.complaints, []);
  });

  test("shows bob and guest beside alice, each as whom it says", async (t) => {
    const { demo, context } = await world(t);
    const page = await demo.open(context);
    const [bob, guest] = await besideAlice(page);
    assert.equal(await bob.getByTestId("user").textContent(), kBob);
    assert.equal(await guest.getByTestId("user").textContent(), "Guest");
    for (const user of [kAlice, kBob, "Guest"])
      await demo.publish("--user", user, `to_${user}`, "1");
    await demo.publish("--website", "news");
    for (const view of [page, bob, guest]) await events(view, "news").waitFor();
    assert.deepEqual(await names(page), [`to_${kAlice}`, "news"]);
    assert.deepEqual(await names(bob), [`to_${kBob}`, "news"]);
    assert.deepEqual(await names(guest), ["to_Guest", "news"]);
    assert.deepEqual(context.complaints, []);
  });

  test("brings events of a list and of a document to those who watch them", async (t) => {
    const { demo, context } = await world(t);
    const page = await demo.open(context);
    const publishBoth = async (n) => {
      await demo.publish(
        "--doctype",
        "ToDo",
        "list_update",
        JSON.stringify({ doctype: "ToDo", n }),
      );
      await demo.publish(
        "--doctype",
        "ToDo",
        "--docname",
        "1",
        "doc_update",
        JSON.stringify({ n }),
      );
    };
    await publishBoth(1);
    await page.getByTestId("doctype-subscribe").click();
    await page.getByTestId("doc-subscribe").click();
    // Joining is not acknowledged, so what is published is published until it arrives.
    await eventually("both events to arrive", async () => {
      await publishBoth(2);
      const arrived = await names(page);
      return arrived.includes("list_update") && arrived.includes("doc_update");
    });
    assert.doesNotMatch(await page.getByTestId("events").innerText(), /"n": 1/);
  });

  test("comes back by itself, and asks for its rooms again", async (t) => {
    const { demo, context } = await world(t);
    const page = await demo.open(context);
    await page.getByTestId("doctype-subscribe").click();
    await demo.stop();
    await page.locator('[data-testid="state"][data-state="offline"]').waitFor();
    await demo.run();
    await connected(page);
    await eventually("an event of the list", async () => {
      await demo.publish("--doctype", "ToDo", "list_update", '{"doctype":"ToDo"}');
      return (await events(page, "list_update").count()) > 0;
    });
    await demo.publish("--user", kAlice, "for_alice");
    await events(page, "for_alice").waitFor();
  });

  test("leaves the session of a bench on the same host alone", async (t) => {
    const { demo, context } = await world(t);
    const session = { name: "sid", value: "a-session-of-a-bench", domain: "localhost", path: "/" };
    await context.addCookies([{ ...session, httpOnly: true }]);
    const page = await demo.open(context);
    await demo.publish("--user", kAlice, "for_alice");
    await events(page, "for_alice").waitFor();
    const kept = (await context.cookies(demo.url())).find(({ path }) => path === "/");
    assert.equal(kept.value, session.value);
  });

  test("has commands to copy that name the page's user", async (t) => {
    const { demo, context } = await world(t, {
      permissions: ["clipboard-read", "clipboard-write"],
    });
    const page = await demo.open(context, kBob);
    const command = `crema publish --user ${kBob} msgprint '"Hello from a terminal"'`;
    await page.getByRole("button", { name: `Copy: ${command}` }).click();
    await page.getByText("Copied").waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), command);
  });

  test("is good to look at: wide, on a phone and in the dark", async (t) => {
    const { demo, context, scope } = await world(t);
    const phoneOptions = { viewport: kPhone, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };
    const phone = await browser.context(scope, { ...phoneOptions, colorScheme: "dark" });
    const page = await demo.open(context);
    const pages = [page, await demo.open(phone)];
    await besideAlice(page);
    await demo.publish("--website", "news", '{"n": 1}');
    await demo.publish("--user", kAlice, "doc_update", '{"doctype": "ToDo", "name": "1"}');
    await demo.publish("--user", kAlice, "msgprint", '"Hello from a terminal"');
    await demo.progress({ percent: 40, title: "Import", description: "row 40 of 100" });
    for (const view of pages) {
      await progressShows(view, 40);
      await hasNoSidewaysScroll(view);
    }
    await screenshot(pages[0], "demo.png");
    await screenshot(pages[1], "demo-phone.png");
    assert.deepEqual([...context.complaints, ...phone.complaints], []);
  });

  test("says so when its port is taken", async (t) => {
    const scope = Scope.of(t);
    const holder = createServer();
    scope.defer("the holder of the port", () => holder.close());
    await new Promise((done) => holder.listen(0, "127.0.0.1", done));
    const { port } = holder.address();
    const { code, stderr } = await cremaCommand(["demo", "--port", String(port)]);
    assert.equal(code, 2, stderr);
    assert.match(
      stderr,
      new RegExp(`port ${port} is in use \\(a bench\\?\\): crema demo --port \\d+`),
    );
  });
});
