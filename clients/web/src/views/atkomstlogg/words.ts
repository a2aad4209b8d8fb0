// Words of this view.
import { defineWords } from '$lib/words';

export const w = defineWords({
  sv: {
    title: 'Åtkomstlogg',
    check: 'Kontrollera kedjan',
    whole: 'Kedjan är hel till och med ändring {n}.',
  },
  en: {
    title: 'Access log',
    check: 'Check the chain',
    whole: 'The chain is whole up to change {n}.',
  },
});
