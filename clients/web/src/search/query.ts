// What somebody looks for, from the words that they wrote: places, categories, a time, and words of the text.
import { families } from '$lib/categories';
import { serverNow } from '$lib/clock.svelte';
import { picture } from '$lib/picture.svelte';
import { Category, Family } from '$lib/proto';
import { category as categoryName, family as familyName } from '$lib/words/enums';
import { periodOf, type Period } from './periods';

export interface Query {
  areas: string[];
  categories: Category[];
  period: Period | undefined;
  /** All must be found. */
  words: string[];
}

const LONGEST_PHRASE = 3;
const SHORTEST = 3;

export function fold(text: string): string {
  return text.toLocaleLowerCase('sv').trim();
}

/** What people call things beside the words of the list. */
const alsoCalled: readonly (readonly [string, Category])[] = [
  ['klotter', Category.VANDALISM], ['graffiti', Category.VANDALISM], ['moped', Category.RECKLESS_TRAFFIC],
  ['bränder', Category.FIRE], ['inbrott', Category.BURGLARY], ['skjutning', Category.WEAPON_OR_EXPLOSION],
  ['knark', Category.DRUGS],
];

function areasCalled(phrase: string): string[] {
  if (phrase.length < SHORTEST) return [];
  const called = [...picture.areas.values()].filter((area) =>
    [area.displayName, ...area.aliases].some((name) => fold(name) === phrase),
  );
  const found = called.length > 0 ? called
    : [...picture.areas.values()].filter((area) => fold(area.displayName).startsWith(phrase));
  return found.map((area) => area.name);
}

function categoriesCalled(phrase: string): Category[] {
  if (phrase.length < SHORTEST) return [];
  const other = alsoCalled.find(([word]) => word === phrase);
  if (other) return [other[1]];
  const all = Object.values(Category).filter((value) => typeof value === 'number' && value > 0) as Category[];
  const exact = all.filter((value) => fold(categoryName(value)) === phrase);
  if (exact.length > 0) return exact;
  for (const [family, categories] of families) {
    if (family !== Family.UNSPECIFIED && fold(familyName(family)) === phrase) return [...categories];
  }
  return [];
}

export function parse(text: string): Query {
  const query: Query = { areas: [], categories: [], period: undefined, words: [] };
  const words = fold(text).split(/\s+/).filter(Boolean);
  for (let at = 0; at < words.length; ) at += takePhrase(words, at, query);
  return query;
}

/** Takes the longest phrase that means something; how many words it was. */
function takePhrase(words: readonly string[], at: number, query: Query): number {
  for (let length = Math.min(LONGEST_PHRASE, words.length - at); length > 0; length--) {
    const phrase = words.slice(at, at + length).join(' ');
    const period = query.period ? undefined : periodOf(phrase, serverNow());
    const areas = areasCalled(phrase);
    const categories = categoriesCalled(phrase);
    if (period) query.period = period;
    else if (areas.length > 0) query.areas.push(...areas);
    else if (categories.length > 0) query.categories.push(...categories);
    else continue;
    return length;
  }
  query.words.push(words[at]!);
  return 1;
}

export function isEmpty(query: Query): boolean {
  return query.areas.length + query.categories.length + query.words.length === 0 && !query.period;
}
