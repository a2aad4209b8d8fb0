// What does the work of keeping: loaded behind the first view, or before it when this device keeps something.
import { picture } from '$lib/picture.svelte';
import { Role, type WhoAmIResponse } from '$lib/proto';
import { copyEvents, keepCopy } from './copy';
import { claimDevice } from './device';
import { sayWhatCame } from './receipts.svelte';
import { load, sendNow } from './sending';

export { recall } from './copy';
export { tooLongAlone, wipeDevice } from './device';
export { load, sendNow } from './sending';

let saying = false;

/** From here on this device keeps for this person. */
export async function keepFor(who: WhoAmIResponse): Promise<void> {
  await claimDevice(who.member?.name ?? '');
  picture.keepBy(copyEvents);
  if (who.member?.roles.includes(Role.FIELD)) keepCopy(picture, who);
  if (!saying) sayWhatCame();
  saying = true;
  await load();
  sendNow();
  if ('Notification' in globalThis && Notification.permission === 'granted') {
    const { renewWaking } = await import('../push/push.svelte');
    await renewWaking(who.token?.name);
  }
}
