// A shared document, kept by yjs from npm: updates as bytes, and as arrays of numbers.
const Y = require("yjs");

const documents = new Map();

module.exports = (socket) => {
  const open = (name) => {
    if (!documents.has(name)) documents.set(name, new Y.Doc());
    return documents.get(name);
  };
  socket.on("yjs-connect", (name) => {
    socket.join(`yjs:${name}`);
    socket.emit("yjs-sync", Y.encodeStateAsUpdate(open(name)));
  });
  socket.on("yjs-message", (name, update) => {
    Y.applyUpdate(open(name), new Uint8Array(update));
    socket.to(`yjs:${name}`).emit("yjs-message", Array.from(new Uint8Array(update)));
  });
  socket.on("yjs-text", (name, reply) => reply(open(name).getText("body").toString()));
};
