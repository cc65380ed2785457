/**
 * JavaScript (gzip) that a student's page needs before it shows something: the entry, the
 * page and all that they import statically. Fails above the limit. Run after the build.
 */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const LIMIT = 40 * 1024;
const ROUTES = {
  '/join/:code': ['src/student/JoinPage.svelte'],
  '/class/:code': ['src/student/ClassPage.svelte'],
};
const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));

function collect(key, found = new Map()) {
  const chunk = manifest[key];
  if (!chunk) throw new Error(`${key} is not in the build`);
  if (found.has(chunk.file)) return found;
  found.set(chunk.file, gzipSync(readFileSync(new URL(chunk.file, dist)), { level: 9 }).length);
  for (const name of chunk.imports ?? []) collect(name, found);
  return found;
}

let failed = false;
for (const [route, pages] of Object.entries(ROUTES)) {
  const files = collect('index.html');
  for (const page of pages) collect(page, files);
  const total = [...files.values()].reduce((sum, bytes) => sum + bytes, 0);
  failed ||= total > LIMIT;
  console.log(`${route}: ${total} of ${LIMIT} bytes gzip`);
  for (const [file, bytes] of files) console.log(`  ${String(bytes).padStart(6)}  ${file}`);
}
if (failed) {
  console.error('Too much JavaScript before the first step.');
  process.exit(1);
}
