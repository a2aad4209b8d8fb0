// Pairs that a person has said are not the same: remembered in this tab of the browser, nowhere else.
import { SvelteSet } from 'svelte/reactivity';
import { keepDraft, keptDraft } from '$lib/drafts';

const KEY = 'not the same';
let known: SvelteSet<string> | undefined;

const pairOf = (a: string, b: string) => [a, b].sort().join(' ');
const all = () => (known ??= new SvelteSet(keptDraft<string[]>(KEY)));

export function isNotSame(a: string, b: string): boolean {
  return all().has(pairOf(a, b));
}

export function setNotSame(a: string, b: string, not = true): void {
  if (not) all().add(pairOf(a, b));
  else all().delete(pairOf(a, b));
  keepDraft(KEY, [...all()]);
}
