// Pairs that a person has said are not the same: remembered in this tab of the browser, nowhere else.
import { SvelteSet } from 'svelte/reactivity';
import { keepDraft, keptDraft } from '$lib/drafts';

const KEY = 'not the same';
const known = new SvelteSet<string>();

const pairOf = (a: string, b: string) => [a, b].sort().join(' ');

/** As a view begins: what this person has said before. */
export function recallNotSame(): void {
  known.clear();
  for (const pair of keptDraft<string[]>(KEY) ?? []) known.add(pair);
}

export function isNotSame(a: string, b: string): boolean {
  return known.has(pairOf(a, b));
}

export function setNotSame(a: string, b: string, not = true): void {
  if (not) known.add(pairOf(a, b));
  else known.delete(pairOf(a, b));
  keepDraft(KEY, [...known]);
}
