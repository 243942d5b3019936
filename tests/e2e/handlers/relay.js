// Acknowledgements both ways, rooms by id, a limit for each socket, middlewares, every flag.
module.exports = (socket) => {
  const limit = { left: 3 };
  socket.data.joined = 1;

  socket.use(([event, ...args], next) => {
    if (event === "blocked") return next(new Error(`${args[0]} is blocked`));
    next();
  });
  socket.on("error", (error) => socket.emit("refused", error.message));
  socket.onAny((event, ...args) => {
    if (event === "any") socket.emit("any_heard", event, args.length);
  });
  socket.once("only_once", () => socket.emit("once"));

  socket.on("limited", (reply) => {
    if (limit.left-- <= 0) return reply({ error: "slow down" });
    reply({ left: limit.left });
  });
  socket.on("query", (reply) =>
    reply(
      socket.handshake.query.flavour,
      socket.handshake.auth,
      socket.connected,
      socket.nsp.name,
      socket.data,
    ),
  );
  socket.on("tell", (id, word, reply) => {
    const other = socket.nsp.sockets.get(id);
    if (!other) return reply("nobody");
    other.told_by = socket.user;
    other.emit("told", word);
    reply("told");
  });
  socket.on("told_by", (reply) => reply(socket.told_by ?? null));
  socket.on("ask_client", (question, reply) => {
    socket
      .timeout(5000)
      .emit("question", question, (error, ...answer) =>
        reply(error ? error.message : null, answer),
      );
  });
  socket.on("ask_silent", (reply) => {
    socket.timeout(60).emit("never_answered", (error) => reply(error.message));
  });
  socket.on("ask_with_promise", async (reply) => reply(await socket.emitWithAck("question", "p")));
  socket.on("ask_all", (reply) => {
    socket.nsp
      .timeout(5000)
      .emit("question", "all", (error, answers) => reply(error, answers.sort()));
  });
  socket.on("ask_all_for_bytes", (reply) => {
    socket.nsp.timeout(5000).emit("sample", Buffer.from([1, 2]), (error, answers) => {
      const plain = (answer) => (answer?.bytes ? [answer.of, [...answer.bytes]] : answer);
      const said = answers.map(plain).sort((a, b) => (String(a) < String(b) ? -1 : 1));
      reply(error, said);
    });
  });
  socket.on("broadcast", () => {
    socket.broadcast.emit("b", 1);
    socket.volatile.emit("b", 2);
    socket.nsp.volatile.emit("b", 3);
    socket.to("nobody").emit("b", 4);
    socket.in(["all", "website"]).except("nobody").emit("b", 5);
    socket.compress(false).emit("b", 6, undefined, null, { date: new Date(0), skip: undefined });
  });
  socket.on("any", () => {});
  socket.on("off", () => {
    const listener = () => socket.emit("must not be");
    socket.on("gone", listener);
    socket.off("gone", listener);
    socket.emit("listeners", socket.listenerCount("gone"), socket.eventNames().includes("query"));
  });
  socket.on("reserved", (reply) => {
    try {
      socket.emit("disconnect");
    } catch (error) {
      reply(error.message);
    }
  });
  socket.on("rooms", (reply) =>
    reply([...socket.rooms].map((room) => (room === socket.id ? "own" : room))),
  );
  socket.on("fetch", async (reply) =>
    reply((await socket.nsp.in("all").fetchSockets()).map((s) => s.user)),
  );
  socket.on("end", () => socket.disconnect(true));
};
