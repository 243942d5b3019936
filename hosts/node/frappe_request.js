// socket.frappe_request: a fetch of the web process, as the socket's user.
// Source: spec/frappe-realtime.md 8.1; docs/protocol/apphost.md, "Requests to the web process".
"use strict";

// `args` become the query; `opts` are fetch's, and their headers are kept. Resolves to fetch's
// Response, rejects as fetch does.
function frappeRequest(socket, path, args = {}, opts = {}) {
  socket.host.reach(socket.nsp);
  const url = new URL(path, socket.host.web);
  if (url.origin !== new URL(socket.host.web).origin) {
    throw new TypeError(`frappe_request is for the site's own paths, got ${path}`);
  }
  for (const [key, value] of new URLSearchParams(args ?? {})) url.searchParams.append(key, value);
  const headers = new Headers(opts?.headers);
  headers.set("X-Frappe-Site-Name", socket.site_name);
  if (socket.authorization_header) {
    if (!headers.has("Authorization")) headers.set("Authorization", socket.authorization_header);
  } else if (socket.sid && !headers.has("Cookie")) {
    headers.set("Cookie", `sid=${encodeURIComponent(socket.sid)}`);
  }
  return fetch(url, { ...opts, headers });
}

module.exports = { frappeRequest };
