// First load of the page, compressed: what the browser needs before a view can be seen, and the largest of the
// views that people begin at. Prints all sizes and fails above the limit: node web_size.js DIST
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';

const LIMIT_KB = 80;
const HOMES = ['Lage', 'Falt', 'Skarm', 'Atkomstlogg'];
const dist = process.argv[2];
const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8'));
const sizes = new Map();
const kb = (bytes) => (bytes / 1000).toFixed(1).padStart(6);

function size(file) {
  if (!sizes.has(file)) sizes.set(file, brotliCompressSync(readFileSync(join(dist, file))).length);
  return sizes.get(file);
}

/** The files that a chunk needs at once: itself, its styles, what it imports. */
function needs(key, found = new Set()) {
  const chunk = manifest[key];
  if (found.has(chunk.file)) return found;
  found.add(chunk.file);
  for (const style of chunk.css ?? []) found.add(style);
  for (const imported of chunk.imports ?? []) needs(imported, found);
  return found;
}

const total = (files) => [...files].reduce((sum, file) => sum + size(file), 0);
const start = needs('index.html');
start.add('index.html');
console.log(`${kb(total(start))} kB  the start`);
let worst = 0;
for (const [key, chunk] of Object.entries(manifest)) {
  if (!chunk.isDynamicEntry) continue;
  const own = [...needs(key)].filter((file) => !start.has(file));
  console.log(`${kb(total(own))} kB  ${key}`);
  if (HOMES.some((name) => key.endsWith(`/${name}.svelte`))) worst = Math.max(worst, total(own));
}
const first = total(start) + worst;
console.log(`${kb(first)} kB  first load with the largest view to begin at; at most ${LIMIT_KB} kB`);
if (first > LIMIT_KB * 1000) process.exit(1);
