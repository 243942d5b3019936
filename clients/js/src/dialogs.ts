// The elements, as functions. Where there is no document they do nothing.

import { MessagesElement, type Message } from "./messages_element.js";
import { ProgressElement } from "./progress_element.js";
import type { ProgressData } from "./progress_model.js";
import { theOnly } from "./theme.js";

export type { Message };

const kProgress = "crema-progress";
const kMessages = "crema-messages";

// Takes what an event `progress` carries. What has no number in it is ignored.
export function showProgress(data: ProgressData): void {
  if (define()) theOnly<ProgressElement>(kProgress).show(data);
}

// The bar of this title, or all of them. The job goes on.
export function hideProgress(title?: string): void {
  if (define()) theOnly<ProgressElement>(kProgress).hide(title);
}

// Takes what an event `msgprint` carries: a text, or `{message, title, alert}`. `html` must be
// asked for here: an event cannot.
export function msgprint(data: Message | string, options: { html?: boolean } = {}): void {
  if (define()) theOnly<MessagesElement>(kMessages).show(data, options);
}

function define(): boolean {
  if (typeof customElements === "undefined") return false;
  if (!customElements.get(kProgress)) customElements.define(kProgress, ProgressElement);
  if (!customElements.get(kMessages)) customElements.define(kMessages, MessagesElement);
  return true;
}
