// Words of this view.
import { defineWords } from '$lib/words';

export const w = defineWords({
  sv: {
    title: 'Mina uppdrag',
    none: 'Inga uppdrag just nu. När din enhet får ett visas det här.',
  },
  en: {
    title: 'My assignments',
    none: 'No assignments right now. When your unit gets one, it is shown here.',
  },
});
