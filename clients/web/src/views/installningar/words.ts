// Words of this view.
import { defineWords } from '$lib/words';

export const w = defineWords({
  sv: {
    title: 'Inställningar',
    units: 'Enheter',
    areas: 'Områden',
  },
  en: {
    title: 'Settings',
    units: 'Units',
    areas: 'Areas',
  },
});
