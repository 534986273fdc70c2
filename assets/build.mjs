// Builds the front end into $CANDOUR_UI_OUT (dist/ when not set). No network, no globals; Node 20 or newer.
// Output: files named by their content, .br and .gz beside the text ones, and manifest.txt ("name hashed-name" a line).
import { compile } from "sass";
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const out = process.env.CANDOUR_UI_OUT ?? join(here, "dist");
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const manifest = [];

/** Writes one file under a name that changes with its content, compressed too unless it already is. */
function emit(name, content) {
  const body = Buffer.from(content);
  const dot = name.lastIndexOf(".");
  const digest = createHash("sha256").update(body).digest("hex").slice(0, 12);
  const hashed = `${name.slice(0, dot)}.${digest}${name.slice(dot)}`;
  writeFileSync(join(out, hashed), body);
  if (!name.endsWith(".woff2")) {
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: body.length };
    const br = brotliCompressSync(body, { params });
    const gz = gzipSync(body, { level: 9 });
    if (br.length < body.length) writeFileSync(join(out, `${hashed}.br`), br);
    if (gz.length < body.length) writeFileSync(join(out, `${hashed}.gz`), gz);
  }
  manifest.push(`${name} ${hashed}`);
  return hashed;
}

async function minified(contents, loader, target) {
  const result = await build({ stdin: { contents, loader }, minify: true, write: false, target, legalComments: "none", logLevel: "warning" });
  return result.outputFiles[0].text;
}

// 1. The stylesheet. Files it names are emitted first. What belongs to GOV.UK alone is refused.
let css = compile(join(here, "scss/app.scss"), { style: "expanded", quietDeps: true, loadPaths: [here] }).css;
const icons = join(modules, "@ministryofjustice/frontend/moj/assets");
const fonts = {
  "atkinson-next.woff2": join(modules, "@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-normal.woff2"),
};
for (const url of new Set([...css.matchAll(/url\("?([^")]+)"?\)/g)].map((match) => match[1]))) {
  if (/crown|crest|govuk|logotype/i.test(url)) throw new Error(`${url}: crown and crest artwork may not be used outside GOV.UK`);
  const hashed = emit(url.split("/").pop(), readFileSync(fonts[url] ?? join(icons, url)));
  css = css.replaceAll(`url("${url}")`, `url("${hashed}")`).replaceAll(`url(${url})`, `url("${hashed}")`);
}
if (css.includes("GDS Transport")) throw new Error("GDS Transport may not be used outside GOV.UK");
emit("app.css", await minified(css, "css", ["chrome100", "firefox100", "safari15.4"]));

// 2. The scripts.
const app = await build({ entryPoints: [join(here, "js/app.mjs")], bundle: true, minify: true, format: "iife", target: "es2020", write: false, legalComments: "none", logLevel: "warning", nodePaths: [modules] });
emit("app.js", app.outputFiles[0].text);
emit("boot.js", await minified(readFileSync(join(here, "js/boot.js"), "utf8"), "js", "es2020"));
emit("mark.svg", readFileSync(join(here, "static/mark.svg")));

// 3. The licences of what ends up in the binary. Two packages leave their licence's text out: it stands in static/.
const mit = readFileSync(join(here, "static/mit.txt"), "utf8");
const licences = [
  ["govuk-frontend", () => `Copyright (C) 2017 Crown Copyright (Government Digital Service)\n\n${mit}`],
  ["@ministryofjustice/frontend", () => `Copyright (c) 2021 dxw\n\n${mit}`],
  ["@fontsource-variable/atkinson-hyperlegible-next", (folder) => readFileSync(join(folder, "LICENSE"), "utf8")],
].map(([name, text]) => {
  const folder = join(modules, name);
  const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return `${name} ${about.version} (${about.license})\n\n${text(folder)}`;
});
emit("licences.txt", licences.join("\n----\n\n"));

writeFileSync(join(out, "manifest.txt"), `${manifest.join("\n")}\n`);
