// Being woken for an assignment (Web Push): by the person's consent on this device, asked for in a calm moment. The
// message carries nothing; the service worker says "Nytt uppdrag", and the page fetches the rest when it is opened.
import { access, newRequestId } from '$lib/api';
import { deviceName } from '$lib/session.svelte';

/** homeScreen: an iPhone, which is woken only for a page on its home screen; refused: in the browser's settings. */
export type Waking = 'looking' | 'on' | 'off' | 'refused' | 'homeScreen' | 'unable' | 'serverUnable';

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
  return (await here.getSubscription()) ? 'on' : 'off';
}

/** Looks how it stands on this device. */
export async function lookAtWaking(): Promise<void> {
  state.waking = await waking();
}

/** Asks the person, then the browser's push service, then the server. Throws when one cannot be reached. */
export async function wakeMe(): Promise<void> {
  const here = await manager();
  if (!here) return lookAtWaking();
  if ((await Notification.requestPermission()) !== 'granted') return lookAtWaking();
  const { key } = await access.getPushKey({});
  if (!key) {
    state.waking = 'serverUnable';
    return;
  }
  const subscription = await here.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  try {
    await register(subscription);
  } catch (error) {
    await subscription.unsubscribe();
    throw error;
  }
  await lookAtWaking();
}

async function register({ endpoint }: PushSubscription): Promise<void> {
  await access.registerDevice({ requestId: newRequestId(), pushEndpoint: endpoint, description: deviceName() });
}

/** The browser forgets first: whatever the server does, nothing wakes this device. */
export async function letMeSleep(): Promise<void> {
  await (await (await manager())?.getSubscription())?.unsubscribe();
  await lookAtWaking();
  await access.removeDevice({ requestId: newRequestId() });
}

/** The subscription of this device may be another than the server has, or the session a new one. */
export async function renewWaking(): Promise<void> {
  const subscription = await (await manager())?.getSubscription();
  if (subscription) await register(subscription);
}
