// Words of what is left out: by themselves, as every list of reports has them.
import { defineWords } from '$lib/words';

export const w = defineWords({
  sv: {
    text: 'Texten lämnas inte ut.',
    noPlace: 'utan plats',
    noTime: 'utan klockslag',
    noText: 'utan text',
  },
  en: {
    text: 'The text is not handed out.',
    noPlace: 'without the place',
    noTime: 'without the time of day',
    noText: 'without the text',
  },
});
