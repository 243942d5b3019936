// A bench folder with the files that a realtime process reads.

import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { removeFolder, trackFolder } from "./scope.mjs";

export class Bench {
  // `config` becomes sites/common_site_config.json. Without `version` nothing tells which Frappe
  // it has.
  static create(scope, { sites, config, version }) {
    const bench = new Bench();
    bench.path = mkdtempSync(join(tmpdir(), "crema-e2e-bench-"));
    trackFolder(bench.path);
    scope.defer("the bench folder", () => removeFolder(bench.path));
    for (const folder of ["config", "logs", "sites/assets", "apps/frappe/frappe"]) {
      mkdirSync(join(bench.path, folder), { recursive: true });
    }
    if (version) bench.write("apps/frappe/frappe/__init__.py", `__version__ = "${version}"\n`);
    bench.write("sites/apps.txt", "frappe\n");
    for (const site of sites) bench.addSite(site);
    bench.writeConfig(config);
    return bench;
  }

  get adminSocket() {
    return join(this.path, "config", "crema.sock");
  }

  addSite(site) {
    mkdirSync(join(this.path, "sites", site), { recursive: true });
    const config = { db_name: `_${site.replace(/\W/g, "_")}`, db_password: "not-used" };
    this.write(`sites/${site}/site_config.json`, JSON.stringify(config, null, 1));
  }

  // Returns the file's path.
  addHandlers(app, text, file = "realtime/handlers.js") {
    const path = join(this.path, "apps", app, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  writeConfig(config) {
    this.write("sites/common_site_config.json", JSON.stringify(config, null, 1));
  }

  read(relative) {
    return readFileSync(join(this.path, relative), "utf8");
  }

  write(relative, text) {
    writeFileSync(join(this.path, relative), text);
  }
}
