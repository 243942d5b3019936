// A Frappe web process of version 16, as far as a realtime process sees it: who a credential is
// (`get_user_info`) and what a user may read (`has_permission`). Source: frappe-realtime §3.4 to
// §3.7, §4.3.

import { randomBytes } from "node:crypto";
import { createServer } from "node:http";

import { Journal } from "./journal.mjs";
import { freePort } from "./ports.mjs";

export const kSecretKey = "socketio_auth_secret";
export const kUserInfo = "get_user_info";
export const kPermission = "has_permission";

const kPrefix = "/api/method/frappe.realtime.";
const kGuest = { name: "Guest", userType: "Website User" };

export class FakeWeb {
  // Every request, in the order of arrival: {method, route, query, headers, site, user, status}.
  // `status` is set once the answer is written.
  requests = new Journal("requests to the web process");
  answers = new Journal("answers of the web process");
  #faults = new Set();
  #allowed = new Set();
  #server;

  // `users`: [{name, userType, sid, token}] for each site in `sites`.
  static async create(scope, { redis, users, running = "yes" }) {
    const web = new FakeWeb();
    web.redis = redis;
    web.users = users;
    scope.defer("the web process", () => web.stop());
    for (let attempt = 1; ; ++attempt) {
      web.port = await freePort();
      if (running === "no") return web;
      try {
        await web.start();
        return web;
      } catch (error) {
        if (attempt === 5) throw error;
      }
    }
  }

  start() {
    const server = createServer((request, response) => this.#handle(request, response));
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.port, "127.0.0.1", () => {
        this.#server = server;
        resolve();
      });
    });
  }

  // From here on connections are refused, until `start`.
  async stop() {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  // Lets a user read a document, or a doctype when `name` is left out.
  allow(site, user, doctype, name = "") {
    this.#allowed.add(JSON.stringify([site, user, doctype, name]));
  }

  // Answers requests of `route` with `fault(request, response)` until the function it returns is
  // called. `when` narrows it to some requests.
  fault(route, fault, when = () => true) {
    const entry = { route, fault, when };
    this.#faults.add(entry);
    return () => this.#faults.delete(entry);
  }

  // What was asked for `route` since index `from`.
  asked(route, from = 0) {
    return this.requests.since(from).filter((request) => request.route === route);
  }

  async #handle(request, response) {
    const entry = this.#describe(request);
    request.resume();
    response.on("finish", () => {
      entry.status = response.statusCode;
      this.answers.push(entry);
    });
    this.requests.push(entry);
    for (const { route, fault, when } of this.#faults) {
      if (route === entry.route && when(entry)) return fault(request, response);
    }
    try {
      await this.#answer(entry, response);
    } catch (error) {
      reply(response, 500, { exception: String(error) });
    }
  }

  #describe(request) {
    const url = new URL(request.url, "http://web.invalid");
    const { headers } = request;
    const host = headers.host?.replace(/:\d+$/, "");
    const route = url.pathname.startsWith(kPrefix)
      ? url.pathname.slice(kPrefix.length)
      : url.pathname;
    const site = headers["x-frappe-site-name"] ?? host;
    const query = Object.fromEntries(url.searchParams);
    return { method: request.method, route, query, headers, host, site };
  }

  async #answer(entry, response) {
    if (!this.users[entry.site]) return replyHtml(response, 404, "Not Found");
    const user = this.#identify(entry);
    entry.user = user?.name;
    if (!user) return reply(response, 401, { exc_type: "AuthenticationError" });
    if (entry.route === kUserInfo) return this.#answerUserInfo(entry, user, response);
    if (entry.route === kPermission) return this.#answerPermission(entry, user, response);
    return replyHtml(response, 404, "Not Found");
  }

  // An unknown session is a Guest's, a wrong token is nobody's.
  #identify({ site, headers }) {
    const users = this.users[site];
    const { authorization } = headers;
    if (authorization) return users.find(({ token }) => authorization === `token ${token}`);
    const sid = /(?:^|;\s*)sid=([^;]*)/.exec(headers.cookie ?? "")?.[1];
    return users.find((user) => user.sid === decodeURIComponent(sid ?? "")) ?? kGuest;
  }

  async #answerUserInfo(entry, user, response) {
    if (entry.headers["x-frappe-socket-secret"] !== (await this.#secret())) {
      return reply(response, 200, { message: {} });
    }
    const info = { user: user.name, user_type: user.userType, installed_apps: ["frappe"] };
    return reply(response, 200, { message: info });
  }

  #answerPermission({ site, query }, user, response) {
    const { doctype, name = "" } = query;
    if (this.#allowed.has(JSON.stringify([site, user.name, doctype, name]))) {
      return reply(response, 200, { message: true });
    }
    return reply(response, 403, { exc_type: "PermissionError", exception: "PermissionError" });
  }

  async #secret() {
    await this.redis.command("SET", kSecretKey, randomBytes(16).toString("hex"), "NX");
    return this.redis.command("GET", kSecretKey);
  }
}

export function reply(response, status, document) {
  response.writeHead(status, { "Content-Type": "application/json; charset=utf-8" });
  response.end(JSON.stringify(document));
}

export function replyHtml(response, status, title) {
  response.writeHead(status, { "Content-Type": "text/html; charset=utf-8" });
  response.end(`<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`);
}
