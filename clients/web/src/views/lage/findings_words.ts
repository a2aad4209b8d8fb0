// Words of what stands out.
import { areaName } from '$lib/names';
import { defineWords } from '$lib/words';
import { family as familyName } from '$lib/words/enums';
import type { Nature, What } from './shown.svelte';

export const w = defineWords({
  sv: {
    title: 'Det som sticker ut',
    whole: 'Hela kommunen',
    perceived: '{what}, upplevd otrygghet',
    moreShown: 'visa {n} till',
    fewerShown: 'visa färre',
    nothing: 'Hela kommunen: {usual}',
  },
  en: {
    title: 'What stands out',
    whole: 'Whole municipality',
    perceived: '{what}, felt unsafety',
    moreShown: 'show {n} more',
    fewerShown: 'show fewer',
    nothing: 'Whole municipality: {usual}',
  },
});

/** "Jordbro, skadegörelse och brand"; a family of the whole municipality is called by itself. */
export function sayWhat({ area, family }: What, nature: Nature = 'actual'): string {
  const parts = [
    area !== undefined ? areaName(area) : family === undefined ? w('whole') : '',
    family !== undefined ? familyName(family) : '',
  ];
  const words = parts.filter(Boolean).join(', ');
  const what = words.charAt(0).toUpperCase() + words.slice(1);
  return nature === 'perceived' ? w('perceived', { what }) : what;
}
