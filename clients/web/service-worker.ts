// Builds src/sw.ts to /sw.js, one file without imports, which is told the names of all files of the page.
import { createHash } from 'node:crypto';
import { build, type Plugin } from 'vite';

export function serviceWorker(): Plugin {
  return {
    name: 'service-worker',
    apply: 'build',
    enforce: 'post',
    async generateBundle(_, bundle) {
      const hash = createHash('sha256');
      for (const file of Object.values(bundle)) hash.update(file.type === 'chunk' ? file.code : file.source);
      const hashed = Object.keys(bundle).filter((name) => name.startsWith('assets/')).sort();
      const files = [...hashed, 'icon.svg', 'icon-192.png', 'manifest.webmanifest'].map((name) => `/${name}`);
      const worker = await build({
        configFile: false,
        logLevel: 'warn',
        publicDir: false,
        define: { FILES: JSON.stringify(files), VERSION: JSON.stringify(hash.digest('hex').slice(0, 12)) },
        build: {
          write: false,
          target: ['es2022', 'safari16', 'firefox115', 'chrome109'],
          lib: { entry: new URL('./src/sw.ts', import.meta.url).pathname, formats: ['iife'], name: 'worker' },
        },
      });
      const outputs = (Array.isArray(worker) ? worker : [worker]).flatMap((one) => ('output' in one ? one.output : []));
      const code = outputs.find((one) => one.type === 'chunk')?.code;
      if (!code) throw new Error('the service worker came to nothing');
      this.emitFile({ type: 'asset', fileName: 'sw.js', source: code });
    },
  };
}
