// The apps' files: loading them, and loading them anew.
"use strict";

const fs = require("fs");
const path = require("path");

const kDebounceMs = 100;

// Of a file that does not parse V8 writes its place first, without a frame.
const kPlace = /^(\/[^:\n]*):(\d+)$/m;

class Apps {
  #host;
  // App to its function, for those that loaded.
  #setups = new Map();
  #list = [];

  constructor(host) {
    this.#host = host;
  }

  loadAll(list) {
    this.#list = list;
    this.#setups.clear();
    for (const { app, file } of list) this.#load(app, file);
    this.#host.tell({ type: "ready" });
  }

  #load(app, file) {
    const { blame } = this.#host;
    try {
      const full = path.join(blame.bench, file);
      const exported = blame.run(app, () => this.#host.require(full), null, []);
      if (typeof exported !== "function") {
        const got = exported === null ? "null" : typeof exported;
        throw new NotAFunction(`module.exports must be a function, got ${got}`);
      }
      this.#setups.set(app, exported);
      this.#host.tell({ type: "loaded", app, file });
    } catch (error) {
      this.#host.tell({ type: "loaded", app, file, ...this.#describe(error, file) });
    }
  }

  #describe(error, file) {
    if (error instanceof NotAFunction) return { text: error.message };
    const { blame } = this.#host;
    const stack = String(error?.stack ?? "");
    const parsed = kPlace.exec(stack);
    const place = (parsed && blame.fromFile(parsed[1])) ?? blame.fromStack(stack);
    const text = this.#host.textOf(error);
    const line = parsed && blame.fromFile(parsed[1]) ? Number(parsed[2]) : place.line;
    return { text, file: place.file ?? file, ...(line && { line }) };
  }

  // Calls the functions of a socket's apps, in the site's order.
  setUp(socket, isTheirs = () => true) {
    for (const app of socket.installed_apps) {
      const setup = this.#setups.get(app);
      if (!setup || !isTheirs(app)) continue;
      const site = socket.nsp.site;
      this.#host.call(app, setup, undefined, [socket], { event: "connection", site });
    }
  }

  reload(isTheirs = () => true) {
    for (const file of this.#filesOf(isTheirs)) delete this.#host.require.cache[file];
    for (const { app, file } of this.#list) {
      if (!isTheirs(app)) continue;
      this.#setups.delete(app);
      this.#load(app, file);
    }
    this.#host.tell({ type: "ready" });
    for (const socket of this.#host.sockets()) {
      socket.removeHandlers(isTheirs);
      this.setUp(socket, isTheirs);
    }
  }

  // What was required of apps' own files; packages stay.
  #filesOf(isTheirs) {
    return Object.keys(this.#host.require.cache).filter((file) => {
      if (file.includes(`${path.sep}node_modules${path.sep}`)) return false;
      const found = this.#host.blame.fromFile(file);
      return found && isTheirs(found.app);
    });
  }

  // In developer mode: a file that changes is loaded anew, and what requires it.
  watch() {
    const watched = new Map();
    const changed = new Set();
    let timer;
    const reloadSoon = (app) => {
      changed.add(app);
      clearTimeout(timer);
      timer = setTimeout(() => {
        const apps = new Set(changed);
        changed.clear();
        this.reload((app) => apps.has(app));
        watchMore();
      }, kDebounceMs);
    };
    const watchMore = () => {
      const files = this.#list.map(({ file }) => path.join(this.#host.blame.bench, file));
      for (const file of [...files, ...this.#filesOf(() => true)]) {
        const folder = path.dirname(file);
        const found = this.#host.blame.fromFile(file);
        if (watched.has(folder) || !found) continue;
        try {
          watched.set(
            folder,
            fs.watch(folder, (_, name) => {
              if (!name || name.endsWith(".js") || name.endsWith(".json")) reloadSoon(found.app);
            }),
          );
        } catch (error) {
          this.#host.log(found.app, "warn", `changes are not noticed: ${error.message}`);
        }
      }
    };
    watchMore();
  }
}

class NotAFunction extends TypeError {}

module.exports = { Apps };
