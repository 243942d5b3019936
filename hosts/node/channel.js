// Frames over one of the host's descriptors. Source: docs/protocol/apphost.md, "Frames".
"use strict";

const net = require("net");

const kFrameBytesMax = 16 << 20;
// What waits for a server that does not read; beyond it something is badly wrong.
const kWaitingBytesMax = 32 << 20;

// `head` and the attachments as one Buffer.
function encodeFrame(head, attachments = []) {
  const text = JSON.stringify(head);
  const headBytes = Buffer.byteLength(text);
  let size = 4 + headBytes;
  for (const attachment of attachments) size += 4 + attachment.length;
  if (size > kFrameBytesMax) throw new RangeError("the message is larger than 16 MiB");
  const frame = Buffer.allocUnsafe(4 + size);
  let at = frame.writeUInt32BE(size, 0);
  at = frame.writeUInt32BE(headBytes, at);
  at += frame.write(text, at);
  for (const attachment of attachments) {
    at = frame.writeUInt32BE(attachment.length, at);
    at += attachment.copy(frame, at);
  }
  return frame;
}

// Bytes in, [head, attachments] out. Throws on what is no frame.
class FrameReader {
  #pieces = [];
  #size = 0;
  // Bytes without which there is no further frame.
  #needed = 4;
  #bytes = Buffer.alloc(0);

  feed(bytes) {
    this.#pieces.push(bytes);
    this.#size += bytes.length;
  }

  // A large frame's pieces are put together once.
  *frames() {
    if (this.#size < this.#needed) return;
    this.#bytes = this.#pieces.length === 1 ? this.#pieces[0] : Buffer.concat(this.#pieces);
    let at = 0;
    try {
      while (this.#bytes.length - at >= 4) {
        const size = this.#bytes.readUInt32BE(at);
        if (size > kFrameBytesMax) throw new RangeError("a frame is too large");
        this.#needed = 4 + size;
        if (this.#bytes.length - at < this.#needed) return;
        const frame = this.#bytes.subarray(at + 4, at + 4 + size);
        at += this.#needed;
        this.#needed = 4;
        yield decodeFrame(frame);
      }
    } finally {
      this.#bytes = this.#bytes.subarray(at);
      this.#pieces = [this.#bytes];
      this.#size = this.#bytes.length;
    }
  }
}

function decodeFrame(frame) {
  let at = 0;
  const take = () => {
    if (frame.length - at < 4) throw new RangeError("a frame's lengths do not add up");
    const size = frame.readUInt32BE(at);
    at += 4;
    if (frame.length - at < size) throw new RangeError("a frame's lengths do not add up");
    at += size;
    return frame.subarray(at - size, at);
  };
  const head = JSON.parse(take().toString("utf8"));
  const attachments = [];
  // Handlers may keep them: not views of a buffer that holds everything else that came.
  while (at < frame.length) attachments.push(Buffer.from(take()));
  return [head, attachments];
}

// Calls onFrame(head, attachments) for each frame; the process ends with the server.
class Channel {
  #socket;
  #corked = false;

  constructor(descriptor, onFrame) {
    this.#socket = new net.Socket({ fd: descriptor, readable: true, writable: true });
    const reader = new FrameReader();
    // What handlers throw does not come here: the server says what this host cannot understand.
    this.#socket.on("data", (bytes) => {
      try {
        reader.feed(bytes);
        for (const [head, attachments] of reader.frames()) onFrame(head, attachments);
      } catch (error) {
        process.stderr.write(`the server cannot be understood: ${error.message}\n`);
        end();
      }
    });
    const end = () => process.kill(process.pid, "SIGKILL");
    this.#socket.on("end", end);
    this.#socket.on("error", end);
    this.#socket.on("close", end);
  }

  // What is sent in one turn leaves together.
  send(head, attachments) {
    if (!this.#corked) {
      this.#corked = true;
      this.#socket.cork();
      setImmediate(() => this.flush());
    }
    this.#socket.write(encodeFrame(head, attachments));
  }

  flush() {
    if (!this.#corked) return;
    this.#corked = false;
    this.#socket.uncork();
  }

  // Whether more waits than a server that is well leaves lying.
  get isFull() {
    return this.#socket.writableLength > kWaitingBytesMax;
  }
}

module.exports = { Channel, FrameReader, encodeFrame, kFrameBytesMax };
