// dist/index.js, the ES module; dist/crema-realtime.js, the script-tag build with the official
// client inside, which Crema serves. With --test: the unit tests, into .test-build/.

import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const shared = {
  absWorkingDir: fileURLToPath(new URL(".", import.meta.url)),
  bundle: true,
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
  target: "es2022",
};

if (process.argv.includes("--test")) {
  await build({
    ...shared,
    entryPoints: readdirSync(new URL("test/", import.meta.url)).map((name) => `test/${name}`),
    outdir: ".test-build",
    outExtension: { ".js": ".mjs" },
    format: "esm",
    platform: "node",
    packages: "external",
  });
} else {
  await build({
    ...shared,
    entryPoints: ["src/index.ts"],
    outfile: "dist/index.js",
    format: "esm",
    packages: "external",
  });
  await build({
    ...shared,
    entryPoints: ["src/script_tag.ts"],
    outfile: "dist/crema-realtime.js",
    format: "iife",
    minify: true,
    platform: "browser",
  });
}
