// Words of this view.
import { defineWords } from '$lib/words';

export const w = defineWords({
  sv: {
    title: 'Källor',
    people: 'Deltagarnas egna rapporter',
    count: '{n} rapporter',
    none: 'Här visas varifrån rapporterna kommer.',
  },
  en: {
    title: 'Sources',
    people: 'The participants\' own reports',
    count: '{n} reports',
    none: 'Where the reports come from is shown here.',
  },
});
