// The network between a client and a server, which can fail: bytes go through as they are.

import { connect, createServer } from "node:net";

export class Network {
  #pairs = new Set();
  #held = new Set();
  #isDown = false;

  // `port()` is the server's, asked for at each connection: it may have been restarted.
  static async start(scope, port) {
    const network = new Network();
    const server = createServer((socket) => network.#accept(socket, port));
    await new Promise((done) => server.listen(0, "127.0.0.1", done));
    network.port = server.address().port;
    scope.defer("the network", () => {
      network.#cut();
      for (const socket of network.#held) socket.destroy();
      return new Promise((done) => server.close(done));
    });
    return network;
  }

  // What there is ends; what is begun while it lasts gets no answer until the network is back, as
  // where packets are lost.
  async down(ms) {
    this.#isDown = true;
    this.#cut();
    await new Promise((done) => setTimeout(done, ms));
    this.#isDown = false;
    for (const go of [...this.#held]) go.resumed();
  }

  #cut() {
    for (const socket of this.#pairs) socket.destroy();
  }

  #accept(socket, port) {
    socket.on("error", () => {});
    if (!this.#isDown) return this.#join(socket, port);
    this.#held.add(socket);
    socket.resumed = () => {
      this.#held.delete(socket);
      this.#join(socket, port);
    };
    socket.on("close", () => this.#held.delete(socket));
  }

  #join(socket, port) {
    const onward = connect(port(), "127.0.0.1");
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ]) {
      this.#pairs.add(one);
      one.on("error", () => {}).on("close", () => {
        this.#pairs.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }
}
