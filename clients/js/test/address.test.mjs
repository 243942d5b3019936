import assert from "node:assert/strict";
import test from "node:test";

import { addressOf, clientOptions } from "../src/address.ts";

// Runs `check` as if on a page with these globals.
function onPage(globals, check) {
  const before = Object.fromEntries(Object.keys(globals).map((key) => [key, globalThis[key]]));
  Object.assign(globalThis, globals);
  try {
    check();
  } finally {
    Object.assign(globalThis, before);
  }
}

const at = (origin) => ({ origin, hostname: new URL(origin).hostname });
const boot = (values) => ({ boot: { sitename: "site1", ...values } });

test("the page's own origin, whatever its scheme and port, and its site", () => {
  for (const origin of ["https://erp.example.com", "http://10.0.0.7:8080", "https://h:8443"]) {
    onPage({ location: at(origin), frappe: boot() }, () => {
      assert.equal(addressOf({}), `${origin}/site1`);
      assert.equal(addressOf({ site: "other" }), `${origin}/other`);
    });
  }
});

test("without a boot the site is the page's site_name, else its host", () => {
  onPage({ location: at("http://crm.localhost:8000"), frappe: undefined, site_name: "a" }, () => {
    assert.equal(addressOf({}), "http://crm.localhost:8000/a");
  });
  onPage({ location: at("http://crm.localhost:8000"), frappe: undefined }, () => {
    assert.equal(addressOf({}), "http://crm.localhost:8000/crm.localhost");
  });
});

test("a page of bench without nginx takes the port of socketio", () => {
  const page = { location: at("http://site1:8000"), frappe: boot(), dev_server: 1 };
  onPage(page, () => {
    assert.equal(addressOf({}), "http://site1:9000/site1");
    assert.equal(addressOf({}, 9010), "http://site1:9010/site1");
    assert.equal(addressOf({ port: 9020 }, 9010), "http://site1:9020/site1");
  });
  onPage({ ...page, frappe: boot({ socketio_port: "9005" }) }, () => {
    assert.equal(addressOf({}, 9010), "http://site1:9005/site1");
  });
});

test("url and port as given, for programs too", () => {
  onPage({ location: undefined, frappe: undefined, dev_server: undefined }, () => {
    const options = { url: "https://erp.example.com", port: 444, site: "s" };
    assert.equal(addressOf(options), "https://erp.example.com:444/s");
    assert.throws(() => addressOf({}), /createRealtime\({ url }\)/);
  });
});

test("a token becomes the header that Frappe reads", () => {
  const header = (token) => clientOptions({ token }).extraHeaders?.Authorization;
  assert.equal(header("key:secret"), "token key:secret");
  assert.equal(header("Bearer abc"), "Bearer abc");
  assert.equal(header(undefined), undefined);
});
