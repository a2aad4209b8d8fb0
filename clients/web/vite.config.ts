// How the page is built: one entry, a chunk a view, the map in its own, hashed names, nothing inline.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';
import { icons } from './icons.ts';
import { serviceWorker } from './service-worker.ts';

// `npm run dev` shows the sources live against a running samsynd.
const server = { target: process.env.SAMSYN_WEB ?? 'http://127.0.0.1:8080', changeOrigin: false };

/** The page speaks binary only: the JSON half of the protobuf library would be a tenth of the first load. */
function withoutProtobufJson(): Plugin {
  const names = {
    'from-json': ['fromJson', 'fromJsonString', 'mergeFromJson', 'mergeFromJsonString', 'enumFromJson', 'isEnumJson'],
    'to-json': ['toJson', 'toJsonString', 'enumToJson'],
  };
  return {
    name: 'without-protobuf-json',
    apply: 'build',
    load(id) {
      const file = /@bufbuild\/protobuf\/dist\/esm\/(from-json|to-json)\.js$/.exec(id)?.[1] as keyof typeof names;
      if (!file) return null;
      return names[file].map((name) => `export function ${name}() { throw new Error('${name} is left out'); }`).join('\n');
    },
  };
}

/** Leaflet writes markup in two places; made of nodes instead it stands where Trusted Types are required. */
function leafletOfNodes(): Plugin {
  const places = [
    ["div.innerHTML = '<svg/>'", "div.appendChild(document.createElementNS('http://www.w3.org/2000/svg', 'svg'))"],
    ['link.innerHTML = html', "link.textContent = html.replace(/<[^>]*>/g, '')"],
  ] as const;
  return {
    name: 'leaflet-of-nodes',
    apply: 'build',
    transform(code, id) {
      if (!id.endsWith('leaflet/dist/leaflet-src.js')) return null;
      for (const [markup] of places) if (!code.includes(markup)) throw new Error(`Leaflet no longer has: ${markup}`);
      return { code: places.reduce((text, [markup, nodes]) => text.replace(markup, nodes), code), map: null };
    },
  };
}

/** The contract's descriptions as text rather than in base 64, which compresses a third worse. */
function descriptionsAsText(): Plugin {
  return {
    name: 'descriptions-as-text',
    apply: 'build',
    transform(code, id) {
      if (!/\/gen\/.*_pb\.ts$/.test(id)) return null;
      const asText = (base64: string) => `btoa(${JSON.stringify(Buffer.from(base64, 'base64').toString('latin1'))})`;
      return { code: code.replace(/(?<=fileDesc\()"([^"]+)"/, (_, base64: string) => asText(base64)), map: null };
    },
  };
}

export default defineConfig({
  plugins: [svelte(), withoutProtobufJson(), descriptionsAsText(), leafletOfNodes(), icons(), serviceWorker()],
  resolve: {
    alias: {
      $gen: new URL('./gen', import.meta.url).pathname,
      $lib: new URL('./src/lib', import.meta.url).pathname,
      $components: new URL('./src/components', import.meta.url).pathname,
    },
  },
  build: {
    target: ['es2022', 'safari16', 'firefox115', 'chrome109'],
    // Inlined files would be data: addresses, which the content security policy forbids for all but images.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    manifest: true,
  },
  server: { proxy: { '/samsyn.v1.': server, '/session': server } },
});
