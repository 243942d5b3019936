// Who looks at a ticket, with state on the socket and a listener for its end.
module.exports = function (socket) {
  socket.viewing = [];

  const viewers = (ticket) => {
    const ids = socket.nsp.adapter.rooms.get(`ticket:${ticket}`);
    return [...(ids ?? [])].map((id) => socket.nsp.sockets.get(id)?.user);
  };
  const tell = (ticket) =>
    socket.nsp.in(`ticket:${ticket}`).emit("ticket_viewers", { ticket, viewers: viewers(ticket) });

  socket.on("view_ticket", async (ticket, reply) => {
    await socket.join([`ticket:${ticket}`]);
    socket.viewing.push(ticket);
    tell(ticket);
    reply?.({ viewers: viewers(ticket).length });
  });
  socket.on("stop_view_ticket", (ticket) => {
    socket.leave(`ticket:${ticket}`);
    socket.viewing = socket.viewing.filter((other) => other !== ticket);
    tell(ticket);
  });
  socket.on("ticket_typing", (ticket) =>
    socket.to(`ticket:${ticket}`).emit("ticket_typing", socket.user),
  );
  socket.on("notify_ticket_update", (ticket, field, value, extra, more) =>
    socket.nsp
      .to(`ticket:${ticket}`)
      .except(socket.id)
      .emit("ticket_update", field, value, extra, more),
  );
  socket.on("disconnect", (reason) => {
    for (const ticket of socket.viewing) {
      socket.nsp.to(`ticket:${ticket}`).emit("viewer_left", socket.user, reason);
      tell(ticket);
    }
  });
};
