// A real nginx in front of the server, with the settings of its `location /socket.io` as bench and
// frappe_docker write them, http and https. Source: frappe-realtime §10.1, §10.4.

import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Child, run } from "./child.mjs";
import { eventually } from "./journal.mjs";
import { canConnect, freePort } from "./ports.mjs";
import { removeFolder, trackFolder } from "./scope.mjs";

const kAttempts = 5;
// Debian keeps nginx where only root looks.
const kEnv = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };

const kUpgrade = `
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection "upgrade";`;

// What stands in `location /socket.io` beside that.
const kFlavours = {
  bench: `
      proxy_set_header X-Frappe-Site-Name $site_name;
      proxy_set_header Origin $scheme://$http_host;
      proxy_set_header Host $host;`,
  frappe_docker: `
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $proxy_x_forwarded_proto;
      proxy_set_header X-Frappe-Site-Name $host;
      proxy_set_header Origin $proxy_x_forwarded_proto://$host;
      proxy_set_header Host $host;`,
};
export const kFronts = Object.keys(kFlavours).flatMap((flavour) =>
  ["http", "https"].map((scheme) => ({ flavour, scheme })),
);

export class Nginx {
  // In front of `server` ({port}, or {path} of a Unix socket) for the sites.
  static async start(scope, server, sites) {
    const nginx = new Nginx();
    nginx.folder = mkdtempSync(join(tmpdir(), "crema-e2e-nginx-"));
    trackFolder(nginx.folder);
    scope.defer("the folder of nginx", () => removeFolder(nginx.folder));
    scope.defer("nginx", () => nginx.#child?.stop("SIGTERM"));
    await nginx.#makeCertificate(sites);
    for (let attempt = 1; ; ++attempt) {
      try {
        await nginx.#start(server, sites);
        return nginx;
      } catch (error) {
        if (attempt === kAttempts) throw error;
      }
    }
  }

  // Where a client connects for that flavour and scheme, as Client.open takes it.
  front({ flavour, scheme }) {
    const tls = scheme === "https" ? { ca: this.certificate } : {};
    return { port: this.ports.get(`${flavour} ${scheme}`), scheme, tls };
  }

  #child;

  async #makeCertificate(sites) {
    const names = sites.map((site) => `DNS:${site}`).join(",");
    const subject = ["-subj", `/CN=${sites[0]}`, "-addext", `subjectAltName=${names}`];
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    const files = ["-keyout", join(this.folder, "key.pem"), "-out", join(this.folder, "cert.pem")];
    const made = await run("openssl", ["req", "-x509", "-days", "2", ...key, ...subject, ...files]);
    if (made.code !== 0) throw new Error(`openssl: ${made.stderr}`);
    this.certificate = readFileSync(join(this.folder, "cert.pem"));
  }

  // Another process may take one of the ports first; then this fails and is tried again.
  async #start(server, sites) {
    const { folder } = this;
    this.ports = new Map();
    for (const { flavour, scheme } of kFronts)
      this.ports.set(`${flavour} ${scheme}`, await freePort());
    mkdirSync(join(folder, "logs"), { recursive: true });
    writeFileSync(join(folder, "nginx.conf"), this.#config(server, sites));
    const options = ["-p", folder, "-e", join(folder, "logs", "error.log")];
    this.#child = new Child("nginx", [...options, "-c", join(folder, "nginx.conf")], { env: kEnv });
    let ended;
    this.#child.exited.then(() => (ended = this.#child.stderr.entries.join("\n")));
    await eventually("nginx listening", async () => {
      if (ended !== undefined) return true;
      const reached = [...this.ports.values()].map((port) => canConnect(port));
      return (await Promise.all(reached)).every(Boolean);
    });
    if (ended !== undefined) throw new Error(`nginx ended: ${ended}`);
  }

  // One process, which ends when it is told to.
  #config({ port, path }, sites) {
    const upstream = path ? `unix:${path}` : `127.0.0.1:${port}`;
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
      .map((name) => `  ${name}_temp_path ${join(this.folder, name)};`)
      .join("\n");
    return `
daemon off;
master_process off;
pid ${join(this.folder, "nginx.pid")};
events { worker_connections 512; }
http {
${temporary}
  access_log off;
  sendfile on;
  keepalive_timeout 15;
  client_max_body_size 50m;
  client_body_buffer_size 16K;
  client_header_buffer_size 1k;
  gzip on;
  gzip_http_version 1.1;
  gzip_comp_level 5;
  gzip_min_length 256;
  gzip_proxied any;
  gzip_vary on;
  gzip_types application/json text/css text/plain;
  map $host $site_name {
${sites.map((site) => `    ${site} ${site};`).join("\n")}
    default $host;
  }
  map $http_x_forwarded_proto $proxy_x_forwarded_proto {
    default $scheme;
    https https;
  }
  upstream bench-socketio-server { server ${upstream} fail_timeout=0; }
${kFronts.map((front) => this.#serverBlock(front, sites)).join("")}
}
`;
  }

  #serverBlock({ flavour, scheme }, sites) {
    const tls = `ssl_certificate cert.pem;
    ssl_certificate_key key.pem;`;
    return `
  server {
    listen 127.0.0.1:${this.ports.get(`${flavour} ${scheme}`)}${scheme === "https" ? " ssl" : ""};
    server_name ${sites.join(" ")};
    ${scheme === "https" ? tls : ""}
    proxy_buffer_size 128k;
    proxy_buffers 4 256k;
    proxy_busy_buffers_size 256k;
    add_header X-Content-Type-Options nosniff;
    location /socket.io {${kUpgrade}${kFlavours[flavour]}
      proxy_pass http://bench-socketio-server;
    }
  }`;
  }
}
