// Whether the search is open. `/` opens it from anywhere that is not a field; who goes elsewhere, by Back too, leaves it.
import { singleKey } from '$lib/keys.svelte';

const state = $state({ open: false });
addEventListener('hashchange', () => {
  state.open = false;
});

export const search = {
  get open() {
    return state.open;
  },
  show(): void {
    state.open = true;
  },
  hide(): void {
    state.open = false;
  },
};

/** For the window's keydown. */
export function openBySlash(event: KeyboardEvent): void {
  if (state.open || singleKey(event) !== '/') return;
  event.preventDefault();
  state.open = true;
}
