// The service worker. It keeps the page's own files, so that the page opens without network; sends what waits
// when the network is back and no page is open, where the browser wakes it for that; and when the server pushes, asks
// it what for, says "Nytt uppdrag" or "Obesvarat", and fetches what is new. It never keeps an answer of the server in its cache: what it is told is in the
// store of the page, sealed.
import { callAsPage } from './offline/call';
import { paths, QUEUE_NEWS, SENDING, SYNC_TAG, unpack } from './offline/outgoing';
import { Store, wipe } from './offline/store';
import { takeWhatCame, whatIsNew, type News } from './push/arrived';
import { noticeOf } from './push/notice';

declare const self: ServiceWorkerGlobalScope;
// Put in by the build: the page's files, and a digest of them.
declare const FILES: readonly string[];
declare const VERSION: string;

const CACHE = `samsyn ${VERSION}`;
// A page that was opened before an update still asks for the files of its own version.
const VERSIONS_KEPT = 2;
const INDEX = '/';
const INDEX_PATIENCE_MS = 2_500;
const NOTICE_PATIENCE_MS = 5_000;
const UNAUTHENTICATED = '16';
// Taken, or refused for good: what comes after may be sent.
const DECIDED = ['0', '3', '5', '6', '7', '9'];

self.addEventListener('install', (event) => {
  event.waitUntil(fill().then(() => self.skipWaiting()));
});

/** All or nothing: an index without its files would be worse than none. */
async function fill(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll(FILES);
  // The index and what has no digest in its name, as the server has it now.
  await cache.add(new Request(INDEX, { cache: 'reload' }));
}

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      const old = (await caches.keys()).filter((name) => name !== CACHE).slice(0, -(VERSIONS_KEPT - 1) || undefined);
      await Promise.all(old.map((name) => caches.delete(name)));
      await self.clients.claim();
    })(),
  );
});

// ---- The page's files.

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate' && url.pathname === INDEX) event.respondWith(index(request));
  else if (FILES.includes(url.pathname) || url.pathname.startsWith('/assets/')) event.respondWith(file(request));
});

/** The newest, unless the network is slow: then the one that is here. */
async function index(request: Request): Promise<Response> {
  const kept = await caches.match(INDEX, { cacheName: CACHE });
  if (!kept) return fetch(request);
  const slow = new Promise<Response>((resolve) => setTimeout(() => resolve(kept), INDEX_PATIENCE_MS));
  const fresh = fetch(request).then((answer) => (answer.ok ? answer : kept), () => kept);
  return Promise.race([fresh, slow]);
}

async function file(request: Request): Promise<Response> {
  return (await caches.match(request, { ignoreSearch: true })) ?? fetch(request);
}

// ---- What waits to be sent.

interface SyncEvent extends ExtendableEvent {
  readonly tag: string;
}

self.addEventListener('sync', (other) => {
  const event = other as SyncEvent;
  if (event.tag === SYNC_TAG) event.waitUntil(navigator.locks.request(SENDING, sendAll));
});

/** Sends in order, as the page would. How an answer was taken is for the page to read: it asks again, harmlessly. */
async function sendAll(): Promise<void> {
  const store = await Store.open(false);
  if (!store || (await store.tooLongAlone())) return;
  for (const [sequence, packed] of await store.queue()) {
    const outgoing = unpack(packed);
    if (outgoing.refusal) continue;
    const { status } = await callAsPage(paths[outgoing.kind], outgoing.request);
    if (status === UNAUTHENTICATED) return endHere();
    if (!DECIDED.includes(status)) break;
    if (status === '0' && outgoing.kind !== 'answer' && outgoing.kind !== 'progress') await store.dequeue(sequence);
  }
  new BroadcastChannel(QUEUE_NEWS).postMessage('changed');
}

async function endHere(): Promise<void> {
  await wipe();
  await (await self.registration.pushManager.getSubscription())?.unsubscribe();
}

// ---- Push: it carries nothing; what it is about is asked of the server.

self.addEventListener('push', (event) => {
  const news = whatIsNew();
  event.waitUntil(Promise.all([say(news), take(news).catch(() => undefined)]));
});

/** The browser wants something to be said for each push, and soon. */
async function say(asked: Promise<News | 'out'>): Promise<void> {
  const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), NOTICE_PATIENCE_MS));
  const { title, body, view } = noticeOf(await Promise.race([asked.catch(() => undefined), late]));
  await self.registration.showNotification(title, {
    body,
    lang: 'sv',
    icon: '/icon-192.png',
    badge: '/badge.png',
    tag: view,
    renotify: true,
    data: view,
  } as NotificationOptions);
}

/** A page that is looked at does so itself. */
async function take(asked: Promise<News | 'out'>): Promise<void> {
  const news = await asked;
  const pages = await self.clients.matchAll({ type: 'window' });
  if (pages.some((page) => page.visibilityState === 'visible')) return;
  if (news === 'out') return endHere();
  const store = await Store.open(false);
  if (store && !(await store.tooLongAlone())) await takeWhatCame(store, news);
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(open(String(event.notification.data ?? 'falt')));
});

async function open(view: string): Promise<void> {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const page = pages[0];
  if (!page) {
    await self.clients.openWindow(`/#/${view}`);
    return;
  }
  page.postMessage({ go: view });
  await page.focus();
}

/** The browser has another subscription: an open page tells the server, else the next one that is opened does. */
self.addEventListener('pushsubscriptionchange', (event) => {
  const { oldSubscription } = event as unknown as { oldSubscription?: PushSubscription };
  if (!oldSubscription) return;
  (event as ExtendableEvent).waitUntil(
    self.registration.pushManager.subscribe(oldSubscription.options).then(async () => {
      for (const page of await self.clients.matchAll({ type: 'window' })) page.postMessage({ pushChanged: true });
    }),
  );
});
