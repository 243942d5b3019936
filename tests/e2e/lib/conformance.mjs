// A case of WebSocket conformance: frames that are written, and all that may come back. The ids are
// those of the Autobahn test suite, whose echo server is played by what Engine.IO text can ask for:
//   echo(text)   a CONNECT to a namespace that does not exist; the refusal repeats its name
//   ask(padding) an event that is answered, of any size
// That a connection is alive is shown by a ping with a payload of its own.

import assert from "node:assert/strict";

import { cremaOnly } from "./crema.mjs";
import { encodeFrame, kOpcode } from "./frames.mjs";
import { kSiteA } from "./world.mjs";

// How the bytes reach the server: in one write, a write for each frame, a write for each byte.
export const kDeliveries = ["at once", "by frame", "by byte"];

const kChopBytes = 997;
const kByteWiseMax = 700;
const kAlive = "still there?";

// The server closes with an empty close frame.
export const kPlainClose = "no code";

export const echo = (text) => `40/${text},`;
export const echoed = (text) => `44/${text},{"message":"Invalid namespace"}`;
export const ask = (padding = "") => `42/${kSiteA},["ping","${padding}"]`;
export const asked = `42/${kSiteA},["pong"]`;

const bytes = (payload) => (typeof payload === "string" ? Buffer.from(payload) : payload);
export const text = (payload, more) => encodeFrame({ payload: bytes(payload), ...more });
export const binary = (payload, more) => text(payload, { opcode: kOpcode.binary, ...more });
export const more = (payload = "", flags = {}) =>
  text(payload, { opcode: kOpcode.continuation, ...flags });
export const ping = (payload = "", flags = {}) => text(payload, { opcode: kOpcode.ping, ...flags });
export const pong = (payload = "", flags = {}) => text(payload, { opcode: kOpcode.pong, ...flags });
export const closeWith = (payload = "", flags = {}) =>
  text(payload, { opcode: kOpcode.close, ...flags });
export const closeCode = (code, reason = "") =>
  closeWith(Buffer.concat([Buffer.from([code >> 8, code & 0xff]), bytes(reason)]));

// A message cut into frames at the given places, or at every `size` bytes.
export function fragments(payload, cuts) {
  const whole = bytes(payload);
  const places = Array.isArray(cuts) ? cuts : everyMultiple(cuts, whole.length);
  const ends = [...places, whole.length];
  return ends.map((end, i) => {
    const flags = { fin: i === ends.length - 1 ? 1 : 0 };
    const piece = whole.subarray(i === 0 ? 0 : ends[i - 1], end);
    return i === 0 ? text(piece, flags) : more(piece, flags);
  });
}

function everyMultiple(size, end) {
  const places = [];
  for (let at = size; at < end; at += size) places.push(at);
  return places;
}

// Runs every row as a test named for its id. A row: {id, title, frames, answers, pongs, close};
// without `close` the connection lives on.
export async function conform(t, arena, rows) {
  for (const row of rows) {
    const { id, title, options = defaultOptions(row) } = row;
    await t.test(`${id} ${title}`, options, async () => {
      for (const delivery of row.deliveries ?? kDeliveries) await runRow(arena, row, delivery);
    });
  }
}

function defaultOptions({ answers = [], close }) {
  const cut = close !== undefined && answers.length > 0;
  return cut ? cremaOnly("loses the answers to what came in the same read as the end") : {};
}

export async function runRow(arena, { frames, answers = [], pongs = [], close }, delivery) {
  const ws = await arena.join();
  const from = ws.messages.length;
  await deliver(ws, frames, delivery);
  if (close === undefined) await lives(ws, from + answers.length);
  else assert.equal((await ws.ended()) ?? kPlainClose, close, `${delivery}: the close code`);
  assert.deepEqual(ws.messages.slice(from), answers, `${delivery}: the answers`);
  assert.deepEqual(pongsOf(ws), pongs.map(String), `${delivery}: the pongs`);
  ws.abort();
}

async function lives(ws, count) {
  ws.sendFrame({ opcode: kOpcode.ping, payload: Buffer.from(kAlive) });
  const isSign = ({ opcode, payload }) =>
    opcode === kOpcode.close || (opcode === kOpcode.pong && payload.equals(Buffer.from(kAlive)));
  const sign = await ws.frames.wait(isSign, "a sign of life");
  const code = sign.payload.length >= 2 ? sign.payload.readUInt16BE(0) : kPlainClose;
  assert.equal(sign.opcode, kOpcode.pong, `closed with ${code}`);
  if (count > 0) await ws.frames.wait(() => ws.messages.length >= count, `${count} answers`);
}

function pongsOf(ws) {
  const texts = ws.frames.entries
    .filter(({ opcode }) => opcode === kOpcode.pong)
    .map(({ payload }) => payload.toString("latin1"));
  return texts.filter((payload) => payload !== kAlive);
}

export async function deliver(ws, frames, delivery) {
  for (const write of writes(frames, delivery)) {
    ws.sendBytes(write);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function writes(frames, delivery) {
  if (delivery === "by frame") return frames;
  const whole = Buffer.concat(frames);
  if (delivery === "at once") return [whole];
  const size = whole.length <= kByteWiseMax ? 1 : kChopBytes;
  const pieces = [];
  for (let at = 0; at < whole.length; at += size) pieces.push(whole.subarray(at, at + size));
  return pieces;
}
