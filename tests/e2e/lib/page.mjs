// A page of a site in Chromium that loads the script-tag build from the server under test, as a
// page behind bench's nginx would: from its own origin.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { eventually } from "./journal.mjs";
import { Proxy } from "./proxy.mjs";
import { kAlice, kSiteA } from "./world.mjs";

const kRepository = resolve(dirname(fileURLToPath(import.meta.url)), "..", "..", "..");
const kScreenshots = join(kRepository, "build", "screenshots");

export class Page {
  // `script`: attributes of the script tag. `before`: script that runs before it, for a page that
  // has something already. `context`: options of the browser context.
  static async open(world, browser, options = {}) {
    const { site = kSiteA, user = kAlice, script = "", before = "", context = {} } = options;
    const page = new Page();
    page.world = world;
    page.site = site;
    const proxy = await Proxy.start(world.scope, {
      port: () => world.server.port,
      page: () => htmlOf({ user, site, script, before }),
    });
    page.cut = proxy.cut;
    page.origin = `http://${site}:${proxy.port}`;
    page.context = await browser.context(world.scope, context);
    const { sid } = world.credentials(site, user);
    await page.context.addCookies([{ name: "sid", value: sid, url: page.origin }]);
    page.tab = await page.context.newPage();
    await page.tab.goto(`${page.origin}/app`);
    return page;
  }

  // Runs `script(argument)` in the page, where `frappe` is.
  run(script, argument) {
    return this.tab.evaluate(script, argument);
  }

  async state(state) {
    await this.tab.waitForFunction((wanted) => frappe.realtime.state === wanted, state);
  }

  // Keeps what arrives for `event` in the page's `got[event]`, without the number that a session
  // which may be recovered gets behind an event's arguments.
  listen(event) {
    return this.run((name) => {
      globalThis.got ??= {};
      got[name] ??= [];
      frappe.realtime.on(name, (...args) => {
        if (frappe.realtime.socket._pid) args.pop();
        got[name].push(args.length > 1 ? args : args[0]);
      });
    }, event);
  }

  got(event) {
    return this.run((name) => globalThis.got?.[name] ?? [], event);
  }

  async arrives(event, count = 1) {
    const enough = ([name, wanted]) => (globalThis.got?.[name] ?? []).length >= wanted;
    await this.tab.waitForFunction(enough, [event, count]);
    return this.got(event);
  }

  publish(event, message, room = `user:${kAlice}`) {
    return this.world.redis.publish({ site: this.site, room, event, message });
  }

  // Publishes to the room until the page has got `event`: joining is not acknowledged.
  async joined(event, message, room) {
    await eventually(`${event} for ${room}`, async () => {
      await this.publish(event, message, room);
      return (await this.got(event)).length > 0;
    });
  }

  // What is in the page when everything sent before has been handled, both ways.
  async settled() {
    await this.run(
      () =>
        new Promise((done) => {
          const off = frappe.realtime.on("pong", () => (off(), done()));
          frappe.realtime.emit("ping");
        }),
    );
  }

  async screenshot(name) {
    await takeScreenshot(this.tab, name);
  }

  noComplaints() {
    assert.deepEqual(this.context.complaints, []);
  }
}

function htmlOf({ user, site, script, before }) {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${user}</title>
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <link rel="icon" href="data:,">
    <style>@media (prefers-color-scheme: dark) { body { background: #141b1b; color: #eee } }</style>
    <script>${before}</script><script src="/socket.io/crema-realtime.js" ${script}></script>
    <h1>A page of ${site}</h1>`;
}

// Into build/screenshots, for people to look at.
export async function takeScreenshot(tab, name) {
  mkdirSync(kScreenshots, { recursive: true });
  // Otherwise the picture may catch a thing while it moves.
  await tab.emulateMedia({ reducedMotion: "reduce" });
  await tab.screenshot({ path: join(kScreenshots, name) });
}
