// What is asked of the picture: a stack of sheets. A number leads to its incidents, those to their reports, and back.
import type { Family } from '$lib/proto';

export type Question =
  /** Area empty: unlocated; undefined: the whole municipality. Family undefined: all. */
  | { about: 'count'; area: string | undefined; family?: Family | undefined; nature?: 'actual' | 'perceived' }
  | { about: 'incident'; name: string }
  | { about: 'report'; name: string }
  /** A report is written, of this area if one is named. */
  | { about: 'new'; area: string };

let stack = $state.raw<readonly Question[]>([]);

export const asked = {
  get question(): Question | undefined {
    return stack[stack.length - 1];
  },
  get deep(): boolean {
    return stack.length > 1;
  },
  /** From the picture. */
  ask(question: Question): void {
    stack = [question];
  },
  /** From within a sheet. */
  further(question: Question): void {
    stack = [...stack, question];
  },
  back(): void {
    stack = stack.slice(0, -1);
  },
  close(): void {
    stack = [];
  },
};
