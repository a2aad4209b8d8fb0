// How the page is built: one entry, a chunk a view, the map in its own, hashed names, nothing inline.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';
import { icons } from './icons.ts';
import { serviceWorker } from './service-worker.ts';

// `npm run dev` shows the sources live against a running samsynd.
const server = { target: process.env.SAMSYN_WEB ?? 'http://127.0.0.1:8080', changeOrigin: false };

/**
 * The page speaks binary only, and reads no proto2 but the description of descriptions, whose defaults are all
 * `false`: what the protobuf library has for text stays out.
 */
function withoutProtobufText(): Plugin {
  const names = {
    'from-json': ['fromJson', 'fromJsonString', 'mergeFromJson', 'mergeFromJsonString', 'enumFromJson', 'isEnumJson'],
    'to-json': ['toJson', 'toJsonString', 'enumToJson'],
    'wire/text-format': ['parseTextFormatEnumValue'],
  };
  const onlyFalse = `export function parseTextFormatScalarValue(_, text) { if (text !== 'false') throw new Error(text); return false; }`;
  return {
    name: 'without-protobuf-text',
    apply: 'build',
    load(id) {
      const file = /@bufbuild\/protobuf\/dist\/esm\/(from-json|to-json|wire\/text-format)\.js$/.exec(id)?.[1] as keyof typeof names;
      if (!file) return null;
      const left = names[file].map((name) => `export function ${name}() { throw new Error('${name} is left out'); }`);
      return (file === 'wire/text-format' ? [...left, onlyFalse] : left).join('\n');
    },
  };
}

/**
 * Descriptions are read by a description of descriptions. Ours have no options (contract.js) but the one that makes a
 * map of a field, so what describes options is empty; the messages stay, for they are counted.
 */
function withoutOptions(): Plugin {
  interface Message { name: string; field?: { name: string }[]; nestedType?: Message[] }
  const unread = /^(FileDescriptorSet|.*Options|UninterpretedOption|FeatureSet|FeatureSetDefaults|SourceCodeInfo|GeneratedCodeInfo)$/;
  const bare = (message: Message) =>
    unread.test(message.name) ? { name: message.name, field: message.field?.filter(({ name }) => name === 'map_entry') } : message;
  return {
    name: 'without-protobuf-options',
    apply: 'build',
    transform(code, id) {
      if (!id.endsWith('@bufbuild/protobuf/dist/esm/wkt/google/protobuf/descriptor_pb.js')) return null;
      return code.replace(/(?<=boot\()(\{.*\})(?=\);)/, (_, json: string) => {
        const file = JSON.parse(json) as { messageType: Message[] };
        return JSON.stringify({ ...file, messageType: file.messageType.map(bare) });
      });
    },
  };
}

/** Leaflet writes markup as it starts; made of nodes instead it stands where Trusted Types are required. */
function leafletOfNodes(): Plugin {
  const markup = "div.innerHTML = '<svg/>'";
  const nodes = "div.appendChild(document.createElementNS('http://www.w3.org/2000/svg', 'svg'))";
  return {
    name: 'leaflet-of-nodes',
    apply: 'build',
    transform(code, id) {
      if (!id.endsWith('leaflet/dist/leaflet-src.js')) return null;
      if (!code.includes(markup)) throw new Error(`Leaflet no longer has: ${markup}`);
      return { code: code.replace(markup, nodes), map: null };
    },
  };
}

/** Descriptions as text rather than in base 64, which compresses a third worse. */
function descriptionsAsText(): Plugin {
  const decode = 'base64Decode(b64)';
  return {
    name: 'descriptions-as-text',
    apply: 'build',
    transform(code, id) {
      if (id.endsWith('@bufbuild/protobuf/dist/esm/codegenv2/file.js')) {
        if (!code.includes(decode)) throw new Error(`the protobuf library no longer has: ${decode}`);
        return { code: code.replace(decode, 'Uint8Array.from(b64, (one) => one.charCodeAt(0))'), map: null };
      }
      if (!/_pb\.(ts|js)$/.test(id)) return null;
      const asText = (base64: string) => JSON.stringify(Buffer.from(base64, 'base64').toString('latin1'));
      return { code: code.replace(/(?<=fileDesc\()"([^"]+)"/, (_, base64: string) => asText(base64)), map: null };
    },
  };
}

export default defineConfig({
  plugins: [svelte(), withoutProtobufText(), withoutOptions(), descriptionsAsText(), leafletOfNodes(), icons(), serviceWorker()],
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
    // What a view to begin at needs is fetched with it; all else is on the device before it is asked for (sw.ts).
    modulePreload: {
      polyfill: false,
      resolveDependencies: (file, needed) =>
        /\/(Lage|Falt|Skarm|Login|HeatTable|AreaList|Newest|Map|canvas)-/.test(file) ? needed : needed.filter((one) => one.endsWith('.css')),
    },
    reportCompressedSize: false,
    // What calls are made of is fetched with the first; what everything stands on is one file, which compresses best.
    rolldownOptions: {
      output: {
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            { name: 'calls', test: /_calls_pb\.ts$|\/lib\/calls\.ts$/, priority: 2 },
            { name: 'ground', test: /\/gen\/|\/node_modules\/(?!leaflet|qr)/, priority: 1 },
          ],
        },
      },
    },
    manifest: true,
  },
  server: { proxy: { '/samsyn.v1.': server, '/session': server } },
});
