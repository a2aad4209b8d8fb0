// What is new to the person in front of the page: everything since they last looked away, for the line
// "nytt sedan 18:40" that divides seen from unseen.
import { serverNow } from './clock.svelte';

// A glance at another window is not looking away.
const AWAY_MS = 60_000;

const state = $state({ since: serverNow() });
let left: number | undefined;

document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') {
    left = serverNow();
  } else if (left !== undefined) {
    if (serverNow() - left >= AWAY_MS) state.since = left;
    left = undefined;
  }
});

/** Milliseconds: what changed later is unseen. */
export function seenUntil(): number {
  return state.since;
}

/** The person says that all is seen. */
export function markSeen(): void {
  state.since = serverNow();
}
