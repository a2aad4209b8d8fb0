// Problems: which this person sees, which places a new one speaks of, and what hangs on one.
import { picture } from '$lib/picture.svelte';
import type { Deployment, Incident, Problem } from '$lib/proto';
import { millis } from '$lib/time';

/** Of an order of names, those that this person sees. */
export function seenProblems(names: readonly string[]): string[] {
  return names.filter((name) => picture.problems.has(name));
}

/** The areas that a text names, by name or another name of theirs. */
export function areasIn(text: string): string[] {
  const words = ` ${text.toLocaleLowerCase('sv').replace(/[^\p{L}\p{N}]+/gu, ' ')} `;
  // "Brandbergens" is of Brandbergen.
  const named = (name: string) => {
    const one = name.toLocaleLowerCase('sv');
    return words.includes(` ${one} `) || words.includes(` ${one}s `);
  };
  return [...picture.areas.values()]
    .filter((area) => named(area.displayName) || area.aliases.some(named))
    .map((area) => area.name);
}

export function incidentsOf(problem: Problem): Incident[] {
  return problem.incidents
    .map((name) => picture.incidents.get(name))
    .filter((one) => one !== undefined)
    .sort((a, b) => millis(b.occurredTime) - millis(a.occurredTime));
}

export function deploymentsAgainst(problem: string): Deployment[] {
  return [...picture.deployments.values()]
    .filter((one) => one.problem === problem)
    .sort((a, b) => millis(b.window?.startTime) - millis(a.window?.startTime));
}
