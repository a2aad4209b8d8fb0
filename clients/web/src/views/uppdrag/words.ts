// Words of this view.
import { defineWords } from '$lib/words';

export const w = defineWords({
  sv: {
    none: 'Uppdraget finns inte, eller är inte delat med dig.',
    history: 'Vad som hänt',
  },
  en: {
    none: 'The assignment is not there, or not shared with you.',
    history: 'What happened',
  },
});
