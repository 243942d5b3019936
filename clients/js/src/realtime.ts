// The `frappe.realtime` API on top of the official client.

import { io, type Socket } from "socket.io-client";

import { addressOf, clientOptions, type RealtimeOptions } from "./address.js";
import { msgprint, showProgress } from "./dialogs.js";
import { Listeners, type Listener } from "./listeners.js";
import { Subscriptions } from "./subscriptions.js";
import { on_task_progress, on_task_status, type OpenTasks, type TaskCallbacks } from "./tasks.js";

// connecting: on its first way; offline: lost, and trying again until it is back; refused: the
// server said no, and trying again by itself would not change that.
export type State = "connecting" | "connected" | "offline" | "refused";

export class StateChange extends Event {
  constructor(
    readonly state: State,
    // Why it is not connected, when there is something to say.
    readonly reason: string,
  ) {
    super("statechange");
  }
}

export type DialogEvent = "progress" | "msgprint";

const kBackAfterKickMs = 1000;
// Frappe's own listeners for tasks throw when such an event arrives.
const kBrokenInFrappe = ["task_progress", "task_status_change"] as const;
const kBuiltInEvents = ["connect", "disconnect", "connect_error", "msgprint", "progress"];

// Dispatches StateChange as `statechange`.
export class Realtime extends EventTarget {
  // The callbacks of `subscribe`, by task.
  readonly open_tasks: OpenTasks;
  // The documents subscribed to by name, as "doctype:name".
  readonly open_docs: Set<string>;
  #options: RealtimeOptions;
  #socket: Socket | undefined;
  #listeners = new Listeners();
  #subscriptions = new Subscriptions(() => this.#socket);
  #state: State = "offline";
  #reason = "";
  #initPort: number | string | undefined;
  // The socket is another client's to make, and comes by `take`: see adopt.ts.
  #foreign = false;
  #connectWanted = false;

  constructor(
    options: RealtimeOptions = {},
    open_tasks: OpenTasks = {},
    open_docs = new Set<string>(),
  ) {
    super();
    this.#options = options;
    this.open_tasks = open_tasks;
    this.open_docs = open_docs;
    this.#listeners.addBuiltIn("task_progress", (data) => on_task_progress(this.open_tasks, data));
    this.#listeners.addBuiltIn("task_status_change", (data) =>
      on_task_status(this.open_tasks, data),
    );
  }

  // The official client's socket. Made at the first use; undefined while an adopted page has none.
  get socket(): Socket | undefined {
    if (!this.#socket && !this.#foreign) this.#makeSocket();
    return this.#socket;
  }

  get state(): State {
    return this.#state;
  }

  // Why it is offline or refused; empty otherwise.
  get reason(): string {
    return this.#reason;
  }

  // As Frappe's: `port` counts where bench serves the page without nginx. A second call changes
  // nothing but connects.
  init(port?: number | string, lazy_connect = false): void {
    this.#initPort ??= port;
    if (!lazy_connect) this.connect();
  }

  connect(): void {
    const { socket } = this;
    this.#connectWanted = true;
    // One that is on its way already would say CONNECT twice.
    if (!socket || socket.active) return;
    this.#become("connecting");
    socket.connect();
  }

  disconnect(): void {
    this.#socket?.disconnect();
  }

  // Connects if need be. Returns what removes the listener again.
  on(event: string, listener: Listener): () => void {
    this.#listeners.add(event, listener);
    this.#wake();
    return () => this.off(event, listener);
  }

  // Without a listener: all that `on` added for the event, never the built-in ones.
  off(event: string, listener?: Listener): void {
    this.#listeners.remove(event, listener);
  }

  // Connects if need be. While offline it waits for the connection.
  emit(event: string, ...args: unknown[]): void {
    this.#wake();
    this.#socket?.emit(event, ...args);
  }

  publish(event: string, message?: unknown): void {
    if (message === undefined) this.emit(event);
    else this.emit(event, message);
  }

  subscribe(task_id: string, callbacks: TaskCallbacks = {}): void {
    this.open_tasks[task_id] = callbacks;
    this.task_subscribe(task_id);
  }

  task_subscribe(task_id: string): void {
    this.#subscriptions.add("task", [task_id]);
    this.#wake();
  }

  task_unsubscribe(task_id: string): void {
    delete this.open_tasks[task_id];
    this.#subscriptions.remove("task", [task_id]);
  }

  doctype_subscribe(doctype: string): void {
    this.#subscriptions.add("doctype", [doctype]);
    this.#wake();
  }

  doctype_unsubscribe(doctype: string): void {
    this.#subscriptions.remove("doctype", [doctype]);
  }

  doc_subscribe(doctype: string, name: string): void {
    this.open_docs.add(`${doctype}:${name}`);
    this.#subscriptions.add("doc", [doctype, name]);
    this.#wake();
  }

  doc_unsubscribe(doctype: string, name: string): void {
    this.open_docs.delete(`${doctype}:${name}`);
    this.#subscriptions.remove("doc", [doctype, name]);
  }

  doc_open(doctype: string, name: string): void {
    this.#subscriptions.add("open_doc", [doctype, name]);
    this.#wake();
  }

  doc_close(doctype: string, name: string): void {
    this.#subscriptions.remove("open_doc", [doctype, name]);
  }

  // Calls back with each change of a list, `{doctype, name, user}`. Returns what ends it.
  watch_list(doctype: string, callback: (data: any) => void): () => void {
    const off = this.on("list_update", (data) => {
      if (data?.doctype === doctype) callback(data);
    });
    return this.#hold("doctype", [doctype], [off]);
  }

  // Calls back with each change of a document and the event's name: `doc_update`, `docinfo_update`
  // (comments and the like) or `doc_rename`. Returns what ends it.
  watch_doc(
    doctype: string,
    name: string,
    callback: (data: any, event: string) => void,
  ): () => void {
    const watch = (event: string, is_ours: (data: any) => boolean) =>
      this.on(event, (data) => {
        if (data && is_ours(data)) callback(data, event);
      });
    const offs = [
      watch("doc_update", (data) => data.doctype === doctype && data.name === name),
      watch("doc_rename", (data) => data.doctype === doctype && data.old === name),
      watch("docinfo_update", ({ doc }) => {
        return doc?.reference_doctype === doctype && doc?.reference_name === name;
      }),
    ];
    return this.#hold("doc", [doctype, name], offs);
  }

  // For adopt.ts: the socket is somebody else's to make.
  await_socket(): void {
    this.#foreign = true;
  }

  // For adopt.ts: goes on with a socket that somebody else made. `dialogs`: the events whose
  // dialogs the page lacks, so that its listeners for them can only fail.
  take(socket: Socket, dialogs: readonly DialogEvent[]): void {
    for (const event of [...kBrokenInFrappe, ...dialogs]) socket.removeAllListeners(event);
    socket.io.reconnectionAttempts(Infinity);
    this.#use(socket, kBuiltInEvents, dialogs);
    if (socket.connected) return this.#onConnect(socket);
    if (socket.active) this.#become("connecting");
    // Frappe's client may have given up already, after three attempts. One that waits for the
    // answer to its CONNECT must not say it again.
    const { _readyState } = socket.io as unknown as { _readyState: string };
    if (_readyState !== "open" && (socket.active || this.#connectWanted)) socket.connect();
  }

  // A refusal is for good until somebody calls `connect`.
  #wake(): void {
    if (this.#state !== "refused") this.connect();
  }

  #hold(kind: "doc" | "doctype", args: string[], offs: (() => void)[]): () => void {
    const holder = Symbol(kind);
    this.#subscriptions.add(kind, args, holder);
    return () => {
      for (const off of offs.splice(0)) off();
      this.#subscriptions.remove(kind, args, holder);
    };
  }

  #makeSocket(): void {
    const socket = io(addressOf(this.#options, this.#initPort), clientOptions(this.#options));
    this.#use(socket, [], ["progress", "msgprint"]);
  }

  #use(socket: Socket, theirs: readonly string[], dialogs: readonly DialogEvent[]): void {
    const html = this.#options.msgprint === "html";
    this.#socket = socket;
    this.#listeners.attach(socket, theirs);
    if (this.#options.dialogs !== "none") {
      if (dialogs.includes("progress")) this.#listeners.addBuiltIn("progress", showProgress);
      if (dialogs.includes("msgprint")) {
        this.#listeners.addBuiltIn("msgprint", (data) => msgprint(data, { html }));
      }
    }
    this.#listeners.addBuiltIn("connect", () => this.#onConnect(socket));
    this.#listeners.addBuiltIn("disconnect", (reason) => this.#onDisconnect(socket, reason));
    this.#listeners.addBuiltIn("connect_error", (error) => {
      // After a refusal the client has let go of its socket; otherwise it tries again by itself.
      this.#become(socket.active ? "offline" : "refused", error.message);
    });
  }

  #onConnect(socket: Socket): void {
    this.#subscriptions.renew(socket.recovered);
    this.#become("connected");
  }

  #onDisconnect(socket: Socket, reason: string): void {
    this.#become("offline", reason);
    // The official client takes this as final. Whoever may not come back is refused then.
    if (reason === "io server disconnect") setTimeout(() => socket.connect(), kBackAfterKickMs);
  }

  #become(state: State, reason = ""): void {
    if (state === this.#state && reason === this.#reason) return;
    this.#state = state;
    this.#reason = reason;
    this.dispatchEvent(new StateChange(state, reason));
  }
}
