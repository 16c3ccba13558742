// What an ordinary page loads, gzipped, against its budget of 90 kB (scripts and styles; fonts are told apart).
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const dist = new URL("../../oneplan/static/dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("manifest.json", dist)));
const read = (file) => readFileSync(new URL(file, dist));
const zipped = (file) => gzipSync(read(file), { level: 9 }).length / 1000;
const entry = manifest["src/main.ts"];
const main = [entry.file, ...(entry.css ?? []), ...(entry.imports ?? []).map((name) => manifest[name].file)];
const fonts = (entry.assets ?? []).filter((name) => name.endsWith(".woff2"));
const total = main.reduce((sum, file) => sum + zipped(file), 0);
for (const file of main) console.log(`${zipped(file).toFixed(1).padStart(7)} kB  ${file}`);
for (const file of fonts) console.log(`${(read(file).length / 1000).toFixed(1).padStart(7)} kB  ${file} (font, loaded when its letters occur)`);
for (const [name, chunk] of Object.entries(manifest))
  if (chunk.isDynamicEntry) console.log(`${zipped(chunk.file).toFixed(1).padStart(7)} kB  ${chunk.file} (only where ${name} is needed)`);
console.log(`${total.toFixed(1).padStart(7)} kB  ordinary page, budget 90 kB`);
process.exitCode = total > 90 ? 1 : 0;
