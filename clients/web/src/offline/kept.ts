// The door to what this device keeps. A mark in the local storage says whether there is anything: without it
// nothing of this is loaded before the first view.
import type { WhoAmIResponse } from '$lib/proto';
import type { Recalled } from './copy';

const MARK = 'kept';
const engine = () => import('./engine');

function isMarked(): boolean {
  try {
    return localStorage.getItem(MARK) !== null;
  } catch {
    return false;
  }
}

function mark(kept: boolean): void {
  try {
    if (kept) localStorage.setItem(MARK, '');
    else localStorage.removeItem(MARK);
  } catch {
    // Nothing can be kept here.
  }
}

/** The server said who this is: the device keeps for them, and what it kept for another is wiped. */
export async function keepFor(who: WhoAmIResponse): Promise<void> {
  mark(true);
  await (await engine()).keepFor(who);
}

/** What may still be shown; 'alone' when it has been too long without contact. */
export async function recallKept(): Promise<Recalled | 'alone' | undefined> {
  if (!isMarked()) return undefined;
  const { load, recall, sendNow, tooLongAlone } = await engine();
  if (await tooLongAlone()) return 'alone';
  const kept = await recall();
  await load();
  sendNow();
  return kept;
}

export async function isTooLongAlone(): Promise<boolean> {
  return isMarked() && (await engine()).tooLongAlone();
}

/** Nothing of the person stays on this device. */
export async function wipeKept(): Promise<void> {
  if (!isMarked()) return;
  try {
    await (await engine()).wipeDevice();
  } catch {
    indexedDB.deleteDatabase('samsyn');
  }
  mark(false);
}
