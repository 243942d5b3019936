// socket.has_permission: Frappe's own never settles when denied. Source: spec/frappe-realtime.md 8.1.
"use strict";

// A handler that only wrote `.then(…)` for the good case did nothing wrong: that this went
// unhandled is not reported.
class PermissionDenied extends Error {
  constructor(doctype, name) {
    super(`not permitted to read ${doctype}${name ? ` ${name}` : ""}`);
    this.name = "PermissionDenied";
  }
}

// Resolves to true, or rejects with PermissionDenied; with another Error when nobody could say.
function askPermission(socket, doctype, name) {
  const asked = socket.host
    .ask(socket.nsp, {
      type: "permission",
      socket: socket.id,
      doctype: String(doctype ?? ""),
      name: name === undefined || name === null ? "" : String(name),
    })
    .then(({ allowed, error }) => {
      if (allowed) return true;
      throw error
        ? new Error(`Can't check permissions: ${error}`)
        : new PermissionDenied(doctype, name);
    });
  asked.catch(() => {});
  return asked;
}

module.exports = { PermissionDenied, askPermission };
