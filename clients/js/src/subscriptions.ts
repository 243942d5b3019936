// What this page asked the server for, and what the server has been told. The two are brought
// together whenever either changes: after a reconnect the server knows nothing, after a recovered
// one it knows all but who is viewing a document, which ends with the connection.

const kKinds = {
  task: { join: ["task_subscribe", "progress_subscribe"], leave: "task_unsubscribe" },
  doctype: { join: ["doctype_subscribe"], leave: "doctype_unsubscribe" },
  doc: { join: ["doc_subscribe"], leave: "doc_unsubscribe" },
  open_doc: { join: ["doc_open"], leave: "doc_close" },
} as const;

export type Kind = keyof typeof kKinds;

// Each of them may cost the server a question to the web process, so a page that wants a hundred
// asks for them in turns. None is dropped.
const kPerTurn = 10;
const kTurnMs = 100;

interface Subscription {
  kind: Kind;
  args: string[];
  holders: Set<unknown>;
}

// Where to say it. `connected` is asked each time.
export interface Line {
  readonly connected: boolean;
  emit(event: string, ...args: unknown[]): unknown;
}

// The holder of what was asked for by name, without a closer.
const kPage = Symbol("page");

export class Subscriptions {
  #line: () => Line | undefined;
  #wanted = new Map<string, Subscription>();
  #told = new Map<string, Subscription>();
  #left = kPerTurn;
  #turn: ReturnType<typeof setTimeout> | undefined;

  constructor(line: () => Line | undefined) {
    this.#line = line;
  }

  add(kind: Kind, args: string[], holder: unknown = kPage): void {
    const key = keyOf(kind, args);
    const known = this.#wanted.get(key);
    if (known) known.holders.add(holder);
    else this.#wanted.set(key, { kind, args, holders: new Set([holder]) });
    this.#settle();
  }

  remove(kind: Kind, args: string[], holder: unknown = kPage): void {
    const key = keyOf(kind, args);
    const known = this.#wanted.get(key);
    if (!known) {
      // Somebody else on the page may have asked for it on the socket itself.
      const line = this.#line();
      if (line?.connected) line.emit(kKinds[kind].leave, ...args);
      return;
    }
    known.holders.delete(holder);
    if (known.holders.size === 0) this.#wanted.delete(key);
    this.#settle();
  }

  // To be called at every connect. `recovered`: the server still has this socket's rooms.
  renew(recovered: boolean): void {
    for (const [key, { kind }] of this.#told)
      if (!recovered || kind === "open_doc") this.#told.delete(key);
    this.#settle();
  }

  #settle(): void {
    const line = this.#line();
    if (!line?.connected) return;
    for (const [key, { kind, args }] of this.#told) {
      if (this.#wanted.has(key)) continue;
      this.#told.delete(key);
      line.emit(kKinds[kind].leave, ...args);
    }
    for (const [key, subscription] of this.#wanted) {
      if (this.#left === 0) break;
      if (this.#told.has(key)) continue;
      this.#left -= 1;
      this.#told.set(key, subscription);
      for (const event of kKinds[subscription.kind].join) line.emit(event, ...subscription.args);
    }
    if (this.#left < kPerTurn) this.#turn ??= setTimeout(() => this.#nextTurn(), kTurnMs);
  }

  #nextTurn(): void {
    this.#turn = undefined;
    this.#left = kPerTurn;
    this.#settle();
  }
}

function keyOf(kind: Kind, args: string[]): string {
  return JSON.stringify([kind, ...args]);
}
