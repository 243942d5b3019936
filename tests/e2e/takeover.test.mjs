// `crema bench` on the files of a bench, and what it installed really serves it.

import assert from "node:assert/strict";
import { readFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";

import { Child } from "./lib/child.mjs";
import { binary, cleanEnvironment, cremaCommand, cremaOnly } from "./lib/crema.mjs";
import { refuseReports } from "./lib/sanitizers.mjs";
import { World } from "./lib/world.mjs";

const kCrema = cremaOnly("has none of this", { timeout: 60_000 });

const kFiles = {
  Procfile: "web: bench serve\r\n  socketio:  /usr/bin/node apps/frappe/socketio.js\r\n",
  "config/supervisor.conf":
    "[program:b-node-socketio]\ncommand=/usr/bin/bench socketio\nuser=frappe\n",
};

test("crema bench", kCrema, async (t) => {
  const world = await World.create(t, { server: null });
  const { path } = world.bench;
  const bench = (action, ...args) => cremaCommand(["bench", action, "--bench", path, ...args]);
  const read = (name) => readFileSync(join(path, name), "utf8");
  for (const [name, text] of Object.entries(kFiles)) world.bench.write(name, text);

  await t.test("status names the file, the line and the command", async () => {
    const { code, stdout } = await bench("status");
    assert.equal(code, 0);
    assert.match(stdout, /^Procfile:2: node, by `\/usr\/bin\/node apps\/frappe\/socketio\.js`$/m);
    assert.match(stdout, /^config\/supervisor\.conf:2: bench socketio, by/m);
  });
  await t.test("install asks, and nothing is written without a yes", async () => {
    for (const input of ["", "n\n"]) {
      const { code, stdout } = await cremaCommand(["bench", "install", "--bench", path], { input });
      assert.equal(code, 1);
      assert.match(stdout, /^-command=\/usr\/bin\/bench socketio$/m);
      assert.match(stdout, /^\+command=.*serve --bench/m);
    }
    for (const [name, text] of Object.entries(kFiles)) assert.equal(read(name), text);
  });
  await t.test("install writes, and says what to run next", async () => {
    const { code, stdout } = await cremaCommand(["bench", "install", "--bench", path], {
      input: "y\n",
    });
    assert.equal(code, 0, stdout);
    assert.match(stdout, /supervisorctl reread && sudo supervisorctl update/);
    assert.match(read("Procfile"), /^ {2}socketio: {2}\S+ serve --bench \S+\r$/m);
    assert.equal(read("config/supervisor.conf.before-crema"), kFiles["config/supervisor.conf"]);
  });
  await t.test("the command that was written serves the bench", async () => {
    const command = /^command=(.*)$/m.exec(read("config/supervisor.conf"))[1];
    assert.ok(command.startsWith(binary()), command);
    const env = cleanEnvironment({ CREMA_HOST: "127.0.0.1" });
    const child = new Child("/bin/sh", ["-c", `exec ${command}`], { env });
    await child.line((line) => line.startsWith("Realtime service listening on"), "it listens");
    assert.deepEqual(await child.stop(), { code: 0, signal: null });
    refuseReports("the server", child.stderr.entries);
  });
  await t.test("--binary must be a program, and is written as an absolute path", async () => {
    const { code, stderr } = await bench("install", "--yes", "--binary", "no/such/crema");
    assert.equal(code, 2);
    assert.match(stderr, /--binary \/\S+\/no\/such\/crema/);
  });
  await t.test("status and install afterwards: nothing to do", async () => {
    assert.match((await bench("status")).stdout, /: crema, by .*before-crema$/m);
    const { code, stdout } = await bench("install", "--yes");
    assert.equal(code, 0);
    assert.match(stdout, /nothing to do/);
  });
  await t.test("what bench setup has overwritten is named", async () => {
    const installed = read("config/supervisor.conf");
    world.bench.write("config/supervisor.conf", kFiles["config/supervisor.conf"]);
    assert.match((await bench("status")).stdout, /bench setup has written the file anew/);
    world.bench.write("config/supervisor.conf", installed);
  });
  await t.test("uninstall gives back every byte", async () => {
    const { code } = await bench("uninstall", "--yes");
    assert.equal(code, 0);
    for (const [name, text] of Object.entries(kFiles)) {
      assert.equal(read(name), text);
      assert.ok(!existsSync(join(path, `${name}.before-crema`)));
    }
  });
  await t.test("a bench that starts none: exit code 1, and what to do", async () => {
    for (const name of Object.keys(kFiles)) world.bench.write(name, "");
    const { code, stderr } = await bench("install", "--yes");
    assert.equal(code, 1);
    assert.match(stderr, /bench setup procfile.*crema serve --bench/);
  });
  await t.test("no bench: exit code 2", async () => {
    assert.equal((await cremaCommand(["bench", "status", "--bench", "/nowhere"])).code, 2);
  });
});
