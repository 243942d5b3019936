import type { RealtimeOptions } from "./address.js";
import { adopt, behind } from "./adopt.js";
import { frappePage } from "./page.js";
import { Realtime } from "./realtime.js";

export type { RealtimeOptions } from "./address.js";
export { hideProgress, msgprint, showProgress, type Message } from "./dialogs.js";
export type { ProgressData } from "./progress_model.js";
export { Realtime, StateChange, type State } from "./realtime.js";
export type { TaskCallbacks, TaskEvent } from "./tasks.js";

// The client of this page: the one that is there, or a new one. With `url` always a new one.
// It connects at the first `on`, `emit` or subscription.
export function createRealtime(options: RealtimeOptions = {}): Realtime {
  const page = frappePage();
  if (!page?.realtime || options.url !== undefined) return new Realtime(options);
  return behind(page.realtime) ?? adopt(page, page.realtime, options);
}
