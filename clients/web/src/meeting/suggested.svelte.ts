// In which order the problems might be taken, as the server suggests it, with what speaks for each in words. The meeting
// orders.
import { untrack } from 'svelte';
import { problems } from '$lib/api';
import type { SuggestedPriority } from '$lib/calls';
import { areaName, listed } from '$lib/names';
import { picture } from '$lib/picture.svelte';
import { age } from '$lib/time';
import { w } from './suggested_words';

/** What speaks for it: "allvar 4 · senast i går · fler än vanligt i Jordbro · 3 oberoende källor". */
export function factorWords({ factors, problem }: SuggestedPriority): string[] {
  if (!factors?.newestTime) return [w('nothingLinked')];
  const where = listed((problem?.areas ?? []).map(areaName), w('and'));
  return [
    factors.severity > 0 ? w('severity', { n: factors.severity }) : w('noSeverity'),
    w('newest', { age: age(factors.newestTime) }),
    factors.moreThanUsual > 0 ? w('moreThanUsual', { where, n: problem?.areas.length ?? 0 }) : w('asUsual'),
    w('sources', { n: factors.independentSources }),
  ];
}

/** The same as numbers: "4 × 0,9 × 2 × 2,6 = 18,7". */
export function productWords({ factors, score }: SuggestedPriority, locale: string): string {
  const say = (n: number) => n.toLocaleString(locale, { maximumFractionDigits: 1 });
  const weights = [factors?.severityWeight, factors?.recencyWeight, factors?.unusualnessWeight, factors?.sourcesWeight];
  return `${weights.map((one) => say(one ?? 0)).join(' × ')} = ${say(score)}`;
}

export const ageWords = ({ ageMeetings }: SuggestedPriority) => w('age', { n: ageMeetings });

/** Asked when a view begins to show it, and anew when a problem or what is counted has changed. */
export class Suggestions {
  all = $state.raw<SuggestedPriority[]>();
  failed = $state(false);
  readonly byProblem = $derived(new Map((this.all ?? []).map((one) => [one.problem?.name ?? '', one])));
  #asking = 0;

  constructor() {
    const key = $derived(
      [...picture.problems.values()].map((one) => one.revision).join() +
        [...picture.cells.values()].map((one) => `${one.actual} ${one.perceived}`).join(),
    );
    $effect(() => {
      void key;
      if (picture.loaded) untrack(() => void this.#ask());
    });
  }

  async #ask(): Promise<void> {
    const mine = ++this.#asking;
    try {
      const { suggestions } = await problems.suggestPriorities({ municipality: picture.municipalityName });
      if (mine !== this.#asking) return;
      this.all = suggestions;
      this.failed = false;
    } catch {
      if (mine === this.#asking) this.failed = true;
    }
  }
}
