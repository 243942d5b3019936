// Binary frames of 20 ms, relayed to whoever is in the call.
module.exports = (socket) => {
  socket.on("call_join", (call, reply) => {
    socket.call = call;
    socket.frames = 0;
    socket.join(`call:${call}`);
    reply({ members: socket.nsp.adapter.rooms.get(`call:${call}`).size, site: socket.site_name });
  });
  socket.on("call_audio", (frame) => {
    if (!socket.call || !Buffer.isBuffer(frame) || frame.length > 4096) return;
    socket.frames += 1;
    socket
      .to(`call:${socket.call}`)
      .emit("call_audio", { from: socket.user, n: socket.frames, frame });
  });
  socket.on("call_checksum", (frames, reply) =>
    reply(
      frames.reduce((sum, { pcm }) => sum + pcm.reduce((a, b) => a + b, 0), 0),
      Buffer.concat(frames.map(({ pcm }) => pcm)),
    ),
  );
};
