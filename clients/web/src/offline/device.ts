// The store of this device, opened once a tab; whose it is, when it last had contact, and how it is wiped. Whoever
// keeps something here hears of a wipe.
import { Store, wipe } from './store';

const HEARD_EVERY_MS = 60_000;

let store: Promise<Store | undefined> | undefined;
let heardAt = 0;
const listeners = new Set<() => void>();

/** What this device keeps; undefined where nothing may or can be kept. */
export async function deviceStore(create = true): Promise<Store | undefined> {
  const opened = await (store ??= Store.open(create));
  if (opened && !opened.ended) return opened;
  store = undefined;
  return create ? (store = Store.open(true)) : undefined;
}

/** From here on the device keeps for this member; what it kept for another is wiped first. */
export async function claimDevice(member: string): Promise<void> {
  let kept = await deviceStore();
  const owned = await kept?.belongsTo(member);
  if (owned === false) {
    await wipeDevice();
    kept = await deviceStore();
  }
  if (!owned) await kept?.claim(member);
  heardAt = 0;
  noteContact();
}

/** The server has spoken. */
export function noteContact(): void {
  if (Date.now() - heardAt < HEARD_EVERY_MS) return;
  heardAt = Date.now();
  void deviceStore(false).then((kept) => kept?.heard()).catch(() => undefined);
}

/** What is kept may not be shown any more. */
export async function tooLongAlone(): Promise<boolean> {
  return (await (await deviceStore(false))?.tooLongAlone()) ?? false;
}

/** Called at every wipe, before it is done. */
export function whenWiped(listener: () => void): void {
  listeners.add(listener);
}

/** Nothing of the person stays on this device, and nobody pushes to it. */
export async function wipeDevice(): Promise<void> {
  store = undefined;
  for (const listener of listeners) listener();
  await wipe();
  const registration = await navigator.serviceWorker?.getRegistration();
  await (await registration?.pushManager?.getSubscription())?.unsubscribe();
}
