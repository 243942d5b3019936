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
import { refuseReports } from "./lib/sanitizers.mjs";
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
  static async start(scope, env = {}) {
    const demo = new Demo();
    demo.env = env;
    demo.folder = mkdtempSync(join(tmpdir(), "crema-e2e-demo-"));
    trackFolder(demo.folder);
    scope.defer("the demo's folder", () => removeFolder(demo.folder));
    demo.port = await freePort();
    scope.defer("the demo server", () => demo.stop());
    await demo.run();
    return demo;
  }

  get environment() {
    const none = { SSH_CONNECTION: "" };
    return cleanEnvironment({ ...none, ...this.env, XDG_RUNTIME_DIR: this.folder });
  }

  async run() {
    const options = { cwd: this.folder, env: this.environment };
    this.child = new Child(binary(), ["demo", "--port", String(this.port)], options);
    const line = (text) => text.startsWith("Realtime service listening on: ws://");
    await this.child.line(line, "the listening line");
  }

  async stop() {
    if (!this.child) return;
    await this.child.stop();
    refuseReports("the demo", this.child.stderr.entries);
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

async function besideAlice(page) {
  const frame = page.frameLocator("iframe");
  await connected(frame);
  return frame;
}

// Keeps every value that the bar of this title takes in the page's `percents`.
async function followBar(page) {
  await page.evaluate(() => {
    globalThis.percents = [];
    frappe.realtime.on("progress", ({ percent }) => percents.push(percent));
  });
}

function dialog(page) {
  return page.getByRole("dialog", { name: "Progress" });
}

const background = (locator) => locator.evaluate((node) => getComputedStyle(node).backgroundColor);

async function progressShows(page, name, percent) {
  await page
    .locator(`[role="progressbar"][aria-label="${name}"][aria-valuenow="${percent}"]`)
    .waitFor();
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

  test("shows who is connected, and how, with the latency", async (t) => {
    const { demo, context } = await world(t);
    const page = await demo.open(context);
    assert.equal(await page.getByTestId("user").textContent(), kAlice);
    assert.match(await page.getByTestId("state").textContent(), /Connected · websocket/);
    const rooms = await page.getByTestId("rooms").locator("li").allTextContents();
    assert.deepEqual(rooms, [`user:${kAlice}`, "website", "all", "doctype:ToDo"]);
    await page.getByTitle("Round trip").getByText(" ms").waitFor();
    assert.deepEqual(context.complaints, []);
  });

  test("two users side by side: a list, a document and who is viewing it", async (t) => {
    const { demo, context } = await world(t);
    const page = await demo.open(context);
    const bob = await besideAlice(page);
    assert.equal(await bob.getByTestId("user").textContent(), kBob);
    const second = (view) => view.getByTestId("todos").locator('[data-name="2"]');
    await second(bob).waitFor();
    await second(page).getByRole("checkbox").check();
    await second(bob).and(bob.locator(".done")).waitFor();

    for (const view of [page, bob]) await view.getByRole("button", { name: "Open ToDo/1" }).click();
    await page.getByText(`Currently viewing: you, ${kBob}`).waitFor();
    await bob.getByText(`Currently viewing: you, ${kAlice}`).waitFor();
    await page.getByRole("textbox", { name: "ToDo/1" }).fill("Written <b>by alice</b>");
    await eventually("bob's document to follow", async () => {
      const text = await bob.getByRole("textbox", { name: "ToDo/1" }).inputValue();
      return text === "Written <b>by alice</b>";
    });
    await bob.getByText("Written <b>by alice</b>", { exact: true }).waitFor();
    await bob.getByRole("button", { name: "Close", exact: true }).click();
    await page.getByText("Nobody else is viewing it").waitFor();
    assert.deepEqual(context.complaints, []);
  });

  test("runs a long job that moves the dialog of its user only", async (t) => {
    const { demo, context } = await world(t);
    const page = await demo.open(context);
    const other = await demo.open(context, kBob);
    await followBar(page);
    await page.getByTestId("job").click();
    await dialog(page).waitFor();
    await page.waitForFunction(() => percents.at(-1) === 100);
    await dialog(page).waitFor({ state: "hidden" });
    const steps = await page.evaluate(() => percents.length);
    assert.ok(steps >= 3, `the job reported ${steps} times`);
    await demo.publish("--user", kBob, "for_bob");
    await events(other, "for_bob").waitFor();
    assert.deepEqual(await names(other), ["for_bob"]);
    assert.deepEqual(context.complaints, []);
  });

  test("seq | crema progress moves the dialog", async (t) => {
    const { demo, context } = await world(t);
    const page = await demo.open(context);
    await followBar(page);
    const line =
      "for i in $(seq 100); do echo $i; sleep 0.05; done | " +
      `crema progress --user ${kAlice} --title "Import"`;
    const path = `${dirname(binary())}:${process.env.PATH}`;
    const env = cleanEnvironment({ XDG_RUNTIME_DIR: demo.folder, PATH: path });
    const script = new Child("sh", ["-c", line], { cwd: demo.folder, env });
    await page.getByRole("progressbar", { name: "Import" }).waitFor();
    const { code } = await script.ended(60_000);
    assert.equal(code, 0, script.stderr.entries.join("\n"));
    assert.deepEqual(script.stdout.entries, [
      `published progress to user:${kAlice} (1 socket)`,
      "100 lines in all",
    ]);
    await dialog(page).waitFor({ state: "hidden" });
    const percents = await page.evaluate(() => percents);
    assert.deepEqual(
      percents,
      Array.from({ length: 100 }, (_, index) => index + 1),
    );
    assert.deepEqual(context.complaints, []);
  });

  test("warns when nobody is there to see it", async (t) => {
    const { demo } = await world(t);
    const options = { cwd: demo.folder, env: { XDG_RUNTIME_DIR: demo.folder } };
    const { stdout, stderr } = await cremaCommand(["publish", "--user", kAlice, "x"], options);
    assert.equal(stdout, `published x to user:${kAlice} (0 sockets)`);
    assert.match(stderr, /nobody is in that room: is a page open\?/);
  });

  test("cuts the connection, and shows what was caught up after it", async (t) => {
    const { demo, context } = await world(t);
    const page = await demo.open(context);
    const bob = await besideAlice(page);
    for (const view of [page, bob]) await view.getByRole("button", { name: "Open ToDo/1" }).click();
    await bob.getByText(`Currently viewing: you, ${kAlice}`).waitFor();
    await page.getByTestId("cut").click();
    await page.locator('[data-testid="state"][data-state="offline"]').waitFor();
    const story = page.getByTestId("cut-story");
    await page.locator('[data-testid="cut-story"][data-over="yes"]').waitFor();
    assert.match(
      await story.innerText(),
      /Away for \d+\.\d s: [1-7] were caught up\. None was lost\./,
    );
    assert.equal(await story.locator("li.live, li.caught").count(), 8);
    await screenshot(page, "demo-cut.png");
    await bob.getByText(`Currently viewing: you, ${kAlice}`).waitFor();
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
    await guest.getByText("A guest may not read it.").waitFor();
    assert.deepEqual(context.complaints, []);
  });

  test("the samples of its cards can be tried", async (t) => {
    const { demo, context } = await world(t);
    const page = await demo.open(context);
    const publish = () => demo.publish("--all", "event_name", '{"key": "value"}');
    await publish();
    await events(page, "event_name").waitFor();
    await page.getByTestId("listen").click();
    await publish();
    await demo.publish("--user", kAlice, "msgprint", '"Hello from a <i>terminal</i>"');
    await page.getByText("Hello from a <i>terminal</i>", { exact: true }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByTestId("hello").click();
    assert.deepEqual(await names(page), ["event_name", "msgprint"]);
    assert.deepEqual(context.complaints, []);
  });

  test("comes back by itself, and asks for its rooms again", async (t) => {
    const { demo, context } = await world(t);
    const page = await demo.open(context);
    await demo.stop();
    await page.locator('[data-testid="state"][data-state="offline"]').waitFor();
    await demo.run();
    await connected(page);
    await eventually("an event of the list", async () => {
      await demo.publish("--doctype", "ToDo", "list_update", '{"doctype":"ToDo"}');
      return (await events(page, "list_update").count()) > 0;
    });
  });

  test("leaves the session of a bench on the same host alone", async (t) => {
    const { demo, context } = await world(t);
    const session = { name: "sid", value: "a-session-of-a-bench", domain: "localhost", path: "/" };
    await context.addCookies([{ ...session, httpOnly: true }]);
    const page = await demo.open(context);
    await demo.publish("--user", kAlice, "for_alice");
    await events(page, "for_alice").waitFor();
    const cookies = await context.cookies(demo.url());
    assert.deepEqual(
      cookies.map(({ name, value }) => [name, value]),
      [["sid", session.value]],
    );
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
    const bob = await besideAlice(page);
    await page.getByRole("button", { name: "Open ToDo/1" }).click();
    await bob.getByRole("button", { name: "Open ToDo/1" }).click();
    await page.getByText(`Currently viewing: you, ${kBob}`).waitFor();
    await demo.publish("--website", "news", '{"n": 1}');
    await demo.progress({ percent: 40, title: "Import", description: "row 40 of 100" });
    for (const view of pages) {
      await progressShows(view, "Import", 40);
      assert.equal(
        await background(view.locator("crema-progress .fill")),
        await background(view.getByRole("button", { name: "Run a long job" })),
        "the bar has the page's colour",
      );
      await hasNoSidewaysScroll(view);
    }
    await screenshot(pages[0], "demo.png");
    await screenshot(pages[1], "demo-phone.png");
    await pages[0].screenshot({ path: join(kScreenshots, "demo-whole.png"), fullPage: true });
    await pages[1].screenshot({ path: join(kScreenshots, "demo-phone-whole.png"), fullPage: true });
    assert.deepEqual([...context.complaints, ...phone.complaints], []);
  });

  test("over SSH it says how to see the page", async (t) => {
    const scope = Scope.of(t);
    const ssh = { SSH_CONNECTION: "192.0.2.7 50000 192.0.2.9 22", USER: "me" };
    const demo = await Demo.start(scope, ssh);
    const line = `ssh -L ${demo.port}:localhost:${demo.port} me@192.0.2.9`;
    await demo.child.line((text) => text.trim() === line, "the ssh line");
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
