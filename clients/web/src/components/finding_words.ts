// Words about what a text should not carry.
import { defineWords } from '$lib/words';

export const w = defineWords({
  sv: {
    personNumber: 'Det ser ut som ett personnummer. Personnummer får inte skrivas här, och sparas aldrig.',
    notPersonNumber: 'Det är inte ett personnummer (antecknas)',
    plate: 'Det ser ut som ett registreringsnummer. Behövs det? Beskriv hellre fordonet.',
    phone: 'Det ser ut som ett telefonnummer. Behövs det här?',
    email: 'Det ser ut som en e-postadress. Behövs den här?',
  },
  en: {
    personNumber: 'That looks like a personal identity number. Such numbers may not be written here, and are never kept.',
    notPersonNumber: 'It is not a personal identity number (recorded)',
    plate: 'That looks like a registration plate. Is it needed? Rather describe the vehicle.',
    phone: 'That looks like a telephone number. Is it needed here?',
    email: 'That looks like an e-mail address. Is it needed here?',
  },
});
