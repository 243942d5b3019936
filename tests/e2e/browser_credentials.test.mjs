// The official client in Chromium, on a page of the site at another port than the realtime
// process's, with nothing between them: `bench start`. Every credential over every transport, as a
// browser can say it. Source: frappe-realtime 3.3, 3.4, 7.1 (`window.dev_server`).

import assert from "node:assert/strict";
import { createServer } from "node:http";
import test from "node:test";
import { fileURLToPath } from "node:url";

import { Browser } from "./lib/browser.mjs";
import { cremaOnly } from "./lib/crema.mjs";
import { World, kAlice, kBob, kSiteA } from "./lib/world.mjs";
import { credentialsOf } from "./scenarios/credentials.mjs";

const kCrema = cremaOnly("takes no authorization in the CONNECT", { timeout: 120_000 });
const kClient = fileURLToPath(
  new URL("node_modules/socket.io-client/dist/socket.io.min.js", import.meta.url),
);
const kTransports = { polling: ["polling"], upgrade: undefined, websocket: ["websocket"] };

async function pageOf(world, browser, { cookie }) {
  const server = createServer((_request, response) => {
    response.writeHead(200, { "Content-Type": "text/html" });
    response.end('<!doctype html><link rel="icon" href="data:,">');
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  world.scope.defer("the page", () => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://${kSiteA}:${server.address().port}`;
  const context = await browser.context(world.scope);
  if (cookie) await context.addCookies([{ name: "sid", value: cookie, url: origin }]);
  const tab = await context.newPage();
  await tab.goto(origin);
  await tab.addScriptTag({ path: kClient });
  return { tab, context };
}

// In the page: connects, upgrades where it can, and fulfils with the transport.
function connect({ url, options }) {
  globalThis.got = [];
  globalThis.socket?.disconnect();
  globalThis.socket = globalThis.io(url, { forceNew: true, withCredentials: true, ...options });
  const { socket } = globalThis;
  socket.on("who", (user) => globalThis.got.push(user));
  return new Promise((done, fail) => {
    socket.on("connect_error", (error) => fail(new Error(error.message)));
    socket.on("connect", () => {
      const { engine } = socket.io;
      if (options.transports || engine.transport.name === "websocket") done(engine.transport.name);
      else engine.once("upgrade", () => done("websocket"));
    });
  });
}

// Who the page's socket belongs to: what it gets for the users' rooms, and then for everybody's.
async function identity(world, tab) {
  const publish = (room, message) =>
    world.redis.publish({ site: kSiteA, room, event: "who", message });
  for (const user of [kAlice, kBob]) await publish(`user:${user}`, user);
  await publish("website", "the end");
  await tab.waitForFunction(() => globalThis.got.at(-1) === "the end");
  return tab.evaluate(() => globalThis.got.slice(0, -1));
}

test("a page at another port", kCrema, async (t) => {
  const world = await World.create(t);
  const browser = await Browser.launch(world.scope);
  const url = `http://${kSiteA}:${world.server.port}/${kSiteA}`;
  for (const { name, options, user } of credentialsOf(world)) {
    const { sid, token, headers } = options;
    const authorization = headers?.Authorization ?? (token && `token ${token}`);
    const { tab, context } = await pageOf(world, browser, { cookie: sid });
    const ways = authorization
      ? [
          ["in the CONNECT", { auth: { authorization } }],
          ["in a header", { extraHeaders: { Authorization: authorization } }],
        ]
      : [["by itself", {}]];
    for (const [mode, transports] of Object.entries(kTransports)) {
      for (const [how, more] of ways) {
        // A browser's WebSocket takes no headers.
        if (how === "in a header" && mode === "websocket") continue;
        await t.test(`${name}, ${mode}, ${how}`, async () => {
          const transport = await tab.evaluate(connect, { url, options: { transports, ...more } });
          assert.equal(transport, mode === "polling" ? "polling" : "websocket");
          assert.deepEqual(await identity(world, tab), [user]);
        });
      }
    }
    assert.deepEqual(context.complaints, []);
    await context.close();
  }
});
