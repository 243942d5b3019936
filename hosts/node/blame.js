// Whose code runs, ran, or threw; and for which site.
"use strict";

const { AsyncLocalStorage } = require("async_hooks");
const fs = require("fs");
const path = require("path");

const kSlot = 6;
const kNobody = 0xffffffff;

class Blame {
  #apps = [];
  #bench = "";
  #slot = Buffer.alloc(4, 0xff);
  #inSlot = kNobody;
  #sites = new AsyncLocalStorage();
  // The app whose code was called and has not returned; null between calls.
  running = null;

  begin(bench, apps) {
    this.#bench = path.resolve(bench);
    this.#apps = apps.map(({ app }) => app);
  }

  get bench() {
    return this.#bench;
  }

  // The site that the running code was called for, also after an await or in a timer; undefined:
  // none.
  get site() {
    return this.#sites.getStore();
  }

  // Calls fn(...args) for the app, and for a site unless it is undefined. What it throws goes to
  // the caller.
  run(app, fn, self, args, site) {
    const before = this.running;
    this.running = app;
    this.#note(app);
    try {
      if (site === undefined) return Reflect.apply(fn, self, args);
      return this.#sites.run(site, Reflect.apply, fn, self, args);
    } finally {
      this.running = before;
    }
  }

  // The server reads it when this process cannot be asked any more.
  #note(app) {
    const number = this.#apps.indexOf(app);
    if (number === this.#inSlot || number < 0) return;
    this.#inSlot = number;
    this.#slot.writeUInt32BE(number);
    fs.writeSync(kSlot, this.#slot, 0, 4, 0);
  }

  get last() {
    return this.#apps[this.#inSlot] ?? this.#apps[0] ?? "";
  }

  // {app, file, line} of the first frame in an app's folder; file is seen from the bench.
  fromStack(stack) {
    const found = this.#locate(stack);
    return found ?? { app: this.running ?? this.last };
  }

  #locate(stack) {
    for (const frame of String(stack ?? "").split("\n")) {
      const at = /(?:file:\/\/)?(\/[^():]*):(\d+)(?::\d+)?\)?$/.exec(frame.trim());
      const place = at && this.fromFile(at[1]);
      if (place) return { ...place, line: Number(at[2]) };
    }
    return null;
  }

  fromFile(file) {
    const [folder, app] = path.relative(this.#bench, file).split(path.sep);
    if (folder !== "apps" || !this.#apps.includes(app)) return null;
    return { app, file: path.relative(this.#bench, file) };
  }

  // The app that called us: by what runs, else by where the call comes from.
  caller() {
    if (this.running !== null) return this.running;
    return this.fromStack(new Error().stack).app;
  }
}

module.exports = { Blame };
