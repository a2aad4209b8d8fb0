// Plans are made by the wall clock of Stockholm: from a day and a clock time to an instant, and the evening's windows.
import { isoDay } from '$lib/time';

const ZONE = 'Europe/Stockholm';
const DAY = 24 * 60 * 60_000;

/** How far the wall clock is ahead of UTC at an instant, in milliseconds. */
function ahead(instant: number): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: ZONE, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric',
    minute: 'numeric', second: 'numeric',
  }).formatToParts(instant);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  const wall = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return wall - Math.floor(instant / 1000) * 1000;
}

/** "2026-11-27" and "20:00" (or "26:30" for half past two in the night after) as an instant. */
export function atWall(day: string, clock: string): Date {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  const over = Math.floor(hours / 24);
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const wall = Date.UTC(year, month - 1, date + over, hours % 24, minutes);
  const first = wall - ahead(wall);
  // Where the clocks change between the guess and the answer, the answer's own offset holds.
  return new Date(wall - ahead(first));
}

/** The day after, or `n` days after. */
export function dayAfter(day: string, n = 1): string {
  return new Date(Date.parse(`${day}T12:00:00Z`) + n * DAY).toISOString().slice(0, 10);
}

/** The day of an instant on the wall. */
export function dayOf(instant: number): string {
  return isoDay(new Date(instant));
}

/** Monday is 1. */
export function isoWeekday(day: string): number {
  return new Date(`${day}T12:00:00Z`).getUTCDay() || 7;
}
