// The table at the end of a run, and whether it passed.

import { kSites } from "./installation.mjs";
import { boundsInSum } from "./tally.mjs";

const kShown = 10;
const mib = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

// {text, failed}: `failed` are the rows that are not what they have to be.
export function report(result) {
  const { tally, found } = result;
  const allowed = boundsInSum({
    connections: tally.peakConnections,
    sessions: tally.peakSessions,
    sites: kSites.length,
    startBytes: tally.startBytes,
  });
  const rows = [
    ["seconds", Math.round(result.seconds)],
    ["connections made (TCP)", tally.total("crema_tcp_connections_total")],
    ["sessions opened", tally.total("crema_connections_total", (its) => its.result === "opened")],
    ["times that a client connected", result.connects],
    ["  of them recovered", result.recovered],
    ["messages published", result.published],
    ["messages that Crema has read", result.read.sure],
    ["  that it may have read", result.read.maybe],
    ["  that the proxy harmed", result.read.harmed],
    ["messages delivered", found.delivered],
    ...result.refusedConnects.map(([why, count]) => [`refused: ${why}`, count]),
    ...tally.refusals().map(([why, count]) => [`refused: ${why}`, count]),
    ["disconnected: slow client", tally.total("crema_disconnects_total", isSlow)],
    ["times that accepting paused", tally.total("crema_accept_pauses_total")],
    ["connections at most", tally.peakConnections],
    ["sessions at most", tally.peakSessions],
    ["memory at most (RssAnon)", mib(tally.peakBytes)],
    ["memory that the bounds allow in sum", mib(allowed)],
  ];
  const checked = [
    ["lost", found.lost],
    ["duplicated", found.duplicated],
    ["out of order", found.reordered],
    ["leaked to who is no member", found.leaked],
    ["leaked across sites", found.acrossSites],
    ["from nowhere", found.invented],
    ["sessions that were not recovered", found.unrecovered],
    ["crashes", result.crashes],
    ["other findings", result.findings],
  ];
  const memory = `${mib(tally.peakBytes)} at most; the bounds allow ${mib(allowed)}`;
  const failed = checked.filter(([, texts]) => texts.length > 0);
  if (tally.peakBytes > allowed) failed.push(["memory", [memory]]);
  const all = [...rows, ...checked.map(([what, texts]) => [what, texts.length])];
  const width = Math.max(...all.map(([what]) => what.length));
  const lines = all.map(([what, value]) => `${what.padEnd(width)}  ${value}`);
  for (const [what, texts] of failed) {
    lines.push("", `${what}:`, ...texts.slice(0, kShown).map((text) => `  ${text}`));
    if (texts.length > kShown) lines.push(`  and ${texts.length - kShown} more`);
  }
  return { text: lines.join("\n"), failed: failed.map(([what]) => what) };
}

const isSlow = ({ reason }) => reason === "slow client";
