// How an event comes again, in words: "varje fredag och lördag, till 18 dec."
import { listed } from '$lib/names';
import { Recurrence_Frequency as Frequency, type Recurrence, type Report } from '$lib/proto';
import { day, isoDay } from '$lib/time';
import { isoWeekday } from '$lib/wall_clock';
import { w } from './words';

export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;
export const weekdays: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7];

export function weekdayName(number: number): string {
  const known = weekdays.find((one) => one === number);
  return known ? w(`day${known}`) : '';
}

/** `first` is the day of the first time, "2026-11-27". */
function often(one: Recurrence, first: string): string {
  const n = one.interval || 1;
  switch (one.frequency) {
    case Frequency.WEEKLY: {
      const days = listed((one.isoWeekdays.length > 0 ? one.isoWeekdays : [isoWeekday(first)]).map(weekdayName), w('and'));
      return n === 1 ? w('weekly', { days }) : w('everyWeeks', { n, days });
    }
    case Frequency.MONTHLY:
      return w('monthly', { n, day: one.dayOfMonth || Number(first.slice(8)) }) + (one.beforeWeekend ? w('before') : '');
    case Frequency.YEARLY:
      return w('yearly', { n });
    default:
      return '';
  }
}

export function recurrenceWords(one: Recurrence | undefined, first: string): string {
  if (!one) return '';
  return often(one, first) + (one.untilTime ? w('until', { day: day(one.untilTime) }) : '');
}

export const recurrenceOf = (report: Report) => recurrenceWords(report.recurrence, isoDay(report.occurredTime));
