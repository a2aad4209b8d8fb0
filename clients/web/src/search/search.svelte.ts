// Whether the search is open. `/` opens it from anywhere that is not a field; who goes elsewhere, by Back too, leaves it.
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
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || state.open) return;
  const target = event.target as HTMLElement;
  if (target.closest('input, textarea, select, [contenteditable], dialog[open]')) return;
  event.preventDefault();
  state.open = true;
}
