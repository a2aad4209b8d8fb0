// Words of this view.
import { defineWords } from '$lib/words';

export const w = defineWords({
  sv: {
    title: 'I kväll',
    none: 'Inga pass är anmälda. De anmäls i laget runt.',
    people: '{n} personer',
  },
  en: {
    title: 'Tonight',
    none: 'No shifts are registered. They are given in the round.',
    people: '{n} people',
  },
});
