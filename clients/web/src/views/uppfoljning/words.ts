// Words of this view.
import { defineWords } from '$lib/words';

export const w = defineWords({
  sv: {
    title: 'Uppföljning',
    none: 'Här visas beslutade insatser och vad de ledde till.',
    waiting: 'ej uppföljd',
  },
  en: {
    title: 'Follow-up',
    none: 'Deployments that were decided and what they led to are shown here.',
    waiting: 'not followed up',
  },
});
