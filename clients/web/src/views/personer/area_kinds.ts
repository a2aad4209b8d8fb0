// What a place is, in words.
import { language } from '$lib/language.svelte';
import { Area_Kind } from '$lib/proto';

const words: Partial<Record<Area_Kind, readonly [sv: string, en: string]>> = {
  [Area_Kind.DISTRICT]: ['stadsdel, tätort', 'district'],
  [Area_Kind.SQUARE]: ['torg, centrum', 'square, centre'],
  [Area_Kind.STATION]: ['station', 'station'],
  [Area_Kind.PARK]: ['park', 'park'],
  [Area_Kind.SCHOOL]: ['skola', 'school'],
  [Area_Kind.HOUSING]: ['bostadsområde', 'housing'],
  [Area_Kind.ROAD]: ['väg', 'road'],
  [Area_Kind.WATER]: ['vatten', 'water'],
  [Area_Kind.DIGITAL]: ['på nätet', 'online'],
  [Area_Kind.PROPERTY]: ['fastighet', 'property'],
  [Area_Kind.ADDRESS]: ['adress', 'address'],
  [Area_Kind.ENTRANCE]: ['port', 'entrance'],
};

/** Which places each kind of place may lie in; an entrance in none but these, the others in an area, too. */
export const liesIn: Partial<Record<Area_Kind, readonly Area_Kind[]>> = {
  [Area_Kind.PROPERTY]: [],
  [Area_Kind.ADDRESS]: [Area_Kind.PROPERTY],
  [Area_Kind.ENTRANCE]: [Area_Kind.PROPERTY, Area_Kind.ADDRESS],
};

export const areaKinds = Object.keys(words).map(Number) as Area_Kind[];

export function areaKind(kind: Area_Kind): string {
  return words[kind || Area_Kind.DISTRICT]?.[language() === 'sv' ? 0 : 1] ?? '';
}
