// What the kernel says about a process.

import { readFileSync, readdirSync } from "node:fs";

const kTicksPerSecond = 100;

// User and kernel, all threads.
export function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) / kTicksPerSecond;
}

// No program of ours maps so much, but for the shadow of a sanitizer.
const kSanitizedBytes = 2 ** 40;

// Memory of its own, without what it maps from files. 0 under a sanitizer, whose allocator keeps
// what was freed.
export function residentBytes(pid) {
  if (kib(`/proc/${pid}/status`, "VmSize") > kSanitizedBytes) return 0;
  return kib(`/proc/${pid}/status`, "RssAnon");
}

// Proportional set size: what is shared counts in part.
export function proportionalBytes(pid) {
  return kib(`/proc/${pid}/smaps_rollup`, "Pss");
}

export function descriptors(pid) {
  return readdirSync(`/proc/${pid}/fd`).length;
}

function kib(path, name) {
  const found = new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(readFileSync(path, "latin1"));
  return 1024 * Number(found[1]);
}
