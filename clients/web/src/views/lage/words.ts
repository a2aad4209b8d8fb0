// Words of this view.
import { defineWords } from '$lib/words';

export const w = defineWords({
  sv: {
    title: 'Läget',
    areas: 'Områden',
    newest: 'Senaste rapporterna',
    empty: 'Här visas vad som rapporterats sedan förra mötet.',
    actual: 'faktiskt {n}',
    perceived: 'upplevt {n}',
  },
  en: {
    title: 'The picture',
    areas: 'Areas',
    newest: 'Newest reports',
    empty: 'What has been reported since the last meeting is shown here.',
    actual: 'actual {n}',
    perceived: 'perceived {n}',
  },
});
