// Bundles src/ into the Python package; `make html` runs it. The first line of report.js names the sources it was
// built from, so that a test can tell a stale bundle without Node.js.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const target = "../harness/reporters/html/";
const sources = ["build.mjs", "package-lock.json", "package.json", ...readdirSync("src").map((name) => `src/${name}`)];
const hash = createHash("sha256");
for (const name of sources.sort()) hash.update(`${name}\n`).update(readFileSync(name));
const licence = readFileSync("node_modules/preact/LICENSE", "utf8").trim();
const version = JSON.parse(readFileSync("node_modules/preact/package.json", "utf8")).version;
const banner = `/* sources ${hash.digest("hex")}, built by \`make html\` from frontend/ */
/* Holds Preact ${version} (preactjs.com):\n${licence}\n*/`;

const bundled = await build({
  entryPoints: ["src/main.tsx", "src/report.css"],
  outdir: "out",
  bundle: true,
  write: false,
  minify: true,
  charset: "ascii",
  format: "iife",
  target: ["chrome111", "firefox113", "safari16.4"],
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "none",
});
for (const { path, text } of bundled.outputFiles) {
  const isScript = path.endsWith(".js");
  const out = isScript ? `${banner}\n${text}` : text;
  if (/<\/(script|style)|<!--/i.test(out)) throw new Error(`${path} would end the element it is inlined in`);
  writeFileSync(target + (isScript ? "report.js" : "report.css"), out);
  console.log(path.split("/").pop(), out.length);
}
