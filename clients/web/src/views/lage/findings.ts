// The counts of the board that are not as usual: totals first, of the areas, of the families; then cells of which no
// total tells already.
import { picture } from '$lib/picture.svelte';
import type { Usual } from '$lib/proto';
import { shown, type Nature, type What } from './shown.svelte';
import { families } from './table';
import { direction } from './usual_words';

export interface Finding {
  key: string;
  what: What;
  nature: Nature;
  n: number;
  usual: Usual;
  more: boolean;
}

/** What is looked at, in the order in which it is told. */
function everything(): What[] {
  const areas = [...picture.areas.keys(), ''];
  return [
    { area: undefined },
    ...areas.map((area) => ({ area })),
    ...families.map((family) => ({ area: undefined, family })),
    ...areas.flatMap((area) => families.map((family) => ({ area, family }))),
  ];
}

/** Totals: 0, areas: 1, families: 2, cells: 3. */
function rank({ area, family }: What): number {
  return (area === undefined ? 0 : 1) + (family === undefined ? 0 : 2);
}

/** More before fewer, and the farthest from the usual first. */
function compare(a: Finding, b: Finding): number {
  const far = ({ n, usual }: Finding) => Math.abs(n - usual.mean) / Math.sqrt(Math.max(1, usual.mean));
  return rank(a.what) - rank(b.what) || Number(b.more) - Number(a.more) || far(b) - far(a) || a.key.localeCompare(b.key);
}

/** A total of the same kind that points the same way, of its area or of its family, tells of a cell. */
function toldBy({ what, nature, more }: Finding, found: readonly Finding[]): boolean {
  if (rank(what) < 3) return false;
  return found.some(
    (one) =>
      one.nature === nature && one.more === more && ((rank(one.what) === 1 && one.what.area === what.area) ||
        (rank(one.what) === 2 && one.what.family === what.family)),
  );
}

export function findings(): Finding[] {
  const found: Finding[] = [];
  const natures: readonly Nature[] = ['actual', 'perceived'];
  for (const what of everything()) {
    for (const nature of natures) {
      const usual = shown.usualOf(what, nature);
      const points = direction(usual);
      if (!usual || !points) continue;
      const key = `${what.area} ${what.family} ${nature}`;
      found.push({ key, what, nature, n: shown.total(what, nature), usual, more: points === 'more' });
    }
  }
  return found.filter((one) => !toldBy(one, found)).sort(compare);
}
