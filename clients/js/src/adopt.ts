// A page that has Frappe's own client already: Desk, and Frappe's website. Its object stays, so
// that whoever holds it goes on with it, and gets this package's methods. Its socket stays as well:
// there is never a second one.

import type { RealtimeOptions } from "./address.js";
import type { FrappePage, FrappeRealtime } from "./page.js";
import { Realtime, type DialogEvent } from "./realtime.js";

// The Realtime behind an object, also when another copy of this package made it.
const kBehind = Symbol.for("crema-realtime");

const kMethods = [
  "connect",
  "disconnect",
  "on",
  "off",
  "emit",
  "publish",
  "subscribe",
  "task_subscribe",
  "task_unsubscribe",
  "doctype_subscribe",
  "doctype_unsubscribe",
  "doc_subscribe",
  "doc_unsubscribe",
  "doc_open",
  "doc_close",
  "watch_list",
  "watch_doc",
  "addEventListener",
  "removeEventListener",
] as const;

export function adopt(
  page: FrappePage,
  theirs: FrappeRealtime,
  options: RealtimeOptions,
): Realtime {
  const known = behind(theirs);
  if (known) return known;
  // Version 14 keeps `on` and `off` in one object and the rest in another.
  const maker = page.socketio?.init ? page.socketio : theirs;
  const realtime = new Realtime(options, maker.open_tasks, maker.open_docs);
  const take = () => {
    if (maker.socket && !realtime.socket) realtime.take(maker.socket, missingDialogs(page));
  };

  realtime.await_socket();
  const init = maker.init?.bind(maker);
  maker.init = (port, lazy_connect) => {
    init?.(port, lazy_connect);
    take();
  };
  for (const object of new Set([maker, theirs])) give(object, realtime);
  take();
  subscribeAgain(realtime);
  return realtime;
}

export function behind(object: object): Realtime | undefined {
  return object instanceof Realtime ? object : (object as { [kBehind]?: Realtime })[kBehind];
}

function give(object: FrappeRealtime, realtime: Realtime): void {
  for (const method of kMethods) object[method] = realtime[method].bind(realtime);
  for (const name of ["state", "reason"] as const) {
    Object.defineProperty(object, name, { get: () => realtime[name], configurable: true });
  }
  Object.defineProperty(object, kBehind, { value: realtime });
}

function missingDialogs(page: FrappePage): DialogEvent[] {
  const missing: DialogEvent[] = [];
  if (typeof page.show_progress !== "function") missing.push("progress");
  if (typeof page.msgprint !== "function") missing.push("msgprint");
  return missing;
}

// What Frappe's client remembers having asked for. After a reconnect it never asked again.
function subscribeAgain(realtime: Realtime): void {
  for (const task_id of Object.keys(realtime.open_tasks)) realtime.task_subscribe(task_id);
  for (const entry of [...realtime.open_docs]) {
    const [doctype, ...name] = entry.split(":");
    if (doctype) realtime.doc_subscribe(doctype, name.join(":"));
  }
}
