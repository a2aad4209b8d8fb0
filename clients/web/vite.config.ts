// How the page is built: one entry, a chunk a view, the map in its own, hashed names, nothing inline.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

// `npm run dev` shows the sources live against a running samsynd.
const server = process.env.SAMSYN_WEB ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [svelte()],
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
