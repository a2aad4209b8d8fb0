// Words of this view.
import { defineWords } from '$lib/words';

export const w = defineWords({
  sv: {
    title: 'Läget i {place}',
  },
  en: {
    title: 'The picture in {place}',
  },
});
