// A certificate authority of the tests' own, and certificates that it has signed.

import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { run } from "./child.mjs";
import { removeFolder, trackFolder } from "./scope.mjs";

const kKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];

export class Authority {
  static async create(scope) {
    const authority = new Authority();
    authority.folder = mkdtempSync(join(tmpdir(), "crema-e2e-ca-"));
    trackFolder(authority.folder);
    scope.defer("the certificates", () => removeFolder(authority.folder));
    await authority.#make("ca", ["-subj", "/CN=crema tests", "-addext", "keyUsage=keyCertSign"]);
    return authority;
  }

  // The file to trust.
  get file() {
    return join(this.folder, "ca.pem");
  }

  // `names`: as in a subjectAltName, "DNS:localhost", "IP:127.0.0.1". Paths and their contents.
  async issue(...names) {
    const name = `leaf-${names.join("-").replace(/\W/g, "_")}`;
    const signed = ["-CA", this.file, "-CAkey", join(this.folder, "ca.key")];
    const leaf = ["-subj", "/CN=leaf", "-addext", `subjectAltName=${names.join(",")}`];
    const { key, certificate } = await this.#make(name, [
      ...signed,
      ...leaf,
      "-addext",
      "basicConstraints=critical,CA:FALSE",
    ]);
    return { key, certificate, tls: { key: readFileSync(key), cert: readFileSync(certificate) } };
  }

  async #make(name, more) {
    const key = join(this.folder, `${name}.key`);
    const certificate = join(this.folder, `${name}.pem`);
    const files = ["-keyout", key, "-out", certificate];
    const made = await run("openssl", ["req", "-x509", ...kKey, ...files, ...more]);
    if (made.code !== 0) throw new Error(`openssl: ${made.stderr}`);
    return { key, certificate };
  }
}
