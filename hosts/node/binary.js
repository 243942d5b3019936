// Binary values inside arguments, as Socket.IO writes them: a numbered placeholder each.
// Source: Socket.IO protocol v5, "Binary attachments".
"use strict";

const isBinary = (value) => value instanceof ArrayBuffer || ArrayBuffer.isView(value);

function hasBinary(value) {
  if (value === null || typeof value !== "object") return false;
  if (isBinary(value)) return true;
  if (Array.isArray(value)) return value.some(hasBinary);
  if (typeof value.toJSON === "function") return hasBinary(value.toJSON());
  for (const key in value) {
    if (Object.prototype.hasOwnProperty.call(value, key) && hasBinary(value[key])) return true;
  }
  return false;
}

function toBuffer(value) {
  if (Buffer.isBuffer(value)) return value;
  if (value instanceof ArrayBuffer) return Buffer.from(value);
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

// [args, attachments]; the arguments themselves when none is binary.
function takeApart(args) {
  if (!hasBinary(args)) return [args, []];
  const attachments = [];
  const walk = (value) => {
    if (value === null || typeof value !== "object") return value;
    if (isBinary(value)) {
      attachments.push(toBuffer(value));
      return { _placeholder: true, num: attachments.length - 1 };
    }
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value.toJSON === "function") return walk(value.toJSON());
    return Object.fromEntries(Object.keys(value).map((key) => [key, walk(value[key])]));
  };
  return [walk(args), attachments];
}

function putTogether(args, attachments) {
  if (attachments.length === 0) return args;
  const walk = (value) => {
    if (value === null || typeof value !== "object") return value;
    if (value._placeholder === true) return attachments[value.num];
    if (Array.isArray(value)) return value.map(walk);
    for (const key of Object.keys(value)) value[key] = walk(value[key]);
    return value;
  };
  return walk(args);
}

module.exports = { takeApart, putTogether };
