// Turns the built page into C++: node embed.js DIST OUTPUT writes OUTPUT.bin, all bytes one after another,
// plain and compressed, and OUTPUT.cc, which takes that file in with the assembler's .incbin (quick to
// compile, whatever the size) and lists what stands where.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const [dist, output] = process.argv.slice(2).map((path) => resolve(path));
const types = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  ico: 'image/x-icon',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  png: 'image/png',
  svg: 'image/svg+xml',
  webmanifest: 'application/manifest+json',
};

const parts = [];
let end = 0;
/** Adds the bytes; where they stand, as C++. */
function store(bytes) {
  if (!bytes) return '{}';
  parts.push(bytes);
  end += bytes.length;
  return `Bytes(${end - bytes.length}, ${bytes.length})`;
}

/** Only if it saves something. */
function smaller(bytes, compressed) {
  return compressed.length < bytes.length * 0.95 ? compressed : undefined;
}

const files = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(dist, join(entry.parentPath ?? entry.path, entry.name)))
  .filter((name) => !name.startsWith('.'))
  .sort();
const rows = files.map((name) => {
  const bytes = readFileSync(join(dist, name));
  const type = types[name.slice(name.lastIndexOf('.') + 1)];
  if (!type) throw new Error(`${name}: no content type is known for it`);
  const etag = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
  const path = name === 'index.html' ? '/' : `/${name}`;
  const immutable = name.startsWith('assets/');
  const compressed = [gzipSync(bytes, { level: 9 }), brotli].map((one) => store(smaller(bytes, one)));
  return `    {${JSON.stringify(path)}, ${JSON.stringify(type)}, "\\"${etag}\\"", ${immutable}, ${store(bytes)},
     ${compressed.join(', ')}},`;
});

writeFileSync(`${output}.bin`, Buffer.concat(parts));
writeFileSync(
  `${output}.cc`,
  `// The page. Made by clients/web/embed.js of ${createHash('sha256').update(Buffer.concat(parts)).digest('hex')}.
#include "server/web/page_files.h"

#include <cstddef>

__asm__(
    ".section .rodata\\n"
    ".global samsyn_page_bytes\\n"
    "samsyn_page_bytes:\\n"
    ".incbin ${JSON.stringify(`${output}.bin`).replaceAll('"', '\\"')}\\n"
    ".previous\\n");
extern "C" const char samsyn_page_bytes[];

namespace samsyn::web {
namespace {

absl::string_view Bytes(size_t offset, size_t size) { return {samsyn_page_bytes + offset, size}; }

}  // namespace

absl::Span<const PageFile> PageFiles() {
  static const PageFile kFiles[] = {
${rows.join('\n')}
  };
  return kFiles;
}

}  // namespace samsyn::web
`,
);
