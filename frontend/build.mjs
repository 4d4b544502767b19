// Bundles the sheets, the scripts and the icons. Usage: node build.mjs [folder]
// Prefer `python frontend/build.py`, which finds Node, installs what is locked and skips
// the work when nothing changed.
import { build } from "esbuild";
import { readFile, writeFile, mkdir } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? join(here, "../src/xiangyue/site/static/bundle"));

// Old phones inside WeChat and old desktops: what they run sets the targets.
const target = ["chrome78", "safari13", "firefox78"];

/** One <symbol> per line of icons.txt (`name` or `name = name of the drawing`), and ours. */
async function sprite() {
  const drawings = join(here, "node_modules/@tabler/icons/icons/outline");
  const lines = (await readFile(join(here, "icons.txt"), "utf8")).split("\n");
  const symbols = new Map();
  for (const line of lines) {
    const [name, drawing = name] = line.replace(/#.*/, "").split("=").map((part) => part.trim());
    if (!name) continue;
    const svg = await readFile(join(drawings, `${drawing}.svg`), "utf8");
    const shapes = svg
      .replace(/^[\s\S]*?<svg[\s\S]*?>/, "")
      .replace("</svg>", "")
      .replace(/<path stroke="none"[^>]*>/g, "")
      .replace(/\s+/g, " ")
      .replace(/ ?\/>/g, "/>")
      .replace(/> </g, "><")
      .trim();
    if (symbols.has(name)) throw new Error(`icons.txt names ${name} twice`);
    symbols.set(name, `<symbol id="${name}" viewBox="0 0 24 24">${shapes}</symbol>`);
  }
  const own = await readFile(join(here, "icons-own.svg"), "utf8");
  const ours = own.match(/<symbol[\s\S]*?<\/symbol>/g).map((one) => one.replace(/\s+/g, " "));
  const all = [...symbols.values(), ...ours].join("");
  return `<svg xmlns="http://www.w3.org/2000/svg">${all}</svg>`;
}

await mkdir(out, { recursive: true });
await build({
  absWorkingDir: here,
  entryPoints: ["css/phone.css", "css/desk.css", "css/map.css", "css/wall.css", "js/phone.js", "js/desk.js", "js/map.js", "js/secret.js", "js/worker.js"],
  entryNames: "[name]",
  outdir: out,
  bundle: true,
  minify: true,
  format: "iife",
  charset: "utf8",
  legalComments: "none",
  target,
  supported: { destructuring: true }, // Safari 13 fails only on shapes of it not used here
  loader: { ".png": "dataurl", ".svg": "dataurl" },
  logLevel: "warning",
});
await writeFile(join(out, "icons.svg"), await sprite());

for (const name of ["phone.css", "phone.js", "desk.css", "desk.js", "map.css", "wall.css", "map.js", "secret.js", "worker.js", "icons.svg"]) {
  const bytes = await readFile(join(out, name));
  const packed = gzipSync(bytes, { level: 9 }).length;
  console.log(`  ${name.padEnd(10)} ${String(bytes.length).padStart(7)} bytes ${String(packed).padStart(6)} gzip`);
}
