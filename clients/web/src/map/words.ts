// Words of the map.
import { defineWords } from '$lib/words';

export const w = defineWords({
  sv: {
    map: 'Karta över {place}. Piltangenterna flyttar, plus och minus zoomar. Allt på kartan står också i tabellen och listan.',
    closer: 'Närmare',
    farther: 'Längre bort',
    whole: 'Hela kommunen',
    unreviewed: 'ogranskad',
    vague: 'streckad ring: så noga är platsen känd',
    noAreas: 'Här ritas kommunens områden. De läggs in under Personer, Områden.',
    legend: 'Tecken på kartan',
    failed: 'Kartan kunde inte hämtas. Allt på den står också i tabellen och listan.',
  },
  en: {
    map: 'Map of {place}. The arrow keys move it, plus and minus zoom. All of it is in the table and the list, too.',
    closer: 'Closer',
    farther: 'Farther',
    whole: 'Whole municipality',
    unreviewed: 'not reviewed',
    vague: 'dashed ring: how well the place is known',
    noAreas: 'The areas of the municipality are drawn here. They are entered under People, Areas.',
    legend: 'Signs on the map',
    failed: 'The map could not be loaded. All of it is in the table and the list, too.',
  },
});
