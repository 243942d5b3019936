// Debian's Chromium, driven by playwright-core, which brings no browser of its own.

import { existsSync } from "node:fs";

import { chromium } from "playwright-core";

const kArguments = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export class Browser {
  // Starts it with a new, empty user data folder, which is removed with the scope.
  static async launch(scope) {
    const executablePath = process.env.CHROMIUM || "/usr/bin/chromium";
    if (!existsSync(executablePath)) {
      throw new Error(`no Chromium at ${executablePath}: run script/bootstrap, or set CHROMIUM`);
    }
    const browser = new Browser();
    browser.chromium = await chromium.launch({ executablePath, args: kArguments });
    scope.defer("the browser", () => browser.chromium.close());
    return browser;
  }

  // A context: tabs that share cookies, apart from every other context. `complaints` collects what
  // its pages, frames included, wrote to the console as a warning or an error, and what they threw.
  async context(scope, options = {}) {
    const context = await this.chromium.newContext(options);
    scope.defer("a browser context", () => context.close());
    context.setDefaultTimeout(15_000);
    context.complaints = [];
    context.on("console", (message) => {
      if (!["warning", "error"].includes(message.type())) return;
      context.complaints.push(`${message.type()}: ${message.text()} (${message.location().url})`);
    });
    context.on("weberror", (error) => context.complaints.push(`thrown: ${error.error().stack}`));
    return context;
  }
}
