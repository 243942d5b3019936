// What `on` added, so that `off(event)` removes all of it and nothing else: never the listeners
// that make the client work. They wait here while there is no socket yet.

import type { Socket } from "socket.io-client";

export type Listener = (...args: any[]) => void;

export class Listeners {
  #socket: Socket | undefined;
  #added = new Map<string, Set<Listener>>();
  #builtIn = new Map<string, Set<Listener>>();

  // Moves over to `socket`. Its listeners of `builtInEvents` are there to stay; others that it has
  // already were added by `on` of the client before this one.
  attach(socket: Socket, builtInEvents: readonly string[] = []): void {
    this.#socket = socket;
    for (const event of builtInEvents) {
      const present = socket.listeners(event);
      this.#builtIn.set(event, new Set([...present, ...(this.#builtIn.get(event) ?? [])]));
    }
    for (const waiting of [this.#builtIn, this.#added]) {
      for (const [event, listeners] of waiting) {
        for (const listener of listeners) {
          if (!socket.listeners(event).includes(listener)) socket.on(event, listener);
        }
      }
    }
  }

  add(event: string, listener: Listener): void {
    const added = this.#added.get(event) ?? new Set();
    this.#added.set(event, added);
    if (added.has(listener)) return;
    added.add(listener);
    this.#socket?.on(event, listener);
  }

  addBuiltIn(event: string, listener: Listener): void {
    const builtIn = this.#builtIn.get(event) ?? new Set();
    this.#builtIn.set(event, builtIn.add(listener));
    this.#socket?.on(event, listener);
  }

  remove(event: string, listener?: Listener): void {
    const builtIn = this.#builtIn.get(event);
    const present = listener ? [listener] : (this.#socket?.listeners(event) ?? []);
    for (const each of present) if (!builtIn?.has(each)) this.#socket?.off(event, each);
    if (listener) this.#added.get(event)?.delete(listener);
    else this.#added.delete(event);
  }
}
