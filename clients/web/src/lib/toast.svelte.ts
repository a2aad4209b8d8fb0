// Short words about what was just done, for six seconds (ten with Undo).
export interface ToastItem {
  id: number;
  words: string;
  undo?: (() => void) | undefined;
}

const state = $state<{ items: ToastItem[] }>({ items: [] });
let last = 0;

export function toasts(): readonly ToastItem[] {
  return state.items;
}

export function toast(words: string, options: { undo?: () => void } = {}): void {
  const id = ++last;
  state.items = [...state.items.slice(-2), { id, words, undo: options.undo }];
  setTimeout(() => hideToast(id), options.undo ? 10_000 : 6_000);
}

export function hideToast(id: number): void {
  state.items = state.items.filter((item) => item.id !== id);
}
