// What a Frappe page has in its globals, as far as a realtime client is concerned.

import type { Socket } from "socket.io-client";

export interface FrappePage {
  boot?: { sitename?: string; socketio_port?: number | string; disable_async?: unknown };
  realtime?: FrappeRealtime;
  socketio?: FrappeRealtime;
  msgprint?: unknown;
  show_progress?: unknown;
}

// Frappe's own client. Its methods are called and replaced by name.
export interface FrappeRealtime {
  socket?: Socket;
  open_tasks?: Record<string, never>;
  open_docs?: Set<string>;
  init?(port?: number | string, lazy_connect?: boolean): void;
  [member: string]: unknown;
}

interface Globals {
  frappe?: FrappePage;
  dev_server?: unknown;
  site_name?: string;
  location?: { origin: string; hostname: string };
}

export function globals(): Globals {
  return globalThis as unknown as Globals;
}

export function frappePage(): FrappePage | undefined {
  return globals().frappe;
}
