// Who is typing in a channel: names read from the room's members.
function typing_handlers(socket) {
  const room = (channel) => `typing:${channel}`;

  function tell(channel) {
    const users = [];
    const members = socket.nsp.adapter.rooms.get(room(channel)) || new Set();
    socket.nsp.sockets.forEach((other) => {
      if (members.has(other.id)) users.push(other.user);
    });
    socket.nsp.to(`channel:${channel}`).emit("channel_typers", { channel, users });
  }

  socket.on("fire", () => socket.emit("ice"));
  socket.on("channel_open", (channel) => {
    socket.has_permission("Channel", channel).then(() => {
      socket.join(`channel:${channel}`);
      socket.emit("channel_opened", channel);
    });
  });
  socket.on("channel_typing", (channel) => {
    socket.join(room(channel));
    tell(channel);
  });
  socket.on("channel_typing_stopped", (channel) => {
    socket.leave(room(channel));
    tell(channel);
  });
  socket.on("disconnecting", () => {
    for (const name of socket.rooms) {
      if (name.startsWith("typing:")) socket.to(name).emit("typer_leaves", socket.user, name);
    }
  });
}

module.exports = typing_handlers;
