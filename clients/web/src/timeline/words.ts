// Words of the night's timeline.
import { defineWords } from '$lib/words';

export const w = defineWords({
  sv: {
    tonight: 'I kväll',
    next: 'Nästa kväll med pass: {day}',
    now: 'nu',
    confirmed: 'bekräftad',
    people: (p) => (p['n'] === 1 ? '1 person' : `${p['n']} personer`),
    gap: 'streckat: på pass utan uppdrag',
    none: 'Här visas vilka som är ute i kväll och vad de gör. Passen anges under Kväll.',
    toTonight: 'Ange pass',
    shift: 'pass {window}',
    timeline: 'Kvällens tidslinje, 17–05',
  },
  en: {
    tonight: 'Tonight',
    next: 'Next night with shifts: {day}',
    now: 'now',
    confirmed: 'confirmed',
    people: (p) => (p['n'] === 1 ? '1 person' : `${p['n']} people`),
    gap: 'hatched: on shift without an assignment',
    none: 'Who is out tonight and what they do is shown here. Shifts are entered under Tonight.',
    toTonight: 'Enter shifts',
    shift: 'shift {window}',
    timeline: 'Timeline of the night, 17–05',
  },
});
