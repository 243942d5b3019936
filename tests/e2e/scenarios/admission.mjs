// Site, namespace and origin. Source: frappe-realtime 3.1 to 3.3; `quirk` says what became of each
// row of 12 that is met here.

import assert from "node:assert/strict";

import { kSiteA, kSiteB } from "../lib/world.mjs";

const kOrigin = "Invalid origin";
const kNamespace = "Invalid namespace";
const kMissing = "Missing cookie and authorization header. Either one needed for authentication.";
const kNoMethod = "No authentication method used. Use cookie or authorization header.";
const kSite = "X-Frappe-Site-Name";

// `answer`: the CONNECT_ERROR's message; none: connected. `asks`: what the web process is asked.
const kRows = [
  { name: "the site's own page", source: "3.3" },
  { name: "a port in Origin", headers: { Origin: `http://${kSiteA}:81` }, source: "3.1" },
  { name: "another scheme", headers: { Origin: `https://${kSiteA}` }, source: "3.3, 2" },
  { name: "a path behind Origin", headers: { Origin: `https://${kSiteA}/x:y` }, source: "3.1" },
  { name: "a port in the site's header", headers: { [kSite]: `${kSiteA}:80` }, source: "3.2, 1" },
  { name: "a URL in the site's header", headers: { [kSite]: `http://${kSiteA}` }, source: "3.2" },
  { name: "no site's header: Origin names it", headers: { [kSite]: undefined }, source: "3.2, 3" },
  { name: "an empty site's header", headers: { [kSite]: "" }, source: "3.2, 3" },
  {
    name: "the default site of localhost",
    site: kSiteB,
    host: "localhost",
    headers: { [kSite]: undefined },
    source: "3.2, 2",
  },
  {
    name: "the default site of 127.0.0.1",
    site: kSiteB,
    host: "127.0.0.1",
    headers: { [kSite]: undefined },
    source: "3.2, 2",
  },
  {
    name: "another host than the site's, named by the proxy",
    host: "erp.example.com",
    source: "3.2, 1",
  },
  {
    name: "another host than the site's, named by nobody",
    host: "erp.example.com",
    headers: { [kSite]: undefined },
    answer: kNamespace,
    source: "11, 2",
  },
  {
    name: "a sibling site's namespace",
    namespace: kSiteB,
    answer: kNamespace,
    quirk: "changed",
    source: "3.3: it stops here",
  },
  { name: "no site at all", namespace: "nowhere.localhost", answer: kNamespace, source: "3.3" },
  { name: "a folder that is no site", namespace: "assets", answer: kNamespace, source: "1.4" },
  { name: "a path", namespace: `${kSiteA}/x`, answer: kNamespace, source: "1.4" },
  { name: "a path upwards", namespace: `../sites/${kSiteA}`, answer: kNamespace, source: "1.4" },
  { name: "another case", namespace: kSiteA.toUpperCase(), answer: kNamespace, source: "3.1" },
  {
    name: "a sibling's page",
    headers: { Origin: `http://${kSiteB}` },
    answer: kOrigin,
    source: "3.3",
  },
  { name: "a stranger's page", headers: { Origin: "http://evil" }, answer: kOrigin, source: "3.3" },
  { name: "a sandboxed page", headers: { Origin: "null" }, answer: kOrigin, source: "3.3" },
  { name: "an empty Origin", headers: { Origin: "" }, answer: kOrigin, source: "3.3" },
  { name: "a prefix", headers: { Origin: `http://x${kSiteA}` }, answer: kOrigin, source: "3.3" },
  { name: "a suffix", headers: { Origin: `http://${kSiteA}.x` }, answer: kOrigin, source: "3.3" },
  {
    name: "a cookie without Origin",
    headers: { Origin: undefined },
    answer: kOrigin,
    quirk: "kept",
    source: "3.3, 2",
  },
  { name: "no credential", sid: null, answer: kMissing, source: "3.3, 3" },
  {
    name: "cookies without sid",
    sid: null,
    headers: { Cookie: "system_user=yes" },
    answer: kNoMethod,
    source: "3.3, 4",
  },
  { name: "an empty sid", sid: "", answer: kNoMethod, source: "3.3, 4" },
  { name: "a quoted sid", sid: null, headers: { Cookie: `sid="alice-${kSiteA}"` }, source: "3.3" },
  {
    name: "the first of two",
    sid: null,
    headers: { Cookie: `a=b; sid=alice-${kSiteA}; sid=other` },
    source: "3.3",
  },
];

export async function admission(t, world) {
  for (const { name, answer, source, quirk, site = kSiteA, ...options } of kRows) {
    await t.test(`${name} (${source}${quirk ? `; ${quirk}` : ""})`, async () => {
      const from = world.web.requests.length;
      const client = world.open({ site, ...options });
      if (answer === undefined) {
        await client.connected();
        await client.pingPong();
      } else {
        assert.equal(await client.refused(), answer);
        assert.equal(world.web.requests.length, from, "nobody was asked");
      }
      client.close();
    });
  }
}
