// Words of "vad blev det av det?": what came of a report.
import { defineWords } from '$lib/words';

export const w = defineWords({
  sv: {
    title: 'Vad blev det av det?',
    mine: (p) => `Mina rapporter (${p['n']})`,
    counted: (p) => (Number(p['n']) > 1 ? `Räknas som en händelse som ${p['n']} oberoende källor har berättat om.` : 'Räknas som en händelse.'),
    notYet: 'Den väntar på granskning.',
    returned: 'Granskaren frågar om den. Svara här ovanför.',
    rejected: 'Den togs inte med.',
    retracted: 'Den är tillbakadragen.',
    problems: 'Är en del av:',
    nothing: 'Inget har beslutats om det än, så långt du får se. Det finns med när mötet går igenom läget.',
    decided: 'Det som har beslutats:',
    noOutcome: 'inte uppföljd än',
    outcome: 'gick: {outcome}',
    follow: 'Vad det blev av den läser du under Mina rapporter.',
    failed: 'Kunde inte hämtas just nu.',
  },
  en: {
    title: 'What came of it?',
    mine: (p) => `My reports (${p['n']})`,
    counted: (p) => (Number(p['n']) > 1 ? `Counts as an incident that ${p['n']} independent sources have told of.` : 'Counts as an incident.'),
    notYet: 'It waits to be reviewed.',
    returned: 'The reviewer asks about it. Answer above.',
    rejected: 'It was not taken in.',
    retracted: 'It is withdrawn.',
    problems: 'Is part of:',
    nothing: 'Nothing has been decided about it yet, as far as you may see. It is there when the meeting goes through the picture.',
    decided: 'What has been decided:',
    noOutcome: 'not followed up yet',
    outcome: 'went: {outcome}',
    follow: 'What came of it you read under My reports.',
    failed: 'Could not be fetched right now.',
  },
});
