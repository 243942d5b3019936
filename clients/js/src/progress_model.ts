// The bars of a page as data: what an event does to them, and what time does. Times are in ms, of
// one clock, and come in as arguments.
//
//   (event) -> running -> done (100 %) -> gone after kHideAfterDoneMs
//                |  ^-> failed (negative)
//                '----> stalled after kSilenceMs without an event
//
// Any event of a bar that is neither done nor failed makes it run again.

export interface ProgressData {
  percent?: unknown;
  progress?: unknown; // [done, all]
  title?: unknown;
  description?: unknown;
  task_id?: unknown;
  doctype?: unknown;
  docname?: unknown;
}

export type BarState = "running" | "done" | "failed" | "stalled";

export interface Bar {
  readonly key: string;
  title: string;
  description: string;
  percent: number; // 0 to 100
  state: BarState;
  hidden: boolean; // By hand: its next events do not bring it back.
  changedAt: number;
}

export const kHideAfterDoneMs = 500;
export const kSilenceMs = 30_000;
export const kBarsShownMax = 3;
const kBarsMax = 100;
const kTextMax = 500;

export class ProgressModel {
  #bars = new Map<string, Bar>();

  // The bar that the event is for, or nothing when the event has no number in it.
  update(data: ProgressData, now: number): Bar | undefined {
    const percent = percentOf(data);
    if (percent === undefined) return undefined;
    const bar = this.#bars.get(keyOf(data)) ?? this.#add(keyOf(data));
    bar.title = text(data.title) || bar.title;
    bar.description = text(data.description) || bar.description;
    bar.changedAt = now;
    if (percent < 0) {
      bar.state = "failed";
      return bar;
    }
    bar.percent = Math.min(100, percent);
    bar.state = bar.percent === 100 ? "done" : "running";
    return bar;
  }

  // What has become silent or is over by `now`. True when anything changed.
  tick(now: number): boolean {
    let changed = false;
    for (const bar of this.#bars.values()) {
      if (now < this.#endOf(bar)) continue;
      changed = true;
      if (bar.state === "done" || bar.hidden) this.#bars.delete(bar.key);
      else bar.state = "stalled";
    }
    return changed;
  }

  // When `tick` will next have something to do; nothing while no time is running.
  nextAt(): number | undefined {
    const ends = [...this.#bars.values()].map((bar) => this.#endOf(bar));
    const next = Math.min(...ends);
    return Number.isFinite(next) ? next : undefined;
  }

  // The bars that are to be seen, the oldest first, and how many more there are.
  visible(): { bars: Bar[]; more: number } {
    const bars = [...this.#bars.values()].filter((bar) => !bar.hidden);
    return {
      bars: bars.slice(0, kBarsShownMax),
      more: Math.max(0, bars.length - kBarsShownMax),
    };
  }

  // Takes them from sight. What runs goes on; what stands still is forgotten.
  hide(bars: Iterable<Bar>): void {
    for (const bar of bars) {
      bar.hidden = true;
      if (bar.state === "failed" || bar.state === "stalled") this.#bars.delete(bar.key);
    }
  }

  // Forgets the bars of the title, or all.
  remove(title?: string): void {
    for (const bar of this.#bars.values()) {
      if (title === undefined || bar.title === title) this.#bars.delete(bar.key);
    }
  }

  #add(key: string): Bar {
    const [oldest] = this.#bars.keys();
    if (this.#bars.size >= kBarsMax && oldest !== undefined) this.#bars.delete(oldest);
    const start = { title: "Progress", description: "", percent: 0, hidden: false, changedAt: 0 };
    const bar: Bar = { key, ...start, state: "running" };
    this.#bars.set(key, bar);
    return bar;
  }

  #endOf(bar: Bar): number {
    if (bar.state === "done") return bar.changedAt + kHideAfterDoneMs;
    const waits = bar.state === "running" || bar.hidden;
    return waits ? bar.changedAt + kSilenceMs : Infinity;
  }
}

function percentOf({ percent, progress }: ProgressData): number | undefined {
  const value = Array.isArray(progress)
    ? (number(progress[0]) / number(progress[1])) * 100
    : number(percent);
  return Number.isFinite(value) ? value : undefined;
}

// A number, or text that is one.
function number(value: unknown): number {
  if (typeof value === "string") return value.trim() === "" ? NaN : Number(value);
  return typeof value === "number" ? value : NaN;
}

function keyOf({ task_id, doctype, docname, title }: ProgressData): string {
  if (text(task_id)) return JSON.stringify(["task", text(task_id)]);
  if (text(doctype) && text(docname)) return JSON.stringify(["doc", text(doctype), text(docname)]);
  return JSON.stringify(["title", text(title)]);
}

function text(value: unknown): string {
  const usable = typeof value === "string" || typeof value === "number";
  return usable ? String(value).slice(0, kTextMax) : "";
}
