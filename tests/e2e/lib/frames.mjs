// WebSocket frames as bytes, right and wrong ones. Source: RFC 6455, section 5.2.

import { randomBytes } from "node:crypto";

export const kOpcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };

// A client's frame. `lengthField` replaces the length bytes (the 7-bit field and what follows),
// `mask` "none" leaves the frame unmasked.
export function encodeFrame({
  fin = 1,
  rsv = 0,
  opcode = kOpcode.text,
  payload = Buffer.alloc(0),
  mask = "random",
  lengthField,
}) {
  const masked = mask === "none" ? 0 : 0x80;
  const length = Buffer.from(lengthField ?? lengthBytes(payload.length));
  length[0] |= masked;
  const parts = [Buffer.from([(fin << 7) | (rsv << 4) | opcode]), length];
  if (masked) {
    const key = randomBytes(4);
    parts.push(
      key,
      payload.map((byte, i) => byte ^ key[i % 4]),
    );
  } else {
    parts.push(payload);
  }
  return Buffer.concat(parts);
}

// The frame at the start of `buffer`, or null when it is incomplete. Server frames are not masked.
export function takeFrame(buffer) {
  if (buffer.length < 2) return null;
  const opcode = buffer[0] & 0x0f;
  let length = buffer[1] & 0x7f;
  let at = 2;
  if (length === 126) {
    if (buffer.length < 4) return null;
    length = buffer.readUInt16BE(2);
    at = 4;
  } else if (length === 127) {
    if (buffer.length < 10) return null;
    length = Number(buffer.readBigUInt64BE(2));
    at = 10;
  }
  if (buffer.length < at + length) return null;
  return { opcode, payload: Buffer.from(buffer.subarray(at, at + length)), size: at + length };
}

function lengthBytes(length) {
  if (length < 126) return [length];
  if (length < 65_536) return [126, length >> 8, length & 0xff];
  const bytes = Buffer.alloc(9);
  bytes[0] = 127;
  bytes.writeBigUInt64BE(BigInt(length), 1);
  return bytes;
}
