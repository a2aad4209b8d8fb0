// Svelte, for the build and for svelte-check: runes everywhere, styles to files (never injected).
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

export default {
  preprocess: vitePreprocess(),
  compilerOptions: { runes: true, css: 'external' },
};
