// "Mottaget": the device says by itself, once an assignment of this person's units has come to it. A machine's
// receipt, never an answer; said by one tab of the device.
import { serverNow } from '$lib/clock.svelte';
import { picture } from '$lib/picture.svelte';
import { Assignment_State, Role } from '$lib/proto';
import { hasRole, session } from '$lib/session.svelte';
import { isKeeping } from './copy';
import { enqueue } from './queue.svelte';

/** Begins; lasts as long as the page. */
export function sayWhatCame(): void {
  const said = new Set<string>();
  $effect.root(() => {
    $effect(() => {
      // Which tab keeps is no state to follow: looked at again with every tick.
      void serverNow();
      if (!picture.loaded || !hasRole(Role.FIELD) || !isKeeping()) return;
      for (const { name, unit, state, definitionVersion, statusVersion } of picture.assignments.values()) {
        const offer = `${name} ${definitionVersion}`;
        if (state !== Assignment_State.OFFERED || said.has(offer) || !session.member?.units.includes(unit)) continue;
        said.add(offer);
        void enqueue('delivery', { name, stamp: { definitionVersion, statusVersion } }).catch(() => said.delete(offer));
      }
    });
  });
}
