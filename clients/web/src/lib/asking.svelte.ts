// An answer of the server to a question that depends on the picture: asked while a component is there, and again a
// moment after what it depends on has changed. An answer that a later one has overtaken is dropped; one that failed
// is asked for again in a while.
//
//   const coverage = asking(() => picture.revision, () => deployments.getCoverage({ … }));
//   {coverage.answer?.rows}
//
// `on` reads what the question depends on; undefined: nothing is asked.
import { untrack } from 'svelte';

const SETTLE_MS = 400;
const AGAIN_MS = 10_000;

export interface Asked<Answer> {
  /** Undefined before the first answer. */
  readonly answer: Answer | undefined;
  /** Why the last time there was none. */
  readonly error: unknown;
}

export function asking<Answer>(on: () => unknown, question: () => Promise<Answer>): Asked<Answer> {
  let answer = $state.raw<Answer>();
  let error = $state.raw<unknown>();
  let asked = 0;
  let answered = 0;
  let over = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function ask(): Promise<void> {
    timer = undefined;
    const mine = ++asked;
    const isOld = () => over || mine < answered;
    try {
      const found = await question();
      if (isOld()) return;
      answered = mine;
      answer = found;
      error = undefined;
    } catch (failure) {
      if (isOld()) return;
      error = failure;
      askIn(AGAIN_MS);
    }
  }

  /** What has changed meanwhile goes into the question that waits. */
  function askIn(millis: number): void {
    timer ??= setTimeout(() => void ask(), millis);
  }

  $effect(() => {
    if (on() !== undefined) untrack(() => askIn(asked === 0 ? 0 : SETTLE_MS));
  });
  $effect(() => () => {
    over = true;
    clearTimeout(timer);
  });

  return {
    get answer() {
      return answer;
    },
    get error() {
      return error;
    },
  };
}
