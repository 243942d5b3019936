// <crema-progress>: the bars of ProgressModel in a corner of the page. Not modal: whoever waits may
// go on working. Esc hides what is there and cancels nothing.

import { type Bar, type ProgressData, ProgressModel } from "./progress_model.js";
import { BaseElement, button, element, followTheme, styledRoot } from "./theme.js";

const kCss = `
:host {
  position: fixed;
  z-index: 2147483000;
  right: max(16px, env(safe-area-inset-right));
  bottom: max(16px, env(safe-area-inset-bottom));
  width: min(380px, calc(100vw - 32px));
}
.panel { padding: 14px 16px; }
.bar + .bar { margin-top: 12px; padding-top: 12px; border-top: 1px solid var(--own-line); }
.head { display: flex; align-items: baseline; gap: 12px; }
.percent { margin-left: auto; font-weight: 600; font-variant-numeric: tabular-nums; }
.track {
  height: 8px;
  margin: 8px 0 6px;
  overflow: hidden;
  border-radius: 99px;
  background: var(--own-track);
}
.fill {
  width: 0;
  height: 100%;
  border-radius: inherit;
  background: var(--own-accent);
  transition: width 0.16s ease-out;
}
.foot { display: flex; align-items: center; gap: 12px; }
.foot:has(> .note:empty + button[hidden]) { display: none; }
.foot button { margin-left: auto; flex: none; }
.more { margin-top: 10px; }
[data-state="done"] .fill { background: var(--own-good); }
[data-state="failed"] .fill, [data-state="stalled"] .fill { background: var(--own-bad); }
[data-state="failed"] .percent, [data-state="stalled"] .note { color: var(--own-bad); }
.said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
@media (prefers-reduced-motion: reduce) { .fill { transition: none; } }
`;

const kSilent = "No progress for 30 s. The job may have stopped.";

export class ProgressElement extends BaseElement {
  #model = new ProgressModel();
  #rows = new Map<string, BarRow>();
  #panel = element("section", "panel card");
  #bars = element("div");
  #more = element("p", "more quiet");
  #said = element("p", "said");
  #timer: ReturnType<typeof setTimeout> | undefined;
  #announced = new Map<string, number>();

  constructor() {
    super();
    this.#panel.setAttribute("role", "dialog");
    this.#panel.setAttribute("aria-label", "Progress");
    this.#panel.append(this.#bars, this.#more);
    this.#panel.hidden = true;
    this.#said.setAttribute("role", "status");
    styledRoot(this, kCss).append(this.#panel, this.#said);
  }

  connectedCallback(): void {
    document.addEventListener("keydown", this.#onKey);
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.#onKey);
    clearTimeout(this.#timer);
  }

  // Takes the data of one event `progress`. What is not progress is ignored.
  show(data: ProgressData): void {
    const bar = this.#model.update(data ?? {}, performance.now());
    if (!bar) return;
    this.#announce(bar);
    this.#render();
  }

  // The bar of this title, or all of them.
  hide(title?: string): void {
    this.#model.remove(title);
    this.#render();
  }

  // A page's own dialog that is open gets the key for itself.
  #onKey = (event: KeyboardEvent): void => {
    const inDialog = event.composedPath().some((node) => node instanceof HTMLDialogElement);
    if (event.key !== "Escape" || event.defaultPrevented || inDialog) return;
    this.#model.hide(this.#model.visible().bars);
    this.#render();
  };

  #render(): void {
    const { bars, more } = this.#model.visible();
    followTheme(this);
    this.#panel.hidden = bars.length === 0;
    this.#more.hidden = more === 0;
    this.#more.textContent = `and ${more} more`;
    for (const [key, row] of this.#rows) {
      if (bars.some((bar) => bar.key === key)) continue;
      row.node.remove();
      this.#rows.delete(key);
    }
    for (const bar of bars) this.#rowOf(bar).show(bar);
    this.#watchTime();
  }

  #rowOf(bar: Bar): BarRow {
    const known = this.#rows.get(bar.key);
    if (known) return known;
    const row = new BarRow(() => {
      this.#model.hide([bar]);
      this.#render();
    });
    this.#rows.set(bar.key, row);
    this.#bars.append(row.node);
    return row;
  }

  #watchTime(): void {
    clearTimeout(this.#timer);
    const next = this.#model.nextAt();
    if (next === undefined) return this.#announced.clear();
    this.#timer = setTimeout(
      () => {
        this.#model.tick(performance.now());
        this.#render();
      },
      Math.max(0, next - performance.now()) + 1,
    );
  }

  // Every 10 %, and the end.
  #announce(bar: Bar): void {
    const tenth = bar.state === "failed" ? -1 : Math.floor(bar.percent / 10);
    if (this.#announced.get(bar.key) === tenth) return;
    this.#announced.set(bar.key, tenth);
    this.#said.textContent = `${bar.title}: ${amount(bar)}`;
  }
}

class BarRow {
  readonly node = element("div", "bar");
  #title = element("h2");
  #percent = element("span", "percent");
  #track = element("div", "track");
  #fill = element("div", "fill");
  #note = element("p", "note quiet");
  #close: HTMLButtonElement;

  constructor(onClose: () => void) {
    this.#close = button("Close", onClose);
    this.#percent.setAttribute("aria-hidden", "true");
    this.#track.setAttribute("role", "progressbar");
    this.#track.setAttribute("aria-valuemin", "0");
    this.#track.setAttribute("aria-valuemax", "100");
    this.#track.append(this.#fill);
    const head = element("div", "head");
    head.append(this.#title, this.#percent);
    const foot = element("div", "foot");
    foot.append(this.#note, this.#close);
    this.node.append(head, this.#track, foot);
  }

  show(bar: Bar): void {
    const whole = String(Math.floor(bar.percent));
    this.node.dataset["state"] = bar.state;
    this.#title.textContent = bar.title;
    this.#percent.textContent = amount(bar);
    this.#fill.style.width = `${bar.percent}%`;
    this.#track.setAttribute("aria-label", bar.title);
    this.#track.setAttribute("aria-valuenow", whole);
    this.#track.setAttribute("aria-valuetext", `${amount(bar)} ${bar.description}`.trim());
    this.#note.textContent = bar.state === "stalled" ? kSilent : bar.description;
    this.#close.hidden = bar.state !== "stalled" && bar.state !== "failed";
  }
}

function amount(bar: Bar): string {
  return bar.state === "failed" ? "Failed" : `${Math.floor(bar.percent)} %`;
}
