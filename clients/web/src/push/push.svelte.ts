// Being woken for an assignment (Web Push): by the person's consent on this device, asked for in a calm moment. The
// message carries nothing; the service worker asks the server what it is about (arrived.ts, notice.ts).
import { access, newRequestId } from '$lib/api';
import { deviceName } from '$lib/session.svelte';

/** homeScreen: an iPhone, which is woken only for a page on its home screen; refused: in the browser's settings. */
export type Waking = 'looking' | 'on' | 'off' | 'refused' | 'homeScreen' | 'unable' | 'serverUnable';

const ASKED = 'asked about notifications';
const state = $state({ waking: 'looking' as Waking });

export const push = {
  get waking() {
    return state.waking;
  },
};

function isIos(): boolean {
  // An iPad says that it is a Mac, but has fingers.
  return /iPhone|iPad|iPod/.test(navigator.userAgent) || (/Mac/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);
}

function onHomeScreen(): boolean {
  return matchMedia('(display-mode: standalone)').matches || (navigator as { standalone?: boolean }).standalone === true;
}

async function manager(): Promise<PushManager | undefined> {
  const registration = await navigator.serviceWorker?.getRegistration();
  return registration?.pushManager;
}

async function waking(): Promise<Waking> {
  if (isIos() && !onHomeScreen()) return 'homeScreen';
  const here = 'Notification' in globalThis ? await manager() : undefined;
  if (!here) return 'unable';
  if (Notification.permission === 'denied') return 'refused';
  const subscription = await here.getSubscription();
  const { key } = await access.getPushKey({});
  if (!key) return 'serverUnable';
  return subscription && isFor(subscription, key) ? 'on' : 'off';
}

/** Looks how it stands on this device, and on the server. */
export async function lookAtWaking(): Promise<void> {
  state.waking = await waking();
}

/** Whether this is the moment to ask: once on a device, where a yes, or a place on the home screen, is possible. */
export async function mayAsk(): Promise<boolean> {
  if (localStorage.getItem(ASKED) !== null) return false;
  await lookAtWaking();
  if (state.waking !== 'off' && state.waking !== 'homeScreen') return false;
  localStorage.setItem(ASKED, '');
  return true;
}

/** A subscription holds for one key; the server may have another than it had. */
function isFor({ options }: PushSubscription, key: string): boolean {
  const bytes = String.fromCharCode(...new Uint8Array(options.applicationServerKey ?? new ArrayBuffer(0)));
  return btoa(bytes).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '') === key;
}

async function subscribe(here: PushManager, key: string): Promise<PushSubscription> {
  const before = await here.getSubscription();
  if (before && isFor(before, key)) return before;
  await before?.unsubscribe();
  return here.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

/** Asks the person, then the browser's push service, then the server. Throws when one cannot be reached. */
export async function wakeMe(): Promise<void> {
  const here = await manager();
  if (!here || (await Notification.requestPermission()) !== 'granted') return lookAtWaking();
  const { key } = await access.getPushKey({});
  if (!key) {
    state.waking = 'serverUnable';
    return;
  }
  const subscription = await subscribe(here, key);
  try {
    await register(subscription);
  } catch (error) {
    await subscription.unsubscribe();
    throw error;
  }
  state.waking = 'on';
}

async function register({ endpoint }: PushSubscription): Promise<void> {
  await access.registerDevice({ requestId: newRequestId(), pushEndpoint: endpoint, description: deviceName() });
}

/** The browser forgets first: whatever the server does, nothing wakes this device. */
export async function letMeSleep(): Promise<void> {
  await (await (await manager())?.getSubscription())?.unsubscribe();
  state.waking = 'off';
  await access.removeDevice({ requestId: newRequestId() });
}

let renewed = '';

/** The browser may have another subscription than the server knows of, the session may be a new one, or the key. */
export async function renewWaking(session = ''): Promise<void> {
  const here = await manager();
  const before = await here?.getSubscription();
  if (!here || !before) return;
  if (session && renewed === `${session} ${before.endpoint}`) return;
  const { key } = await access.getPushKey({});
  if (!key) return;
  const subscription = await subscribe(here, key);
  await register(subscription);
  if (session) renewed = `${session} ${subscription.endpoint}`;
}
