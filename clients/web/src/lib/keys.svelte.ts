// Single letters as keys (WCAG 2.1.4): they can be turned off, and never act where somebody writes.
const KEPT = 'keys';

function read(): boolean {
  try {
    return localStorage.getItem(KEPT) !== 'off';
  } catch {
    return true;
  }
}

const state = $state({ on: read() });

export function keysOn(): boolean {
  return state.on;
}

export function setKeys(on: boolean): void {
  state.on = on;
  try {
    localStorage.setItem(KEPT, on ? 'on' : 'off');
  } catch {
    // Then it lasts as long as the page.
  }
}

/** The key that was pressed, where it stands for something to do; else empty. */
export function singleKey(event: KeyboardEvent): string {
  if (!state.on || event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return '';
  const target = event.target instanceof Element ? event.target : undefined;
  if (target?.closest('input, textarea, select, [contenteditable]')) return '';
  // What lies under a sheet is not reached.
  if (document.querySelector('dialog[open]')) return '';
  return event.key.length === 1 ? event.key.toLowerCase() : '';
}
