// The same raw requests to Crema and to Node's own Socket.IO server: status, headers and body must
// be the same, but for what is listed with its reason.

import assert from "node:assert/strict";
import test from "node:test";
import { gunzipSync, inflateSync } from "node:zlib";

import { Server, kReference } from "./lib/crema.mjs";
import { HttpWire } from "./lib/http_wire.mjs";
import { kCors, kEngine, kErrors, kRouting, kSessions, kUpgrades } from "./lib/parity_cases.mjs";
import { World } from "./lib/world.mjs";

const kOptions = {
  timeout: 120_000,
  skip: kReference && "compares the reference server with itself",
};

// Of one's own each time, or about the connection and not the answer.
const kIgnored = ["date", "connection", "keep-alive", "content-length", "transfer-encoding"];
const kPlain = { gzip: gunzipSync, deflate: inflateSync };

// Session ids differ: what remains is their length.
function comparable({ status, headers = {}, body = "" }) {
  const kept = Object.entries(headers).filter(([name]) => !kIgnored.includes(name));
  const plain = kPlain[headers["content-encoding"]]?.(body) ?? body;
  const text = plain.toString("utf8").replace(/"sid":"([^"]*)"/g, (_, id) => `"sid":${id.length}`);
  return { status, headers: Object.fromEntries(kept.sort()), body: text };
}

// What the rows do, on one of the two servers.
class On {
  constructor(scope, server) {
    this.scope = scope;
    this.server = server;
  }

  wire() {
    return HttpWire.open(this.scope, this.server);
  }

  async ask(request) {
    const wire = this.wire();
    const answer = comparable(await wire.request(request));
    wire.abort();
    return answer;
  }

  // The path of a new session.
  async open() {
    const wire = this.wire();
    const { body } = await wire.request({ path: `${kEngine}&transport=polling` });
    wire.abort();
    return `${kEngine}&transport=polling&sid=${JSON.parse(body.toString().slice(1)).sid}`;
  }

  post(path, body, headers = [["Content-Type", "text/plain;charset=UTF-8"]]) {
    return this.ask({ method: "POST", path, headers, body });
  }

  // The answer to come, once the server has the request: what is asked after it is answered after.
  async held(request) {
    const wire = this.wire();
    const answer = wire.request(request).then(comparable);
    await this.#turn();
    return { answer, wire };
  }

  // A request whose body is not all there.
  async half({ path, length, body }) {
    const wire = this.wire();
    wire.write(`POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n${body}`);
    await this.#turn();
    return { answer: wire.answer().then(comparable) };
  }

  async giveUp(request) {
    const { wire } = await this.held(request);
    wire.abort();
    await this.#turn();
  }

  async chunks(path, pieces) {
    const wire = this.wire();
    wire.write(`POST ${path} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n`);
    for (const piece of [...pieces, ""]) wire.write(`${piece.length.toString(16)}\r\n${piece}\r\n`);
    return comparable(await wire.answer());
  }

  // Says so before it sends the body.
  async expecting(path, body) {
    const wire = this.wire();
    const length = `Content-Length: ${body.length}\r\nExpect: 100-continue`;
    wire.write(`POST ${path} HTTP/1.1\r\nHost: a\r\n${length}\r\n\r\n`);
    const go = comparable(await wire.answer());
    wire.write(body);
    return [go, comparable(await wire.answer())];
  }

  async pipelined(path, body) {
    const wire = this.wire();
    const length = `Content-Length: ${body.length}`;
    wire.write(
      `POST ${path} HTTP/1.1\r\nHost: a\r\n${length}\r\n\r\n${body}` +
        `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\nGET ${kEngine} HTTP/1.1\r\nHost: a\r\n\r\n`,
    );
    const answers = [];
    for (let i = 0; i < 3; ++i) answers.push(comparable(await wire.answer()));
    return answers;
  }

  // Requests on other connections, answered one after the other: each shard has had its turn.
  async #turn() {
    for (let i = 0; i < 2; ++i) await this.ask({ path: "/elsewhere" });
  }
}

const kTables = {
  "1.2 and 1.4: routing": kRouting,
  "1.3: errors": kErrors,
  "1.5 and 1.6: a session": kSessions,
  "1.11: CORS": kCors,
  "1.3 and 1.4: WebSocket handshakes": kUpgrades,
};

test("the answers are the reference's", kOptions, async (t) => {
  const world = await World.create(t, { config: { socketio_port: 0 } });
  const reference = await Server.start(world.scope, world.bench, { kind: "reference" });
  const [ours, theirs] = [world.server, reference].map((server) => new On(world.scope, server));
  for (const [section, rows] of Object.entries(kTables)) {
    for (const [name, act, differs] of rows) {
      await t.test(`${section}: ${name}`, async () => {
        const [crema, node] = [await act(ours), await act(theirs)];
        if (!differs) return assert.deepEqual(crema, node);
        assert.notDeepEqual(node, differs.crema, `not different any more: ${differs.why}`);
        assert.deepEqual(crema, differs.crema, differs.why);
      });
    }
  }
});
