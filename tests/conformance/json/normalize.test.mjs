// crema::json::normalize beside JSON.parse: the same documents are accepted, and they mean the
// same. Ours is stricter in two things, depth and UTF-8, which are tested by themselves.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";

import { handPicked, mutated, randomDocuments } from "./documents.mjs";

const tool = process.env.CREMA_JSON_NORMALIZE_TOOL;
const verdicts = { 0: "accepted", 1: "syntax", 2: "utf8", 3: "depth" };

// Runs the tool once over all documents (strings or buffers).
function normalizeAll(documents, mode) {
  const input = documents.flatMap((document) => {
    const bytes = Buffer.from(document);
    const head = Buffer.alloc(5, mode);
    head.writeUInt32LE(bytes.length, 1);
    return [head, bytes];
  });
  const run = spawnSync(tool, { input: Buffer.concat(input), maxBuffer: 1 << 30 });
  assert.ifError(run.error);
  assert.equal(run.status, 0, run.stderr.toString());
  const answers = [];
  for (let at = 0; at < run.stdout.length;) {
    const size = run.stdout.readUInt32LE(at + 1);
    const output = run.stdout.subarray(at + 5, at + 5 + size);
    answers.push({ verdict: verdicts[run.stdout[at] - 48], output: output.toString() });
    at += 5 + size;
  }
  assert.equal(answers.length, documents.length);
  return answers;
}

function parsed(text) {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}

// The document's bytes but for the white space between its tokens.
const withoutSpace = (text) =>
  text.replace(/"(?:[^"\\]|\\.)*"|[ \t\n\r]+/gs, (match) => (match[0] === '"' ? match : ""));

// What Python's readers take NaN and infinities for, outside strings.
const withNulls = (text) =>
  text.replace(/"(?:[^"\\]|\\.)*"|-?Infinity|NaN/gs, (match) =>
    match[0] === '"' ? match : "null",
  );

// Compares every document with `reference`, which says what JSON.parse is to read in its place.
// Returns how many were accepted.
function compare(documents, mode, reference) {
  const answers = normalizeAll(documents, mode);
  let accepted = 0;
  documents.forEach((document, i) => {
    const { verdict, output } = answers[i];
    const theirs = parsed(reference(document));
    const about = `${verdict}: ${JSON.stringify(document)}`;
    assert.equal(verdict === "accepted", theirs !== null, about);
    if (theirs === null) return;
    accepted += 1;
    assert.equal(output, withoutSpace(reference(document)));
    assert.deepStrictEqual(JSON.parse(output), theirs.value);
  });
  return accepted;
}

const asItIs = (text) => text;

test("hand-picked documents are judged as by JSON.parse", () => {
  const accepted = compare(handPicked, "r", asItIs);
  assert.ok(accepted > 50 && accepted < handPicked.length - 50, `${accepted} accepted`);
  compare(handPicked, "n", withNulls);
});

test("generated documents are accepted and keep their meaning", () => {
  const documents = randomDocuments(1000, 1);
  assert.equal(compare(documents, "r", asItIs), documents.length);
  compare(documents, "n", withNulls);
});

test("damaged documents are judged as by JSON.parse", () => {
  const documents = mutated(randomDocuments(1000, 2), 3);
  const accepted = compare(documents, "r", asItIs);
  assert.ok(accepted > 50 && accepted < documents.length - 50, `${accepted} accepted`);
});

test("Python's words for non-finite numbers become null outside strings", () => {
  const words = ["NaN", "Infinity", "-Infinity", "-", "N"];
  const documents = mutated(randomDocuments(1000, 4), 5, words);
  const strict = compare(documents, "r", asItIs);
  const lenient = compare(documents, "n", withNulls);
  assert.ok(lenient > strict, `${lenient} with, ${strict} without`);
});

test("what JSON.stringify writes stays byte for byte", () => {
  const documents = randomDocuments(300, 6).map((text) => JSON.stringify(JSON.parse(text)));
  normalizeAll(documents, "r").forEach(({ output }, i) => assert.equal(output, documents[i]));
});

test("ours alone refuses what is deeper than 128", () => {
  const nested = (depth) => "[".repeat(depth) + "]".repeat(depth);
  const verdict = normalizeAll([nested(128), nested(129), nested(5000)], "r").map((a) => a.verdict);
  assert.deepEqual(verdict, ["accepted", "depth", "depth"]);
});

test("ours alone refuses what is not UTF-8, and agrees with TextDecoder about it", () => {
  const tails = [
    [],
    [0x80],
    [0x80, 0x80],
    [0x9f, 0xbf],
    [0xa0, 0x80],
    [0x8f, 0xbf, 0xbf],
    [0x90, 0x80, 0x80],
  ];
  const heads = Array.from({ length: 0x81 }, (_, i) => 0x7f + i);
  const bodies = heads.flatMap((head) => tails.map((tail) => Buffer.from([head, ...tail])));
  const inQuotes = (body) => Buffer.concat([Buffer.from('["'), body, Buffer.from('"]')]);
  const documents = bodies.map(inQuotes);
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const isText = (bytes) => {
    try {
      return decoder.decode(bytes) !== undefined;
    } catch {
      return false;
    }
  };
  normalizeAll(documents, "r").forEach(({ verdict }, i) => {
    assert.equal(verdict, isText(bodies[i]) ? "accepted" : "utf8", bodies[i].toString("hex"));
  });
});
