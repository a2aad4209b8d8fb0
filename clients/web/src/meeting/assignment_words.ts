// Words of assignments: their states over time, the field log, what a dispatcher does.
import { defineWords } from '$lib/words';

export const w = defineWords({
  sv: {
    notObserved: 'ej observerat',
    byPhone: 'via telefon/radio',
    tooLate: 'kom för sent, ändrade inget',
    outdated: 'gällde ett äldre uppdrag, ändrade inget',
    presence: 'närvaro',
    note: 'anteckning',
    minutes: '{n} min på plats',
  },
  en: {
    notObserved: 'not observed',
    byPhone: 'by phone or radio',
    tooLate: 'came too late, changed nothing',
    outdated: 'was for an older assignment, changed nothing',
    presence: 'presence',
    note: 'note',
    minutes: '{n} min on the spot',
  },
});
