// Words of the access log.
import { defineWords } from '$lib/words';

export const w = defineWords({
  sv: {
    title: 'Åtkomstlogg',
    what: 'Allt som skrivs i Samsyn står i en journal där varje post bygger på den före. Här kontrolleras att ingen post saknas eller har ändrats.',
    check: 'Kontrollera journalen',
    checking: 'Läser hela journalen …',
    whole: 'Journalen är hel.',
    broken: 'Journalen är inte hel.',
    entries: 'Poster lästa',
    revision: 'Till och med ändring',
    digest: 'Kontrollsumma (SHA-256)',
    digestHelp: 'Skriv upp den: samma summa vid samma ändring nästa gång visar att inget däremellan har bytts ut.',
    time: 'Kontrollerat',
    finding: 'Vad som är fel',
    brokenDo: 'Ändra inget. Meddela den som driver Samsyn och spara den här sidan.',
  },
  en: {
    title: 'Access log',
    what: 'Everything written in Samsyn stands in a journal where each entry builds on the one before. Here it is checked that no entry is missing or has been changed.',
    check: 'Check the journal',
    checking: 'Reading the whole journal …',
    whole: 'The journal is whole.',
    broken: 'The journal is not whole.',
    entries: 'Entries read',
    revision: 'Up to change',
    digest: 'Digest (SHA-256)',
    digestHelp: 'Write it down: the same digest at the same change next time shows that nothing in between was replaced.',
    time: 'Checked',
    finding: 'What is wrong',
    brokenDo: 'Change nothing. Tell whoever runs Samsyn and keep this page.',
  },
});
