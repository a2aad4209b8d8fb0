// What was left out for the reader of this version: said in its place, never an empty hole.
import { Withheld, type ReleaseState } from './proto';
import { age, day, dayTime, type Moment } from './time';
import { w } from './words/withheld';

/** Of whom it may be said that something was left out. */
export interface Released {
  release?: ReleaseState | undefined;
}

const known: readonly Withheld[] = [Withheld.PLACE, Withheld.TIME, Withheld.TEXT];

/** What is left out; one that this page does not know stands for all. */
export function leftOut(list: readonly Withheld[] | undefined): readonly Withheld[] {
  if (!list || list.length === 0) return [];
  return list.every((one) => known.includes(one)) ? list : known;
}

export function lacks({ release }: Released, what: Withheld): boolean {
  return leftOut(release?.withheld).includes(what);
}

/** Its own words, or that they are not handed out. */
export function wordsOf(of: Released, text: string): string {
  return lacks(of, Withheld.TEXT) ? w('text') : text;
}

/** "fre 27 nov. 18:42", or the day alone. */
export function momentOf(of: Released, moment: Moment): string {
  return lacks(of, Withheld.TIME) ? day(moment) : dayTime(moment);
}

/** "för 12 min sedan", or the day alone. */
export function ageOf(of: Released, moment: Moment): string {
  return lacks(of, Withheld.TIME) ? day(moment) : age(moment);
}

/** "utan plats, utan text"; empty: nothing is left out. */
export function sayLeftOut(list: readonly Withheld[] | undefined): string {
  const words = { [Withheld.PLACE]: w('noPlace'), [Withheld.TIME]: w('noTime'), [Withheld.TEXT]: w('noText') } as const;
  return leftOut(list).map((one) => words[one as keyof typeof words]).join(', ');
}
