// What the page does for the time without network: the service worker, which opens it then, is put in place once
// the first view is there, so that the two do not share a slow line; and the device says what came to it.
import { picture } from '$lib/picture.svelte';
import { go } from '$lib/route.svelte';
import { session } from '$lib/session.svelte';

const WORKER = '/sw.js';
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(address: string): string }): { createScriptURL(address: string): URL };
}

/** Where Trusted Types are required, an address is a script's only by a policy; ours knows one. */
function workerAddress(): string | URL {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  const policy = trustedTypes?.createPolicy('samsyn-worker', {
    createScriptURL(address) {
      if (address !== WORKER) throw new TypeError(`not the page's worker: ${address}`);
      return address;
    },
  });
  return policy?.createScriptURL(WORKER) ?? WORKER;
}

export function worksOffline(): void {
  // The files that it would keep have no names of their own while the page is being written.
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  navigator.serviceWorker.addEventListener('message', hear);
  const stop = $effect.root(() => {
    $effect(() => {
      if (!picture.loaded && session.status !== 'out') return;
      void navigator.serviceWorker.register(workerAddress()).catch(() => undefined);
      queueMicrotask(() => stop());
    });
  });
}

function hear({ data }: MessageEvent<{ go?: string; pushChanged?: boolean }>): void {
  if (data.go) go(data.go);
  if (data.pushChanged) void renew();
}

async function renew(): Promise<void> {
  const { renewWaking } = await import('../push/push.svelte');
  await renewWaking().catch(() => undefined);
}
