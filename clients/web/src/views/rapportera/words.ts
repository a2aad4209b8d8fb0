// Words of this view.
import { defineWords } from '$lib/words';

export const w = defineWords({
  sv: {
    title: 'Rapportera',
    category: 'Vad gäller det?',
    area: 'Var?',
    text: 'Vad har hänt?',
    choose: 'Välj',
    sent: 'Rapporten är skickad.',
  },
  en: {
    title: 'Report',
    category: 'What is it about?',
    area: 'Where?',
    text: 'What happened?',
    choose: 'Choose',
    sent: 'The report has been sent.',
  },
});
