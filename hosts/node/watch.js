// The watch channel's thread: says which code runs when the main thread does not return.
// Source: docs/protocol/apphost.md, "From the host".
"use strict";

const inspector = require("inspector");
const { workerData } = require("worker_threads");
const path = require("path");

function startWatch({ Channel, Blame }) {
  const blame = new Blame();
  blame.begin(workerData.bench, workerData.apps);
  const channel = new Channel(4, (head) => {
    if (head.type === "where") findOut();
  });

  // V8 stops even an endless loop to say where it is; native code it does not.
  function findOut() {
    const scripts = new Map();
    const session = new inspector.Session();
    session.connectToMainThread();
    session.on("Debugger.scriptParsed", ({ params }) => scripts.set(params.scriptId, params.url));
    session.on("Debugger.paused", ({ params }) => {
      channel.send({ type: "where", ...place(params.callFrames, scripts) });
    });
    session.post("Debugger.enable", () => session.post("Debugger.pause"));
  }

  function place(frames, scripts) {
    for (const { url, location } of frames) {
      const file = (url || scripts.get(location.scriptId) || "").replace(/^file:\/\//, "");
      const found = path.isAbsolute(file) && blame.fromFile(file);
      if (found) return { ...found, line: location.lineNumber + 1 };
    }
    return { app: "" };
  }
}

module.exports = { startWatch };
