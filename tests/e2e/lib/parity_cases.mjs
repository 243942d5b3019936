// Raw requests whose answers are the reference's, byte for byte but for framing. A row: [name, act]
// where `act(on)` fulfils with the answers, or [name, act, {why, crema}] where Crema means to
// answer otherwise: why, and what.
// Source: spec/socketio.md 1.2 to 1.6, 1.11; hostile-input.md, "Reference answers measured".

export const kEngine = "/socket.io/?EIO=4";
// Outside Socket.IO's path answers who embeds it: for the reference that is its harness.
const kNotFound = {
  why: "the body says so, as Frappe's Python server does",
  crema: { status: 404, headers: { "content-type": "text/plain" }, body: "not found" },
};
const kVersion = {
  why: "RFC 6455, 4.4: 426, and the version that is spoken; 8 is a draft's",
  crema: {
    status: 426,
    headers: { "content-type": "text/html", "sec-websocket-version": "13" },
    body: "Missing or invalid Sec-WebSocket-Version header",
  },
};
// A refusal of a WebSocket. No browser shows it to a page, so what it allows matters to nobody.
const refused = (body, more) => ({
  why: "what Engine.IO refuses carries CORS headers, over WebSocket too",
  crema: {
    status: 400,
    headers: {
      "access-control-allow-credentials": "true",
      "content-type": "text/html",
      vary: "Origin",
      ...more,
    },
    body,
  },
});
const kPolling = `${kEngine}&transport=polling`;

const get = (path, headers) => (on) => on.ask({ path, headers });
const ask = (method, path, headers, body) => (on) => on.ask({ method, path, headers, body });

export const kRouting = [
  ["a handshake", get(kPolling)],
  ["a path below Socket.IO's", get("/socket.io/below?EIO=4&transport=polling")],
  ["no slash behind the path", get("/socket.io?EIO=4&transport=polling"), kNotFound],
  ["another path", get("/socket.iox/?EIO=4&transport=polling"), kNotFound],
  ["the last value of a repeated key", get(`${kEngine}&transport=websocket&transport=polling`)],
  ["the last sid of two", get(`${kPolling}&sid=a&sid=`)],
  ["a cache buster, b64 and other keys", get(`${kPolling}&t=abc&b64=1&other=%20x&empty`)],
  ["keys and values that are escaped", get("/socket.io/?%45IO=4&transport=%70olling")],
  ["Internet Explorer", get(kPolling, [["User-Agent", "Mozilla/4.0 (;MSIE 8.0)"]])],
  ["a newer one", get(kPolling, [["User-Agent", "Mozilla/5.0 (Trident/7.0)"]])],
];

const kForeignSid = "A".repeat(20);
export const kErrors = [
  ...["", "&transport=", "&transport=webtransport"].map((query) => [
    `transport: "${query}"`,
    get(`${kEngine}${query}`),
  ]),
  ...["__proto__", "constructor", "hasOwnProperty", "Polling"].map((name) => [
    `transport ${name}`,
    get(`${kEngine}&transport=${name}`),
  ]),
  ...["unknown", "__proto__", kForeignSid, "%00", "constructor"].map((sid) => [
    `sid ${sid}`,
    get(`${kPolling}&sid=${sid}`),
  ]),
  ...["POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"].map((method) => [
    `${method} without a session`,
    ask(method, kPolling, [], method === "POST" ? "40" : undefined),
  ]),
  ...["", "3", "5", "abc", "4.0", "04"].map((version) => [
    `EIO "${version}"`,
    get(`/socket.io/?EIO=${version}&transport=polling`),
  ]),
  ["EIO missing", get("/socket.io/?transport=polling")],
  ["transport=websocket without an upgrade", get(`${kEngine}&transport=websocket`)],
  [
    "the transport is looked at first, then the session, the method, the version",
    async (on) => [
      await on.ask({ method: "POST", path: "/socket.io/?EIO=9&transport=x&sid=y", body: "" }),
      await on.ask({ method: "POST", path: "/socket.io/?EIO=9&transport=polling&sid=y", body: "" }),
      await on.ask({ method: "POST", path: "/socket.io/?EIO=9&transport=polling", body: "" }),
    ],
  ],
];

// On a session that was opened first.
const session = (act) => async (on) => act(on, await on.open());
const gone = (on, path) => on.ask({ path });
export const kSessions = [
  [
    "transport=websocket without an upgrade: the session lives on",
    session(async (on, path) => [
      await on.ask({ path: path.replace("polling", "websocket") }),
      await on.post(path, "40/x,"),
      await on.ask({ path }),
    ]),
  ],
  [
    "another protocol version: refused, the session lives on",
    session(async (on, path) => [
      await on.ask({ path: path.replace("EIO=4", "EIO=3") }),
      await on.post(path, "40/x,"),
      await on.ask({ path }),
    ]),
  ],
  ...["PUT", "DELETE", "PATCH", "HEAD"].map((method) => [
    `${method} on a session: the session lives on`,
    session(async (on, path) => [
      await on.ask({ method, path }),
      await on.post(path, "40/x,"),
      await on.ask({ path }),
    ]),
  ]),
  [
    "a message and its answer",
    session(async (on, path) => [await on.post(path, "40/x,"), await on.ask({ path })]),
  ],
  [
    "several answers in one body",
    session(async (on, path) => [
      await on.post(path, "40/x,\x1e40/y,\x1e40/z\u00fc,"),
      await on.ask({ path }),
    ]),
  ],
  ...[
    "gzip",
    "deflate",
    "deflate, gzip",
    "gzip;q=0, deflate",
    "br",
    "gzip;q=0.1, deflate;q=0.9",
  ].map((accepted) => [
    `a large answer to who accepts ${accepted}`,
    session(async (on, path) => [
      await on.post(path, `40/${"x".repeat(1_100)},`),
      await on.ask({ path, headers: [["Accept-Encoding", accepted]] }),
    ]),
  ]),
  [
    "a small answer to who accepts gzip",
    session(async (on, path) => [
      await on.post(path, `40/${"x".repeat(900)},`),
      await on.ask({ path, headers: [["Accept-Encoding", "gzip"]] }),
    ]),
  ],
  [
    "the second of two GETs",
    session(async (on, path) => {
      const held = await on.held({ path });
      const second = await on.ask({ path });
      return [second, await held.answer, await gone(on, path)];
    }),
  ],
  [
    "a GET that is given up",
    session(async (on, path) => {
      await on.giveUp({ path });
      return [await gone(on, path)];
    }),
  ],
  [
    "the second of two POSTs",
    session(async (on, path) => {
      const first = await on.half({ path, length: 10, body: "40/" });
      return [await on.post(path, "40/x,"), await first.answer, await gone(on, path)];
    }),
  ],
  ...["text/plain;charset=UTF-8", "application/json", "application/x-www-form-urlencoded"].map(
    (type) => [
      `POST of ${type}`,
      session(async (on, path) => [await on.post(path, "40/x,", [["Content-Type", type]])]),
    ],
  ),
  ...["application/octet-stream", "application/octet-stream; x=y"].map((type) => [
    `POST of ${type}, a GET pending`,
    session(async (on, path) => {
      const held = await on.held({ path });
      const posted = await on.post(path, "40/x,", [["Content-Type", type]]);
      // The parameter makes it another type to the reference: then the session lives on.
      return posted.status === 400
        ? [posted, await held.answer, await gone(on, path)]
        : [posted, await held.answer];
    }),
  ]),
  [
    "a body that is too large: the session lives on",
    session(async (on, path) => [
      await on.post(path, "4".repeat(1_000_001)),
      await on.post(path, "40/x,"),
      await on.ask({ path }),
    ]),
  ],
  [
    "a body in chunks",
    session(async (on, path) => [
      await on.chunks(path, ["40", "/x", ",\x1e4", "0/y,"]),
      await on.ask({ path }),
    ]),
  ],
  [
    "chunks that are too large together",
    session(async (on, path) => [
      await on.chunks(path, ["4".repeat(600_000), "4".repeat(400_001)]),
    ]),
  ],
  [
    "a body that the client asks about first",
    session(async (on, path) => await on.expecting(path, "40/x,")),
  ],
  ...["", "abc", "7", "2", "2probe", "a\x1eb"].map((body) => [
    `POST of ${JSON.stringify(body)}: ok, and the session is gone`,
    session(async (on, path) => {
      const held = await on.held({ path });
      return [await on.post(path, body), await held.answer, await gone(on, path)];
    }),
  ]),
  [
    "POST of a close",
    session(async (on, path) => {
      const held = await on.held({ path });
      return [await on.post(path, "1"), await held.answer, await gone(on, path)];
    }),
  ],
  ...["3", "3probe", "0", "5", "6"].map((body) => [
    `POST of ${JSON.stringify(body)}: tolerated`,
    session(async (on, path) => [
      await on.post(path, body),
      await on.post(path, "40/x,"),
      await on.ask({ path }),
    ]),
  ]),
  [
    "packets behind one that is none are dropped",
    session(async (on, path) => {
      const held = await on.held({ path });
      return [await on.post(path, "abc\x1e40/x,"), await held.answer, await gone(on, path)];
    }),
  ],
  [
    "a first packet that is no CONNECT",
    session(async (on, path) => {
      const held = await on.held({ path });
      return [await on.post(path, '42["x"]'), await held.answer, await gone(on, path)];
    }),
  ],
  [
    "requests in a row on one connection",
    session(async (on, path) => await on.pipelined(path, "40/x,")),
  ],
];

const origin = [["Origin", "http://a.com"]];
const preflight = [...origin, ["Access-Control-Request-Method", "POST"]];
export const kCors = [
  ["a handshake", get(kPolling, origin)],
  ["an error", get(kEngine, origin)],
  ["an unknown session", get(`${kPolling}&sid=x`, origin)],
  ["OPTIONS without an origin", ask("OPTIONS", kPolling)],
  ["a preflight", ask("OPTIONS", kPolling, preflight)],
  [
    "a preflight that asks for headers",
    ask("OPTIONS", kPolling, [...preflight, ["Access-Control-Request-Headers", "x-a, x-b"]]),
  ],
  ["a preflight of a session that is not", ask("OPTIONS", `${kPolling}&sid=x`, preflight)],
  ["Origin: null", get(kPolling, [["Origin", "null"]])],
  [
    "a message, its answer, and what is too large",
    session(async (on, path) => [
      await on.post(path, "40/x,", origin),
      await on.ask({ path, headers: origin }),
      await on.post(path, "4".repeat(1_000_001), origin),
    ]),
  ],
];

const upgrade = (more = [], without) =>
  [
    ["Connection", "Upgrade"],
    ["Upgrade", "websocket"],
    ["Sec-WebSocket-Version", "13"],
    ["Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="],
  ]
    .filter(([name]) => name !== without)
    .concat(more);
const kWebSocket = `${kEngine}&transport=websocket`;
export const kUpgrades = [
  ["a handshake", get(kWebSocket, upgrade())],
  ["a handshake from another origin", get(kWebSocket, upgrade(origin))],
  ["protocols", get(kWebSocket, upgrade([["Sec-WebSocket-Protocol", "one, two"]]))],
  ["compression", get(kWebSocket, upgrade([["Sec-WebSocket-Extensions", "permessage-deflate"]]))],
  ["an unknown session", get(`${kWebSocket}&sid=x`, upgrade()), refused("Session ID unknown")],
  ["an unknown transport", get(`${kEngine}&transport=x`, upgrade()), refused("Transport unknown")],
  [
    "no transport, from another origin",
    get(kEngine, upgrade(origin)),
    refused("Transport unknown", { "access-control-allow-origin": "http://a.com" }),
  ],
  ["POST", ask("POST", kWebSocket, upgrade()), refused("Bad handshake method")],
  ["without a key", get(kWebSocket, upgrade([], "Sec-WebSocket-Key"))],
  ["without a version", get(kWebSocket, upgrade([], "Sec-WebSocket-Version")), kVersion],
  [
    "of another version",
    get(kWebSocket, upgrade([["Sec-WebSocket-Version", "12"]], "Sec-WebSocket-Version")),
    kVersion,
  ],
];
