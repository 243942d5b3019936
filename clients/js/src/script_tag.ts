// The build for a script tag. The server is where the script came from; `data-url`, `data-site`,
// `data-port`, `data-token`, `data-transports`, `data-dialogs` and `data-msgprint` are the options.
// Leaves `frappe.realtime`, and everything else in `crema_realtime`.

import type { RealtimeOptions } from "./address.js";
import * as everything from "./index.js";
import type { FrappePage } from "./page.js";

interface Page {
  frappe?: FrappePage & { realtime?: unknown };
  crema_realtime?: typeof everything;
}

const page = globalThis as unknown as Page;
const script = document.currentScript as HTMLScriptElement | null;
const { transports, ...texts } = script?.dataset ?? {};
const options = {
  ...texts,
  ...(transports && { transports: transports.split(" ") }),
} as RealtimeOptions;

page.crema_realtime = everything;
page.frappe ??= {};
if (page.frappe.realtime) {
  everything.createRealtime(options);
} else {
  const url = options.url ?? (script?.src ? new URL(script.src).origin : undefined);
  page.frappe.realtime = everything.createRealtime(url ? { ...options, url } : options) as never;
}
