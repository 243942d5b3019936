// Texts for category 6 of the Autobahn suite, from Markus Kuhn's UTF-8 stress test: [id, title,
// hexadecimal bytes]. Source: RFC 3629, section 4.

const sequence = (group, titles, values) =>
  values.map((hex, i) => [`6.${group}.${i + 1}`, titles[i] ?? titles[0], hex]);

// "κόσμε", with U+1F79.
export const kKosme = "cebae1bdb9cf83cebcceb5";

const kAstral = Array.from({ length: 16 }, (_, i) => i + 1).flatMap((plane) =>
  [0xfffe, 0xffff].map((low) => toHex(String.fromCodePoint(plane * 0x10000 + low))),
);

export const kValid = [
  [
    "6.2.1",
    "text of one, two, three and four bytes a character",
    toHex("Hello-µ@ßöäüàá-€-𝄞-UTF-8!!"),
  ],
  ["6.5.1", "greek", kKosme],
  ...sequence(7, ["the first character of each length"], ["00", "c280", "e0a080", "f0908080"]),
  ...sequence(9, ["the last character of each length"], ["7f", "dfbf", "efbfbf", "f48fbfbf"]),
  ...sequence(
    11,
    ["before the surrogates", "after them", "the replacement character", "the last character"],
    ["ed9fbf", "ee8080", "efbfbd", "f48fbfbf"],
  ),
  ...sequence(22, ["a noncharacter"], [toHex("\ufffe"), toHex("\uffff"), ...kAstral]),
  ...sequence(
    23,
    ["a special character"],
    ["efbfb9", "efbfba", "efbfbb", "efbfbc", "efbfbd", "efbfbe", "efbfbf"],
  ),
];

const kLonely = [
  ["c0", "df"],
  ["e0", "ef"],
  ["f0", "f7"],
  ["f8", "fb"],
  ["fc", "fd"],
].map(([from, to]) => {
  const bytes = [];
  for (let byte = parseInt(from, 16); byte <= parseInt(to, 16); ++byte)
    bytes.push(byte.toString(16), "20");
  return bytes.join("");
});
const kContinuations = Array.from({ length: 64 }, (_, i) => (0x80 + i).toString(16)).join("");
const kCutShort = ["c0", "e080", "f08080", "f8808080", "fc80808080"].concat([
  "df",
  "efbf",
  "f7bfbf",
  "fbbfbfbf",
  "fdbfbfbfbf",
]);
const kSurrogates = ["eda080", "edadbf", "edae80", "edafbf", "edb080", "edbe80", "edbfbf"];
const kPairs = ["eda080edb080", "eda080edbfbf", "edadbfedb080", "edadbfedbfbf"].concat([
  "edae80edb080",
  "edae80edbfbf",
  "edafbfedb080",
  "edafbfedbfbf",
]);

export const kInvalid = [
  ["6.3.1", "a surrogate amid good text", `${kKosme}eda080656469746564`],
  ...everyPrefix(kKosme),
  ...sequence(8, ["the first of five bytes", "the first of six"], ["f888808080", "fc8480808080"]),
  ...sequence(
    10,
    ["beyond the last of four bytes", "the last of five", "the last of six"],
    ["f7bfbfbf", "fbbfbfbfbf", "fdbfbfbfbfbf"],
  ),
  ["6.11.5", "U+110000", "f4908080"],
  ...sequence(
    12,
    ["continuation bytes alone"],
    ["80", "bf", "80bf", "80bf80", "80bf80bf", "80bf80bf80", "80bf80bf80bf", kContinuations],
  ),
  ...sequence(13, ["first bytes alone, a space behind each"], kLonely),
  ...sequence(14, ["the last continuation byte is missing"], kCutShort),
  ["6.15.1", "all of these in a row", kCutShort.join("")],
  ...sequence(16, ["a byte that never occurs"], ["fe", "ff", "fefeffff"]),
  ...sequence(
    17,
    ["an overlong slash"],
    ["c0af", "e080af", "f08080af", "f8808080af", "fc80808080af"],
  ),
  ...sequence(
    18,
    ["the largest overlong sequence"],
    ["c1bf", "e09fbf", "f08fbfbf", "f887bfbfbf", "fc83bfbfbfbf"],
  ),
  ...sequence(
    19,
    ["an overlong NUL"],
    ["c080", "e08080", "f0808080", "f880808080", "fc8080808080"],
  ),
  ...sequence(20, ["a surrogate"], kSurrogates),
  ...sequence(21, ["a pair of surrogates"], kPairs),
];

// Those that end within a character.
function everyPrefix(hex) {
  const bytes = Buffer.from(hex, "hex");
  const rows = [];
  for (let end = 1; end < bytes.length; ++end) {
    const cut = bytes.subarray(0, end);
    if (!isUtf8(cut))
      rows.push([`6.6.${end}`, `greek, its first ${end} bytes`, cut.toString("hex")]);
  }
  return rows;
}

function isUtf8(bytes) {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function toHex(text) {
  return Buffer.from(text).toString("hex");
}
