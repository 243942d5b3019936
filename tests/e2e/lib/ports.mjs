// Ports for servers that are stopped and started again on the same port.

import { readFileSync } from "node:fs";
import { connect, createServer } from "node:net";

const kLowest = 10_240;

// A free port below the kernel's ephemeral range. Inside that range an outgoing connection could
// take the port while its server is stopped, or a client that retries could connect to itself.
export async function freePort() {
  for (let attempt = 0; attempt < 100; ++attempt) {
    const port = kLowest + Math.floor(Math.random() * (ephemeralStart() - kLowest));
    if (await canListen(port)) return port;
  }
  throw new Error("no free port found in 100 attempts");
}

function ephemeralStart() {
  try {
    const range = readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8");
    return Math.max(Number(range.trim().split(/\s+/)[0]), kLowest + 1_000);
  } catch {
    return 32_768;
  }
}

function canListen(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}

// Whether somebody accepts connections there.
export function canConnect(port) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
