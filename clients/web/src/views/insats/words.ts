// Words of this view.
import { defineWords } from '$lib/words';

export const w = defineWords({
  sv: {
    none: 'Insatsen finns inte, eller är inte delad med dig.',
    aim: 'Syfte',
    instruction: 'Instruktion',
  },
  en: {
    none: 'The deployment is not there, or not shared with you.',
    aim: 'Aim',
    instruction: 'Instruction',
  },
});
