// Where the server is, and as whom to connect.

import type { ManagerOptions, SocketOptions } from "socket.io-client";

import { globals } from "./page.js";

export interface RealtimeOptions {
  // The site's name, which is the namespace. Default: the page's `frappe.boot.sitename` or
  // `site_name`, else its host name.
  site?: string;
  // The server's address, any scheme and port. Default: where the page came from.
  url?: string;
  // In place of the port in `url`.
  port?: number | string;
  // `api_key:api_secret`, or a whole value for `Authorization`: `Bearer …`.
  token?: string;
  // Default: polling first, then an upgrade to WebSocket.
  transports?: ("polling" | "websocket")[];
  // "none": events `progress` and `msgprint` are left to the page. Default: Frappe's own dialogs
  // where the page has them, else this package's.
  dialogs?: "none";
  // "html": the text of `msgprint` is HTML, with all that whoever may publish can do with it.
  // Default: text is text.
  msgprint?: "html";
}

const kDevelopmentPort = 9000;

// The whole URL: scheme, host and port, then the site as namespace. Where bench serves the page
// without nginx (`window.dev_server`), the server is on a port of its own: `port` of `init`.
export function addressOf(options: RealtimeOptions, initPort?: number | string): string {
  const { frappe, dev_server, site_name, location } = globals();
  const base = options.url ?? location?.origin;
  if (base === undefined) throw new TypeError("say where the server is: createRealtime({ url })");
  const url = new URL(base, location?.origin);
  const ownPort = dev_server && options.url === undefined;
  const port =
    options.port ??
    (ownPort ? (frappe?.boot?.socketio_port ?? initPort ?? kDevelopmentPort) : undefined);
  if (port !== undefined) url.port = String(port);
  const site = options.site ?? frappe?.boot?.sitename ?? site_name ?? url.hostname;
  return `${url.protocol}//${url.host}/${site}`;
}

export function clientOptions(options: RealtimeOptions): Partial<ManagerOptions & SocketOptions> {
  const { token, transports } = options;
  const authorization = token?.includes(" ") ? token : `token ${token}`;
  return {
    autoConnect: false,
    withCredentials: true,
    reconnectionAttempts: Infinity,
    ...(transports ? { transports } : {}),
    // A browser's WebSocket carries no headers: the session that begins by polling has them.
    ...(token ? { extraHeaders: { Authorization: authorization } } : {}),
  };
}
