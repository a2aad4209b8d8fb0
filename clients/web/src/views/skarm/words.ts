// Words of the wall.
import { defineWords } from '$lib/words';

export const w = defineWords({
  sv: {
    title: 'Läget i {place}',
    meeting: 'Mötet pågår: {step}',
  },
  en: {
    title: 'The picture in {place}',
    meeting: 'The meeting is on: {step}',
  },
});
