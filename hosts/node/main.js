// Begins here: `sources` holds this folder's files by name, `require` is Node's own.
// Source: docs/protocol/apphost.md, "Start".
"use strict";

const util = require("util");
const vm = require("vm");
const { Worker } = require("worker_threads");

// Host files find each other by their bare names, and Node's modules as usual.
const modules = new Map();
function load(name) {
  if (!Object.hasOwn(sources, name)) return require(name);
  if (!modules.has(name)) {
    const module = { exports: {} };
    modules.set(name, module);
    const parameters = ["require", "module", "exports"];
    const filename = `crema:${name}`;
    vm.compileFunction(sources[name], parameters, { filename })(load, module, module.exports);
  }
  return modules.get(name).exports;
}

// The Worker has its own copy of what it needs.
function startWatch({ bench, apps }) {
  const needed = ["channel.js", "blame.js", "watch.js"];
  const source = `
    const files = require("worker_threads").workerData.files;
    const load = (name) => {
      const module = { exports: {} };
      require("vm").compileFunction(files[name], ["require", "module"], {
        filename: "crema:" + name,
      })(require, module);
      return module.exports;
    };
    load("watch.js").startWatch({ ...load("channel.js"), ...load("blame.js") });
  `;
  const files = Object.fromEntries(needed.map((name) => [name, sources[name]]));
  const watch = new Worker(source, { eval: true, workerData: { bench, apps, files } });
  watch.unref();
}

function takeConsole(host) {
  const levels = { debug: "debug", log: "info", info: "info", warn: "warn", error: "error" };
  for (const [name, level] of Object.entries(levels)) {
    console[name] = (...args) => host.log(host.blame.caller(), level, util.format(...args));
  }
  console.trace = console.error;
  console.dir = (value, options) => console.log(util.inspect(value, options));
}

// One app's mistake is not the others' end.
function surviveApps(host) {
  process.on("uncaughtException", (error) => host.report(error));
  process.on("unhandledRejection", (error) => host.report(error));
  process.exit = (code) => {
    throw new Error(`process.exit(${code ?? ""}) was called by a handler`);
  };
}

const { Host } = load("host.js");
const { provideFrappeModules } = load("frappe_modules.js");

process.title = "crema handlers (node)";
const host = new Host(require, (hello) => {
  startWatch(hello);
  provideFrappeModules(hello.bench, () => host.web);
});
takeConsole(host);
surviveApps(host);
