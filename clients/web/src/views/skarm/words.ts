// Words of the wall.
import { defineWords } from '$lib/words';

export const w = defineWords({
  sv: {
    title: 'Läget i {place}',
    meeting: 'Mötet pågår: {step}',
    forPresent: 'Visar det som alla närvarande aktörer får se: {who}.',
    forPartners: 'Visar det som alla aktörer i samverkan får se.',
    and: 'och',
  },
  en: {
    title: 'The picture in {place}',
    meeting: 'The meeting is on: {step}',
    forPresent: 'Shows what all organisations present may see: {who}.',
    forPartners: 'Shows what all organisations of the coordination may see.',
    and: 'and',
  },
});
