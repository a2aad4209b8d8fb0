// What is asked of the picture: a stack of sheets. A number leads to its incidents, those to their reports, and back.
import type { Nature, What } from './shown.svelte';

/** Without a nature: both, beside each other. */
export type CountQuestion = What & { about: 'count'; nature?: Nature };

export type Question =
  | CountQuestion
  | { about: 'incident'; name: string }
  | { about: 'report'; name: string }
  /** What people feel in an area, beside what happens there. */
  | { about: 'felt'; area: string }
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
