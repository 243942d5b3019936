// Ways in which a web process fails, for FakeWeb.fault().

import { createServer } from "node:http";

import { Journal } from "./journal.mjs";
import { reply, replyHtml } from "./fake_web.mjs";

// Requests wait until `release`, and are then answered by `answer(request, response)`.
export function gate() {
  const arrived = new Journal("requests at the gate");
  const waiting = [];
  let open;
  const fault = (request, response) => {
    if (open) open(request, response);
    else waiting.push([request, response]);
    arrived.push({ url: request.url });
  };
  const release = (answer) => {
    open = answer;
    for (const [request, response] of waiting.splice(0)) answer(request, response);
  };
  return { fault, arrived, release };
}

// A correct get_user_info answer, for a gate that opens.
export function userInfo(user, userType = "System User") {
  const message = { user, user_type: userType, installed_apps: ["frappe"] };
  return (_request, response) => reply(response, 200, { message });
}

export function status(code) {
  return (_request, response) => reply(response, code, { exc_type: "Error" });
}

export function htmlPage(code) {
  return (_request, response) => replyHtml(response, code, "Bad Gateway");
}

// `text` with status 200, announced as JSON.
export function body(text) {
  return (_request, response) => {
    response.writeHead(200, { "Content-Type": "application/json" });
    response.end(text);
  };
}

// A body that goes on until the peer closes the connection. `ended` gets {bytes} then.
export function endlessBody() {
  const ended = new Journal("ends of the endless body");
  const chunk = Buffer.alloc(16 * 1024, "a");
  const fault = (_request, response) => {
    let bytes = 0;
    response.writeHead(200, { "Content-Type": "application/json" });
    const more = () => {
      while (!response.destroyed && response.write(chunk)) bytes += chunk.length;
      bytes += chunk.length;
    };
    response.on("drain", more);
    response.on("close", () => ended.push({ bytes }));
    response.on("error", () => {});
    response.write('{"message":{"user":"');
    more();
  };
  return { fault, ended };
}

// Half of an answer, then a TCP reset.
export function resetMidway(_request, response) {
  response.writeHead(200, { "Content-Type": "application/json", "Content-Length": "1000" });
  response.write('{"message":{"user":"alice@example.com",', () =>
    response.socket.resetAndDestroy(),
  );
}

export function redirect(location) {
  return (_request, response) => {
    response.writeHead(302, { Location: location });
    response.end();
  };
}

// A server that nobody should ask. Answers everything as if the visitor were Administrator, and
// keeps what it was asked in `requests`.
export async function attacker(scope) {
  const requests = new Journal("requests to the attacker");
  const server = createServer((request, response) => {
    requests.push({ url: request.url, headers: request.headers });
    userInfo("Administrator")(request, response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  scope.defer("the attacker's server", () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    return closed;
  });
  return { port: server.address().port, requests };
}
