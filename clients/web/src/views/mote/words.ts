// Words of this view.
import { defineWords } from '$lib/words';

export const w = defineWords({
  sv: {
    title: 'Möte',
    none: 'Inget möte är öppet eller planerat.',
    at: 'Möte {time}',
    present: 'Närvarande',
    nobody: 'Ingen ännu',
  },
  en: {
    title: 'Meeting',
    none: 'No meeting is open or planned.',
    at: 'Meeting {time}',
    present: 'Present',
    nobody: 'Nobody yet',
  },
});
