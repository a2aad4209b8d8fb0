// Words of the history of a count.
import { defineWords } from '$lib/words';

export const w = defineWords({
  sv: {
    caption: (p) =>
      Number(p['weeks']) === 1
        ? `${p['what']}: de ${p['n']} veckorna före, och nu.`
        : `${p['what']}: ${p['n']} perioder om ${p['weeks']} veckor före, och nu.`,
    band: 'brukar vara {range}',
    now: 'nu',
    from: 'från {day}',
    nowFrom: 'nu, från {day}',
    asTable: 'Som tabell',
    period: 'Period',
    count: 'Antal',
  },
  en: {
    caption: (p) =>
      Number(p['weeks']) === 1
        ? `${p['what']}: the ${p['n']} weeks before, and now.`
        : `${p['what']}: ${p['n']} periods of ${p['weeks']} weeks before, and now.`,
    band: 'mostly {range}',
    now: 'now',
    from: 'from {day}',
    nowFrom: 'now, from {day}',
    asTable: 'As a table',
    period: 'Period',
    count: 'Count',
  },
});
