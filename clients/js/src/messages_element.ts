// <crema-messages>: what `msgprint` says. A toast goes by itself; a dialog waits to be read, and
// what arrives meanwhile is added to it.

import { BaseElement, button, element, followTheme, styledRoot } from "./theme.js";

const kCss = `
.toasts {
  position: fixed;
  z-index: 2147483001;
  top: max(16px, env(safe-area-inset-top));
  right: max(16px, env(safe-area-inset-right));
  display: grid;
  gap: 10px;
  width: min(380px, calc(100vw - 32px));
}
.toast { display: flex; align-items: center; gap: 12px; padding: 12px 14px; }
.toast button { margin-left: auto; flex: none; }
dialog {
  width: min(440px, calc(100vw - 32px));
  max-height: 80vh;
  margin: 12vh auto auto;
  padding: 0;
  overflow: auto;
}
dialog::backdrop { background: rgb(0 0 0 / 32%); }
.texts { display: grid; gap: 14px; padding: 18px 18px 4px; }
.text { display: grid; gap: 4px; white-space: pre-line; overflow-wrap: anywhere; }
.end { display: flex; justify-content: end; padding: 14px 18px 16px; }
`;

const kToastsMax = 3;
const kTextsMax = 20;
const kToastMs = 7000;

export interface Message {
  message?: unknown;
  title?: unknown;
  // Either makes it a toast.
  alert?: unknown;
  toast?: unknown;
}

export class MessagesElement extends BaseElement {
  #toasts = element("div", "toasts");
  #dialog = element("dialog", "card");
  #texts = element("div", "texts");

  constructor() {
    super();
    this.#toasts.setAttribute("role", "status");
    const end = element("div", "end");
    end.append(button("Close", () => this.#dialog.close()));
    this.#dialog.setAttribute("aria-label", "Message");
    this.#dialog.append(this.#texts, end);
    this.#dialog.addEventListener("close", () => this.#texts.replaceChildren());
    styledRoot(this, kCss).append(this.#toasts, this.#dialog);
  }

  // `html`: the caller vouches for the text. An event cannot.
  show(data: Message | unknown, { html = false } = {}): void {
    followTheme(this);
    const rich: Message =
      data !== null && typeof data === "object" && !Array.isArray(data) ? data : { message: data };
    const body = bodyOf(rich, html);
    if (rich.alert || rich.toast) this.#toast(body);
    else this.#add(body);
  }

  #toast(body: HTMLElement): void {
    const toast = element("div", "toast card");
    toast.append(
      body,
      button("Close", () => toast.remove()),
    );
    this.#toasts.append(toast);
    if (this.#toasts.childElementCount > kToastsMax) this.#toasts.firstElementChild?.remove();
    setTimeout(() => toast.remove(), kToastMs);
  }

  #add(body: HTMLElement): void {
    this.#texts.append(body);
    if (this.#texts.childElementCount > kTextsMax) this.#texts.firstElementChild?.remove();
    if (!this.#dialog.open) this.#dialog.showModal();
  }
}

function bodyOf(data: Message, html: boolean): HTMLElement {
  const body = element("div", "text");
  if (typeof data.title === "string" && data.title) body.append(element("h2", "", data.title));
  const { message } = data;
  const text = typeof message === "string" ? message : JSON.stringify(message ?? null);
  const paragraph = element("div", "", text);
  if (html) paragraph.innerHTML = text;
  body.append(paragraph);
  return body;
}
