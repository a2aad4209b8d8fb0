// Times as people say them in a search: "fredag", "förra veckan", "i natt", "20 november", "2026-11-20".
import { isoDay } from '$lib/time';
import { atWall, dayAfter, isoWeekday } from '$lib/wall_clock';

/** Half-open, in milliseconds. */
export interface Period {
  from: number;
  to: number;
}

const weekdays = [
  ['måndag', 'mån', 'monday', 'mon'], ['tisdag', 'tis', 'tuesday', 'tue'], ['onsdag', 'ons', 'wednesday', 'wed'],
  ['torsdag', 'tor', 'tors', 'thursday', 'thu'], ['fredag', 'fre', 'friday', 'fri'],
  ['lördag', 'lör', 'saturday', 'sat'], ['söndag', 'sön', 'sunday', 'sun'],
];
const months = [
  ['januari', 'january', 'jan'], ['februari', 'february', 'feb'], ['mars', 'march', 'mar'], ['april', 'apr'],
  ['maj', 'may'], ['juni', 'june', 'jun'], ['juli', 'july', 'jul'], ['augusti', 'august', 'aug'],
  ['september', 'sep', 'sept'], ['oktober', 'october', 'okt', 'oct'], ['november', 'nov'],
  ['december', 'dec'],
];

function days(first: string, count: number): Period {
  return { from: atWall(first, '00:00').getTime(), to: atWall(dayAfter(first, count), '00:00').getTime() };
}

function month(year: number, index: number): Period {
  const first = (i: number) => `${year + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, '0')}-01`;
  return { from: atWall(first(index), '00:00').getTime(), to: atWall(first(index + 1), '00:00').getTime() };
}

const index = (lists: string[][], word: string) => lists.findIndex((list) => list.includes(word));

/** Phrases of one to three words, longest first; undefined: it is no time. */
export function periodOf(phrase: string, now: number): Period | undefined {
  const today = isoDay(new Date(now));
  const monday = dayAfter(today, 1 - isoWeekday(today));
  switch (phrase) {
    case 'idag': case 'i dag': case 'today':
      return days(today, 1);
    case 'igår': case 'i går': case 'yesterday':
      return days(dayAfter(today, -1), 1);
    case 'ikväll': case 'i kväll': case 'tonight':
      return { from: atWall(today, '16:00').getTime(), to: atWall(today, '30:00').getTime() };
    case 'inatt': case 'i natt': case 'last night':
      return { from: atWall(dayAfter(today, -1), '20:00').getTime(), to: atWall(today, '08:00').getTime() };
    case 'den här veckan': case 'denna vecka': case 'this week':
      return days(monday, 7);
    case 'förra veckan': case 'last week':
      return days(dayAfter(monday, -7), 7);
    case 'i helgen': case 'förra helgen': case 'helgen': case 'last weekend':
      return days(dayAfter(monday, isoWeekday(today) > 5 ? 5 : -2), 2);
    case 'senaste veckan': case 'past week':
      return { from: now - 7 * 24 * 60 * 60_000, to: now + 1 };
    case 'senaste månaden': case 'past month':
      return { from: now - 30 * 24 * 60 * 60_000, to: now + 1 };
  }
  if (/^\d{4}-\d{2}-\d{2}$/.test(phrase) && !Number.isNaN(Date.parse(phrase))) return days(phrase, 1);
  return dayAndMonth(phrase, today) ?? weekdayOf(phrase, today);
}

/** The last such day, today included. */
function weekdayOf(phrase: string, today: string): Period | undefined {
  const weekday = index(weekdays, phrase.replace(/^(i|förra|last) /, '').replace(/s$/, ''));
  if (weekday < 0) return undefined;
  return days(dayAfter(today, -((isoWeekday(today) - 1 - weekday + 7) % 7)), 1);
}

/** "20 november", "november": the last one that has begun. */
function dayAndMonth(phrase: string, today: string): Period | undefined {
  const [, date, word] = /^(?:(\d{1,2}) )?(\p{L}+)$/u.exec(phrase) ?? [];
  const found = index(months, word ?? '');
  if (found < 0) return undefined;
  let year = Number(today.slice(0, 4));
  if (found + 1 > Number(today.slice(5, 7))) year--;
  if (!date) return month(year, found);
  return days(`${year}-${String(found + 1).padStart(2, '0')}-${date.padStart(2, '0')}`, 1);
}
