// One real nginx in front of a port, with a `location /socket.io` of the test's own.

import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Child, run } from "./child.mjs";
import { eventually } from "./journal.mjs";
import { canConnect, freePort } from "./ports.mjs";
import { removeFolder, trackFolder } from "./scope.mjs";

const kEnv = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };

// As bench writes them. Source: frappe-realtime 10.1.
export const kBenchHeaders = {
  Upgrade: "$http_upgrade",
  Connection: '"upgrade"',
  "X-Frappe-Site-Name": "$host",
  Origin: "$scheme://$http_host",
  Host: "$host",
};

// The directives of a location that passes requests on to `port` with those headers.
export function passTo(port, headers = kBenchHeaders) {
  const set = Object.entries(headers).map(([name, value]) => `proxy_set_header ${name} ${value};`);
  return `proxy_http_version 1.1;\n${set.join("\n")}\nproxy_pass http://127.0.0.1:${port};`;
}

export class Front {
  // `location`: what stands in `location /socket.io`; empty: there is none. `tls`: by https, with a
  // certificate of its own for `name`. Sets `port`, and `certificate`: its path.
  static async start(scope, location, { tls = false, name = "localhost" } = {}) {
    const front = new Front();
    const folder = mkdtempSync(join(tmpdir(), "crema-e2e-front-"));
    trackFolder(folder);
    scope.defer("the folder of nginx", () => removeFolder(folder));
    if (tls) await front.#makeCertificate(folder, name);
    front.port = await freePort();
    const file = join(folder, "nginx.conf");
    mkdirSync(join(folder, "logs"));
    writeFileSync(file, config(folder, front.port, location, tls));
    const child = new Child("nginx", ["-p", folder, "-e", join(folder, "error.log"), "-c", file], {
      env: kEnv,
    });
    scope.defer("nginx", () => child.stop("SIGTERM"));
    await eventually("nginx listening", async () => {
      if (child.closed) throw new Error(child.stderr.entries.join("\n"));
      return canConnect(front.port);
    });
    return front;
  }

  async #makeCertificate(folder, name) {
    this.certificate = join(folder, "cert.pem");
    const made = await run("openssl", [
      ...["req", "-x509", "-days", "2", "-nodes", "-newkey", "ec"],
      ...["-pkeyopt", "ec_paramgen_curve:prime256v1"],
      ...["-subj", `/CN=${name}`, "-addext", `subjectAltName=DNS:${name}`],
      ...["-keyout", join(folder, "key.pem"), "-out", this.certificate],
    ]);
    if (made.code !== 0) throw new Error(made.stderr);
  }
}

function config(folder, port, location, tls) {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((kind) => `${kind}_temp_path ${join(folder, kind)};`)
    .join("\n");
  const certificate = tls ? "ssl_certificate cert.pem;\nssl_certificate_key key.pem;" : "";
  return `daemon off;
master_process off;
pid ${join(folder, "nginx.pid")};
events { worker_connections 64; }
http {
${temporary}
access_log off;
server {
listen 127.0.0.1:${port}${tls ? " ssl" : ""};
${certificate}
${location ? `location /socket.io {\n${location}\n}` : ""}
location / { return 404; }
}
}
`;
}
