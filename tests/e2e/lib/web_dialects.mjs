// What Frappe's web process answers a realtime process, as data: one table per version. The first
// row whose `route` and `when` fit answers. "$user", "$user_type" and "$apps" stand for the user's.
// Each row cites the line of frappe-realtime that it repeats.

const kHtml404 = "<html><head><title>Not Found</title></head><body>Not Found</body></html>\n";
const kPermissionError = { exc_type: "PermissionError", exception: "PermissionError" };

// What every version has in common.
const kUnknownSite = {
  route: "*",
  when: "no such site",
  status: 404,
  html: kHtml404,
  source: "3.5: HTML body (404/502 page)",
};
const kBadToken = {
  route: "*",
  when: "bad token",
  status: 401,
  body: { exc_type: "AuthenticationError" },
  source: "3.7: a bad token HTTP 401",
};
const kElsewhere = {
  route: "*",
  when: "always",
  status: 417,
  body: { exc_type: "ValidationError", exception: "Failed to get method for command" },
  source: "12: has_permission 404/417 => V15 endpoints",
};

export const kVersion15 = {
  name: "15",
  module: "15.84.0",
  // Where the session id is looked for. Source: 3.4: query `sid=<sid>` or header `Authorization`.
  session: "query",
  permissionRoutes: { doctype: "can_subscribe_doctype", doc: "can_subscribe_doc" },
  // The argument that names the document. Source: 4.3.
  nameArgument: "docname",
  secret: "none",
  rows: [
    kUnknownSite,
    kBadToken,
    {
      route: "get_user_info",
      when: "always",
      status: 200,
      body: { message: { user: "$user", user_type: "$user_type" } },
      source: "3.5: user and user_type; installed_apps from V16d on. 3.7: an expired sid is Guest",
    },
    {
      route: "can_subscribe_doctype",
      when: "readable",
      status: 200,
      body: { message: true },
      source: "4.3: V14/V15 return true",
    },
    {
      route: "can_subscribe_doctype",
      when: "always",
      status: 403,
      body: kPermissionError,
      source: "4.3: raise PermissionError (403) unless read allowed",
    },
    {
      route: "can_subscribe_doc",
      when: "readable",
      status: 200,
      body: { message: true },
      source: "4.3: V14/V15 return true",
    },
    {
      route: "can_subscribe_doc",
      when: "always",
      status: 403,
      body: kPermissionError,
      source: "4.3: raise PermissionError (403) unless read allowed",
    },
    kElsewhere,
  ],
};

export const kVersion16 = {
  name: "16",
  module: "16.0.0",
  // Source: 3.4: header `Authorization` or header `Cookie: sid=<decoded sid>`.
  session: "cookie",
  permissionRoutes: { doctype: "has_permission", doc: "has_permission" },
  nameArgument: "name",
  secret: "checked",
  rows: [
    kUnknownSite,
    kBadToken,
    {
      route: "get_user_info",
      when: "wrong secret",
      status: 200,
      body: { message: {} },
      source: "3.7: {} on secret mismatch; 3.6: only get_user_info checks it",
    },
    {
      route: "get_user_info",
      when: "always",
      status: 200,
      body: { message: { user: "$user", user_type: "$user_type", installed_apps: "$apps" } },
      source: "3.5; 3.7: plus installed_apps",
    },
    {
      route: "has_permission",
      when: "readable",
      status: 200,
      body: { message: true },
      source: "4.3: JSON message truthy",
    },
    {
      route: "has_permission",
      when: "always",
      status: 403,
      body: kPermissionError,
      source: "4.3: one has_permission, guest-callable, throws => 403",
    },
    kElsewhere,
  ],
};

// develop asks and answers as 16 does. Source: 0.1, 3.4: V16 / V17N.
export const kDevelop = { ...kVersion16, name: "develop", module: "17.0.0-dev" };

export const kDialects = [kVersion15, kVersion16, kDevelop];
