// Words of this view.
import { defineWords } from '$lib/words';

export const w = defineWords({
  sv: {
    title: 'Personer',
  },
  en: {
    title: 'People',
  },
});
