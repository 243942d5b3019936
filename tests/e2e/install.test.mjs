// The packages as somebody else gets them: built, installed into empty projects by npm and pip, and
// used as their READMEs show.

import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";

import { Child, run } from "./lib/child.mjs";
import { cleanEnvironment, cremaOnly } from "./lib/crema.mjs";
import { removeFolder, trackFolder } from "./lib/scope.mjs";
import { kAlice, kSiteA, World } from "./lib/world.mjs";

const kClients = resolve(dirname(fileURLToPath(import.meta.url)), "..", "..", "clients");

function emptyFolder(scope) {
  const folder = mkdtempSync(join(tmpdir(), "crema-e2e-install-"));
  trackFolder(folder);
  scope.defer("an empty project", () => removeFolder(folder));
  return folder;
}

// The first example of the package's README in that language.
function example(client, language) {
  const readme = readFileSync(join(kClients, client, "README.md"), "utf8");
  return new RegExp("```" + language + "\\n([^]*?)```").exec(readme)[1];
}

async function must(cwd, command, ...args) {
  const { code, stdout, stderr } = await run(command, args, { cwd, ms: 90_000 });
  assert.equal(code, 0, `${command} ${args.join(" ")}\n${stdout}\n${stderr}`);
}

// A copy, so that nothing is left in the source.
function copyOf(client, folder) {
  const skipped = ["node_modules", ".test-build", "dist", "tests", "build"];
  const filter = (path) => !skipped.includes(path.split("/").at(-1));
  const copy = join(folder, "source");
  cpSync(join(kClients, client), copy, { recursive: true, filter });
  return copy;
}

test(
  "npm install, and the ten lines of the README",
  cremaOnly("one server is enough"),
  async (t) => {
    const world = await World.create(t, { config: { default_site: kSiteA } });
    const folder = emptyFolder(world.scope);
    await must(join(kClients, "js"), "npm", "run", "build", "--silent");
    await must(join(kClients, "js"), "npm", "pack", "--silent", "--pack-destination", folder);
    const [packed] = readdirSync(folder);
    writeFileSync(join(folder, "package.json"), '{"type": "module"}');
    await must(folder, "npm", "install", "--no-audit", "--no-fund", "--silent", `./${packed}`);
    const types = join(folder, "node_modules/crema-realtime/dist/index.d.ts");
    assert.match(readFileSync(types, "utf8"), /createRealtime/);

    writeFileSync(join(folder, "example.js"), example("js", "js"));
    const { token } = world.credentials(kSiteA, kAlice);
    const url = `http://127.0.0.1:${world.server.port}`;
    const env = { CREMA_URL: url, CREMA_SITE: kSiteA, CREMA_TOKEN: token };
    const child = new Child(process.execPath, ["example.js"], {
      cwd: folder,
      env: cleanEnvironment(env),
    });
    world.scope.defer("the example", () => child.stop("SIGKILL"));
    await child.line((line) => line.startsWith("connected"), "connected");
    const event = { site: kSiteA, room: `user:${kAlice}`, event: "event_name" };
    await world.redis.publish({ ...event, message: { key: "value" } });
    await child.line((line) => line === 'event_name {"key":"value"}', "the event");
  },
);

test(
  "pip install, and the ten lines of the README",
  cremaOnly("one server is enough"),
  async (t) => {
    const world = await World.create(t);
    const folder = emptyFolder(world.scope);
    const pip = ["-m", "pip", "--disable-pip-version-check", "--quiet"];
    const build = ["wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder];
    await must(folder, "/usr/bin/python3", ...pip, ...build, copyOf("python", folder));
    await must(folder, "/usr/bin/python3", "-m", "venv", "--without-pip", "venv");
    const wheel = readdirSync(folder).find((name) => name.endsWith(".whl"));
    const into = ["--python", "venv/bin/python", "install", wheel];
    await must(folder, "/usr/bin/python3", ...pip, ...into);

    const alice = await world.connect();
    world.web.allow(kSiteA, kAlice, "ToDo");
    await world.subscribe(alice, "doctype:ToDo", "doctype_subscribe", "ToDo");
    writeFileSync(join(folder, "example.py"), example("python", "python"));
    const env = cleanEnvironment({ FRAPPE_REDIS_QUEUE: world.redis.url, FRAPPE_SITE: kSiteA });
    const { code, stderr } = await run("venv/bin/python", ["example.py"], { cwd: folder, env });
    assert.equal(code, 0, stderr);
    await alice.waitFor("progress", ({ percent }) => percent === 100);
    await alice.waitFor("list_update", ({ doctype }) => doctype === "ToDo");
  },
);
