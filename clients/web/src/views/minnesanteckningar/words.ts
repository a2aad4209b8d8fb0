// Words of this view.
import { defineWords } from '$lib/words';

export const w = defineWords({
  sv: {
    title: 'Minnesanteckningar',
    none: 'Här visas anteckningarna när ett möte har hållits.',
  },
  en: {
    title: 'Minutes',
    none: 'The minutes are shown here when a meeting has been held.',
  },
});
