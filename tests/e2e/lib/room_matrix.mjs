// Three users on two sites over three transports, and who of these 18 gets what. Shared by the
// tests that run it against one shard and against several.

import assert from "node:assert/strict";

import { kModes } from "./clients.mjs";
import { kAlice, kBob, kGuest, kSiteA, kSiteB } from "./world.mjs";

const kSites = [kSiteA, kSiteB];
const kUsers = [kAlice, kBob, kGuest];

export class RoomMatrix {
  static async connect(world) {
    const matrix = new RoomMatrix();
    matrix.world = world;
    const combinations = kSites.flatMap((site) =>
      kUsers.flatMap((user) => kModes.map((mode) => ({ site, user, mode }))),
    );
    matrix.members = await Promise.all(
      combinations.map(async (wanted) => ({ ...wanted, client: await world.connect(wanted) })),
    );
    return matrix;
  }

  get clients() {
    return this.members.map(({ client }) => client);
  }

  select(predicate) {
    return this.members.filter(predicate);
  }

  // Publishes one event and fails unless exactly the members that `expected` accepts got it, once.
  async reaches({ site, room, event = "matrix", message = { room } }, expected) {
    const received = await this.world.deliveries(this.clients, () => {
      return this.world.redis.publish({ site, room, event, message });
    });
    const wanted = this.members.map((member) => [
      member.client.name,
      expected(member) ? [[event, message]] : [],
    ]);
    assert.deepEqual(received, Object.fromEntries(wanted));
  }

  // Emits an event from every member that `predicate` accepts, and waits until the server has seen
  // it.
  async emitFrom(predicate, event, ...args) {
    const chosen = this.select(predicate);
    for (const { client } of chosen) client.emit(event, ...args);
    await Promise.all(chosen.map(({ client }) => client.pingPong()));
  }
}

// The subtests of a whole matrix.
export async function checkRooms(t, world) {
  const matrix = await RoomMatrix.connect(world);
  const onA = ({ site }) => site === kSiteA;
  const publishTo = (room) => ({ site: kSiteA, room });

  await t.test("each mode uses the transport it names", () => {
    for (const { mode, client } of matrix.members) {
      assert.equal(client.transport, mode === "polling" ? "polling" : "websocket", client.name);
    }
  });
  await t.test("user: reaches that user's sockets on that site only", async () => {
    for (const user of kUsers) {
      await matrix.reaches(publishTo(`user:${user}`), (m) => onA(m) && m.user === user);
    }
  });
  await t.test("website reaches everyone of the site, all its System Users", async () => {
    await matrix.reaches(publishTo("website"), onA);
    await matrix.reaches(publishTo("all"), (m) => onA(m) && m.user === kAlice);
  });
  await t.test("a room nobody is in, or a site nobody is on, reaches nobody", async () => {
    await matrix.reaches(publishTo("user:carol@example.com"), () => false);
    await matrix.reaches({ site: "c.localhost", room: "website" }, () => false);
  });
  await t.test("a falsy room reaches every socket of every site", async () => {
    for (const room of [null, "", undefined])
      await matrix.reaches({ room, message: "built" }, () => true);
  });
  await t.test("an array of rooms reaches their union, each socket once", async () => {
    const room = ["website", "all", `user:${kAlice}`];
    await matrix.reaches(publishTo(room), onA);
    const two = [`user:${kBob}`, "all"];
    await matrix.reaches(publishTo(two), (m) => onA(m) && m.user !== kGuest);
  });
  await t.test("a task room reaches its subscribers until they leave it", async () => {
    for (const [join, user] of [
      ["task_subscribe", kBob],
      ["progress_subscribe", kGuest],
    ]) {
      const member = (m) => onA(m) && m.user === user;
      await matrix.emitFrom(member, join, "task-1");
      await matrix.reaches(publishTo("task_progress:task-1"), member);
      await matrix.emitFrom(member, "task_unsubscribe", "task-1");
      await matrix.reaches(publishTo("task_progress:task-1"), () => false);
    }
  });
  await t.test("doctype: and doc: reach who may read and asked", (t) =>
    checkPermissions(t, matrix),
  );
  await t.test("no socket was disturbed", () => {
    for (const client of matrix.clients) assert.deepEqual(client.disturbances, [], client.name);
  });
}

// Everybody asks on both sites; alice on a.localhost is the only one who may.
async function checkPermissions(t, matrix) {
  const { world } = matrix;
  const cases = [
    { kind: "doctype", args: ["Sales Order"], room: "doctype:Sales Order" },
    { kind: "doc", args: ["Task", "T/0 ünï 1"], room: "doc:Task/T/0 ünï 1" },
  ];
  for (const { kind, args, room } of cases) {
    await t.test(kind, async () => {
      world.web.allow(kSiteA, kAlice, ...args);
      const from = world.web.requests.length;
      await Promise.all(matrix.clients.filter(isOther).map((c) => denied(world, c, kind, args)));
      await Promise.all(
        matrix.select(isAlice).map(({ client }) => {
          return world.subscribe(client, room, `${kind}_subscribe`, ...args);
        }),
      );
      await matrix.reaches({ site: kSiteA, room }, isAlice);
      await matrix.reaches({ site: kSiteB, room }, () => false);
      const { dialect } = world;
      checkAsked(world.web.asked(dialect.permissionRoutes[kind], from), args, dialect);
      await matrix.emitFrom(isAlice, `${kind}_unsubscribe`, ...args);
      await matrix.reaches({ site: kSiteA, room }, () => false);
    });
  }

  function isAlice({ site, user }) {
    return site === kSiteA && user === kAlice;
  }
  function isOther(client) {
    return !matrix.select(isAlice).some((member) => member.client === client);
  }
}

// Emits a subscription that the web process refuses. Another one, for a doctype of the client's own
// that it may read, is waited for after the refusal, so that the refusal has been dealt with as
// well.
async function denied(world, client, kind, args) {
  const { user } = Object.values(world.web.users[client.site])
    .map((u) => ({ user: u.name }))
    .find(({ user }) => client.name.startsWith(`${user.split("@")[0]} `));
  const refused = ({ route, query, site, user: asker, status }) =>
    route === world.dialect.permissionRoutes[kind] &&
    query.doctype === args[0] &&
    site === client.site &&
    asker === user &&
    status === 403;
  client.emit(`${kind}_subscribe`, ...args);
  await world.web.answers.wait(refused, `a refusal of ${args} for ${client.name}`);
  const own = `Own ${client.name} ${kind}`;
  world.web.allow(client.site, user, own);
  await world.subscribe(client, `doctype:${own}`, "doctype_subscribe", own);
}

function checkAsked(requests, [doctype, name = ""], { nameArgument }) {
  const ours = requests.filter(({ query }) => query.doctype === doctype);
  assert.ok(ours.length > 0);
  for (const { method, query, headers, site, host } of ours) {
    assert.equal(method, "GET");
    assert.equal(query[nameArgument] ?? "", name);
    assert.equal(host, site);
    assert.equal(headers["x-frappe-site-name"], site);
  }
}
