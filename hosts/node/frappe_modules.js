// `require("../../frappe/node_utils")` and `../../frappe/realtime/utils` for benches that have no
// such files: images without sources, and benches of tests. The bench's own files go first.
// Source: spec/frappe-realtime.md 2, 8.2.
"use strict";

const fs = require("fs");
const Module = require("module");
const path = require("path");

const kEnvironment = {
  FRAPPE_SITE: "default_site",
  FRAPPE_REDIS_CACHE: "redis_cache",
  FRAPPE_REDIS_QUEUE: "redis_queue",
  FRAPPE_SOCKETIO_PORT: "socketio_port",
  FRAPPE_SOCKETIO_UDS: "socketio_uds",
};

function nodeUtils(bench) {
  function get_conf() {
    const conf = { socketio_port: 9000 };
    for (const file of ["config.json", "sites/common_site_config.json"]) {
      const full = path.join(bench, file);
      if (!fs.existsSync(full)) continue;
      for (const [key, value] of Object.entries(JSON.parse(fs.readFileSync(full, "utf8")))) {
        if (value) conf[key] = value;
      }
    }
    for (const [name, key] of Object.entries(kEnvironment)) {
      if (process.env[name]) conf[key] = process.env[name];
    }
    return conf;
  }

  function get_redis_subscriber(kind = "redis_queue", options = {}) {
    const { createClient } = require(
      require.resolve("@redis/client", {
        paths: [path.join(bench, "apps/frappe"), bench, process.cwd()],
      }),
    );
    const url = get_conf()[kind];
    if (url?.startsWith("unix://")) {
      return createClient({ socket: { path: url.slice("unix://".length) }, ...options });
    }
    return createClient({ url, ...options });
  }

  return { get_conf, get_redis_subscriber };
}

function realtimeUtils(bench, web) {
  const { get_conf } = nodeUtils(bench);
  // Where the socket's page comes from; without an Origin, the web process.
  function get_url(socket, url_path = "") {
    const origin = socket.request.headers.origin;
    if (!origin) return web() + url_path;
    const conf = get_conf();
    const url = new URL(origin);
    if (conf.developer_mode && conf.webserver_port) url.port = String(conf.webserver_port);
    return url.origin + url_path;
  }
  function frappe_request(url_path, socket, args, opts) {
    return socket.frappe_request(url_path, args, opts);
  }
  return { get_url, frappe_request };
}

function provideFrappeModules(bench, web) {
  const provided = new Map([
    ["node_utils", () => nodeUtils(bench)],
    ["realtime/utils", () => realtimeUtils(bench, web)],
  ]);
  const original = Module._resolveFilename;
  Module._resolveFilename = function resolve(request, parent, ...rest) {
    try {
      return original.call(this, request, parent, ...rest);
    } catch (error) {
      const name = /^\.\.?\/.*\bfrappe\/(node_utils|realtime\/utils)(?:\.js)?$/.exec(request)?.[1];
      if (!name) throw error;
      const file = path.join(bench, "apps/frappe", `${name}.js`);
      if (!Module._cache[file]) {
        const module = new Module(file, null);
        module.filename = file;
        module.exports = provided.get(name)();
        module.loaded = true;
        Module._cache[file] = module;
      }
      return file;
    }
  };
}

module.exports = { provideFrappeModules };
