// What bench's nginx does in front of a site: the page itself, and /socket.io handed on with the
// headers that Frappe's realtime process expects. Source: frappe-realtime §10.1.

import { createServer, request } from "node:http";

export class Proxy {
  // `page()` is the HTML of every path but /socket.io. `port` is the realtime process's, asked for
  // at each request: it may have been restarted.
  static async start(scope, { port, page }) {
    const proxy = new Proxy();
    const sockets = new Set();
    const server = createServer((incoming, response) => {
      if (!incoming.url.startsWith("/socket.io")) {
        response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" });
        return response.end(page());
      }
      const outgoing = forward(incoming, port(), (answer) => {
        response.writeHead(answer.statusCode, answer.rawHeaders);
        answer.pipe(response);
      });
      outgoing.on("error", () => response.writeHead(502).end());
      response.on("close", () => outgoing.destroy());
      incoming.pipe(outgoing);
    });
    server.on("upgrade", (incoming, socket, head) => upgrade(incoming, socket, head, port()));
    server.on("connection", (socket) => {
      sockets.add(socket);
      socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    });
    await new Promise((done) => server.listen(0, "localhost", done));
    proxy.port = server.address().port;
    scope.defer("the proxy", () => {
      const closed = new Promise((done) => server.close(done));
      for (const socket of sockets) socket.destroy();
      return closed;
    });
    // Ends every connection there is, as a network that fails does.
    proxy.cut = () => sockets.forEach((socket) => socket.destroy());
    return proxy;
  }
}

function forward(incoming, port, onAnswer) {
  const { host } = incoming.headers;
  const headers = {
    ...incoming.headers,
    origin: `http://${host}`,
    "x-frappe-site-name": host.replace(/:\d+$/, ""),
  };
  const { method, url: path } = incoming;
  const options = { host: "127.0.0.1", port, method, path, headers, agent: false };
  return request(options, onAnswer);
}

function upgrade(incoming, socket, head, port) {
  const outgoing = forward(incoming, port);
  outgoing.on("error", () => socket.destroy());
  outgoing.on("response", () => socket.destroy());
  outgoing.on("upgrade", (answer, upstream, rest) => {
    const lines = [`HTTP/1.1 101 Switching Protocols`];
    for (let i = 0; i < answer.rawHeaders.length; i += 2)
      lines.push(`${answer.rawHeaders[i]}: ${answer.rawHeaders[i + 1]}`);
    socket.write(`${lines.join("\r\n")}\r\n\r\n`);
    socket.write(rest);
    upstream.write(head);
    upstream.on("error", () => socket.destroy()).on("close", () => socket.destroy());
    socket.on("close", () => upstream.destroy());
    upstream.pipe(socket).pipe(upstream);
  });
  outgoing.end();
}
