// What both elements look alike in. A page changes it with the custom properties `--crema-…`.
// Those named `--own-…` are not the page's: one that says `--crema-ink: var(--ink)` must make no
// circle. The theme is the page's `data-theme` (Frappe's), else the system's.

const kCss = `
:host {
  --own-ink: var(--crema-ink, #1f272e);
  --own-quiet: var(--crema-quiet, #5b6670);
  --own-surface: var(--crema-surface, #fff);
  --own-track: var(--crema-track, #e6e9ec);
  --own-accent: var(--crema-accent, #1768b8);
  --own-good: var(--crema-good, #23794a);
  --own-bad: var(--crema-bad, #bf2f24);
  --own-line: var(--crema-line, #d5dade);
  font: 14px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans",
    sans-serif;
  color: var(--own-ink);
  color-scheme: light;
}
:host([theme="dark"]) {
  --own-ink: var(--crema-ink, #e9edf0);
  --own-quiet: var(--crema-quiet, #a9b4bd);
  --own-surface: var(--crema-surface, #22282d);
  --own-track: var(--crema-track, #3a434a);
  --own-accent: var(--crema-accent, #6db3f2);
  --own-good: var(--crema-good, #63c78f);
  --own-bad: var(--crema-bad, #f28b80);
  --own-line: var(--crema-line, #3d474f);
  color-scheme: dark;
}
* { box-sizing: border-box; margin: 0; }
[hidden] { display: none !important; }
.card {
  border: 1px solid var(--own-line);
  border-radius: 12px;
  background: var(--own-surface);
  color: var(--own-ink);
  box-shadow: 0 10px 32px rgb(0 0 0 / 22%);
}
h2 { font-size: 1rem; line-height: 1.35; overflow-wrap: anywhere; }
p { overflow-wrap: anywhere; }
.quiet { color: var(--own-quiet); }
button {
  min-height: 2rem;
  padding: 0.1rem 0.75rem;
  border: 1px solid var(--own-line);
  border-radius: 8px;
  background: none;
  color: inherit;
  font: inherit;
  cursor: pointer;
}
button:hover { border-color: var(--own-quiet); }
:focus-visible { outline: 2px solid var(--own-accent); outline-offset: 2px; }
`;

// The shadow root of a new element, styled without a style element: a strict content security
// policy lets it pass.
export function styledRoot(host: HTMLElement, css: string): ShadowRoot {
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(kCss + css);
  root.adoptedStyleSheets = [sheet];
  return root;
}

export function followTheme(host: HTMLElement): void {
  const asked = document.documentElement.dataset["theme"] ?? "";
  const dark =
    asked === "dark" || (asked !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  host.setAttribute("theme", dark ? "dark" : "light");
}

// Text is text here, always.
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className = "",
  text = "",
): HTMLElementTagNameMap[Tag] {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}

export function button(text: string, onClick: () => void): HTMLButtonElement {
  const node = element("button", "", text);
  node.type = "button";
  node.addEventListener("click", onClick);
  return node;
}

// The page's one element of a kind: the first in the document, else a new one at its end.
export function theOnly<T extends HTMLElement>(tag: string): T {
  const present = document.querySelector<T>(tag);
  if (present) return present;
  return document.body.appendChild(document.createElement(tag) as T);
}

// HTMLElement where there is a document; a stand-in elsewhere, so that the package can be imported.
export const BaseElement: typeof HTMLElement =
  globalThis.HTMLElement ?? (class {} as unknown as typeof HTMLElement);
