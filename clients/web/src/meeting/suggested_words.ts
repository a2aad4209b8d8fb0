// Words of what speaks for a problem.
import { defineWords } from '$lib/words';

const plural = (n: unknown, one: string, many: string) => (n === 1 ? one : many);

export const w = defineWords({
  sv: {
    title: 'Förslag till ordning',
    what: 'Allvar gånger hur nyligen, gånger ovanligt, gånger oberoende källor. Ett förslag: mötet ordnar.',
    use: 'Använd ordningen',
    used: 'Förslagets ordning är utgångspunkten. Flytta som mötet vill.',
    same: 'Ordningen är redan den.',
    severity: 'allvar {n}',
    noSeverity: 'allvar inte angivet',
    newest: 'senast {age}',
    moreThanUsual: (p) => (p['where'] ? `fler än vanligt i ${p['n'] === 1 ? p['where'] : 'något av områdena'}` : 'fler än vanligt'),
    asUsual: 'inte fler än vanligt',
    sources: (p) => plural(p['n'], '1 oberoende källa', `${p['n']} oberoende källor`),
    nothingLinked: 'inga händelser de senaste tolv veckorna',
    age: (p) => (p['n'] === 0 ? 'nytt sedan förra mötet' : plural(p['n'], 'ålder 1 möte', `ålder ${p['n']} möten`)),
    failed: 'Förslaget kunde inte hämtas. Ordna utan det.',
    speaks: 'Det som talar för att ta det först',
    and: 'och',
  },
  en: {
    title: 'Suggested order',
    what: 'Severity times how recent, times unusual, times independent sources. A suggestion: the meeting orders.',
    use: 'Use this order',
    used: "The suggested order is the starting point. Move as the meeting wishes.",
    same: 'The order is that already.',
    severity: 'severity {n}',
    noSeverity: 'severity not said',
    newest: 'latest {age}',
    moreThanUsual: (p) => (p['where'] ? `more than usual in ${p['n'] === 1 ? p['where'] : 'one of its areas'}` : 'more than usual'),
    asUsual: 'not more than usual',
    sources: (p) => plural(p['n'], '1 independent source', `${p['n']} independent sources`),
    nothingLinked: 'no incidents in the last twelve weeks',
    age: (p) => (p['n'] === 0 ? 'new since the last meeting' : plural(p['n'], 'age 1 meeting', `age ${p['n']} meetings`)),
    failed: 'The suggestion could not be fetched. Order without it.',
    speaks: 'What speaks for taking it first',
    and: 'and',
  },
});
