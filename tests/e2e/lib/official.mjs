// The official clients by the release of Socket.IO that they belong to: socket.io-client, and the
// engine.io-client that it brought.

import { createRequire } from "node:module";

const kPackages = {
  "4.0": "socket.io-client-4.0",
  4.1: "socket.io-client-4.1",
  4.2: "socket.io-client-4.2",
  4.3: "socket.io-client-4.3",
  4.4: "socket.io-client-4.4",
  4.5: "socket.io-client-4.5",
  4.6: "socket.io-client-4.6",
  4.7: "socket.io-client-4.7",
  4.8: "socket.io-client",
};
const require = createRequire(import.meta.url);

export const kNewest = "4.8";
// The oldest, one between, and the newest: what most tests run.
export const kReleases = ["4.0", "4.4", kNewest];
export const kAllReleases = ["4.0", "4.1", "4.2", "4.3", "4.4", "4.5", "4.6", "4.7", kNewest];

// `io` of socket.io-client.
export function ioOf(release) {
  return require(packageOf(release)).io;
}

// The class `Socket` of engine.io-client.
export function engineOf(release) {
  const its = createRequire(require.resolve(packageOf(release)));
  return its("engine.io-client").Socket;
}

function packageOf(release) {
  const name = kPackages[release];
  if (!name) throw new Error(`no client of release ${release}`);
  return name;
}
