// A Frappe web process, as far as a realtime process sees it: who a credential is and what a user
// may read. What it answers are the tables of web_dialects.mjs. Source: frappe-realtime §3.4 to
// §3.7, §4.3.

import { randomBytes } from "node:crypto";
import { createServer } from "node:http";

import { Journal } from "./journal.mjs";
import { freePort } from "./ports.mjs";
import { kVersion16 } from "./web_dialects.mjs";

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
  // What is installed on every site, in its order.
  apps = ["frappe"];
  #faults = new Set();
  #allowed = new Set();
  #server;

  // `users`: [{name, userType, sid, token}] for each site in `sites`.
  static async create(scope, { redis, users, dialect = kVersion16, running = "yes" }) {
    const web = new FakeWeb();
    web.redis = redis;
    web.dialect = dialect;
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

  forbid(site, user, doctype, name = "") {
    this.#allowed.delete(JSON.stringify([site, user, doctype, name]));
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
    const user = this.users[entry.site] && this.#identify(entry);
    entry.user = user?.name;
    const facts = {
      always: true,
      "no such site": !this.users[entry.site],
      "bad token": !user,
      "wrong secret": await this.#isSecretWrong(entry),
      readable: this.#mayRead(entry),
    };
    const row = this.dialect.rows.find(
      ({ route, when }) => (route === "*" || route === entry.route) && facts[when],
    );
    if (row.html) return send(response, row.status, "text/html", row.html);
    return reply(response, row.status, filledIn(row.body, user, this.apps));
  }

  // An unknown session is a Guest's, a wrong token is nobody's.
  #identify({ site, headers, query }) {
    const users = this.users[site];
    const { authorization } = headers;
    if (authorization) return users.find((user) => schemesOf(user).includes(authorization));
    const cookie = /(?:^|;\s*)sid=([^;]*)/.exec(headers.cookie ?? "")?.[1];
    const sid = this.dialect.session === "query" ? query.sid : decodeURIComponent(cookie ?? "");
    return users.find((user) => user.sid === sid) ?? kGuest;
  }

  async #isSecretWrong({ headers }) {
    if (this.dialect.secret === "none") return false;
    return headers["x-frappe-socket-secret"] !== (await this.#secret());
  }

  #mayRead({ site, user, query }) {
    const name = query[this.dialect.nameArgument] ?? "";
    return this.#allowed.has(JSON.stringify([site, user, query.doctype, name]));
  }

  async #secret() {
    await this.redis.command("SET", kSecretKey, randomBytes(16).toString("hex"), "NX");
    return this.redis.command("GET", kSecretKey);
  }
}

// The Authorization headers that are the user's.
function schemesOf({ name, token }) {
  if (!token) return [];
  return [`token ${token}`, `Basic ${btoa(token)}`, `Bearer ${btoa(name)}`];
}

// `document` with the user in place of "$user", "$user_type" and "$apps".
function filledIn(document, user, apps) {
  const values = { $user: user?.name, $user_type: user?.userType, $apps: apps };
  return JSON.parse(JSON.stringify(document), (_key, value) => values[value] ?? value);
}

export function reply(response, status, document) {
  send(response, status, "application/json", JSON.stringify(document));
}

export function replyHtml(response, status, title) {
  const page = `<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`;
  send(response, status, "text/html", page);
}

function send(response, status, type, text) {
  response.writeHead(status, { "Content-Type": `${type}; charset=utf-8` });
  response.end(text);
}
