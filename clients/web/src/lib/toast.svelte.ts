// Short words about what was just done, for six seconds (ten with Undo).
export interface ToastItem {
  id: number;
  words: string;
  undo?: (() => void) | undefined;
}

const state = $state({ items: [] as ToastItem[], sheets: 0 });
let last = 0;

export function toasts(): readonly ToastItem[] {
  return state.items;
}

/** A sheet lies over everything: what is said while it is open stands in it. Returns its level, 1 the lowest. */
export function openSheet(): number {
  return ++state.sheets;
}

export function closeSheet(): void {
  state.sheets--;
}

/** How many sheets are open. */
export function openSheets(): number {
  return state.sheets;
}

export function toast(words: string, options: { undo?: () => void } = {}): void {
  const id = ++last;
  state.items = [...state.items.slice(-2), { id, words, undo: options.undo }];
  setTimeout(() => hideToast(id), options.undo ? 10_000 : 6_000);
}

export function hideToast(id: number): void {
  state.items = state.items.filter((item) => item.id !== id);
}
