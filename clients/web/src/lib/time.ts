// Times as people here say them: the municipality's wall clock with weekday, whatever the device is set to.
import { timestampDate, timestampFromDate, type Timestamp } from '@bufbuild/protobuf/wkt';
import { language } from './language.svelte';
import { serverNow } from './clock.svelte';
import type { TimeWindow } from './proto';
import { t } from './words';

const ZONE = 'Europe/Stockholm';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export type Moment = Timestamp | Date | undefined;

const formats = new Map<string, Intl.DateTimeFormat>();

function format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const locale = language() === 'sv' ? 'sv-SE' : 'en-GB';
  const key = locale + JSON.stringify(options);
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(locale, { timeZone: ZONE, ...options });
    formats.set(key, found);
  }
  return found;
}

export function toDate(moment: Moment): Date | undefined {
  return moment === undefined || moment instanceof Date ? moment : timestampDate(moment);
}

export function toTimestamp(date: Date): Timestamp {
  return timestampFromDate(date);
}

/** 0 when there is none, so that lists can be sorted by it. */
export function millis(moment: Moment): number {
  return toDate(moment)?.getTime() ?? 0;
}

function say(moment: Moment, options: Intl.DateTimeFormatOptions): string {
  const date = toDate(moment);
  return date ? format(options).format(date) : '';
}

/** "18:42" */
export const clockTime = (moment: Moment) => say(moment, { hour: '2-digit', minute: '2-digit' });
/** "18:42:07" */
export const clockSeconds = (moment: Moment) =>
  say(moment, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
/** "fre" */
export const weekday = (moment: Moment) => say(moment, { weekday: 'short' });
/** "fre 18:42" */
export const weekdayTime = (moment: Moment) => `${weekday(moment)} ${clockTime(moment)}`.trim();
/** "fre 27 nov." */
export const day = (moment: Moment) => say(moment, { weekday: 'short', day: 'numeric', month: 'short' });
/** "fredag 27 november 2026" */
export const longDay = (moment: Moment) =>
  say(moment, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
/** "fre 27 nov. 18:42" */
export const dayTime = (moment: Moment) => `${day(moment)} ${clockTime(moment)}`.trim();

/** "2026-11-27": the wall clock's day, to compare days by. */
export function isoDay(moment: Moment): string {
  const date = toDate(moment);
  if (!date) return '';
  return new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE, dateStyle: 'short' }).format(date);
}

/** An hour without its zeros ("20"), else "20:30". */
function shortClock(moment: Moment): string {
  return clockTime(moment).replace(/:00$/, '');
}

/** An end at midnight is said "24". */
function endClock(moment: Moment): string {
  const clock = shortClock(moment);
  return clock === '00' ? '24' : clock;
}

const isWholeDays = ({ startTime, endTime }: TimeWindow) => clockTime(startTime) === '00:00' && clockTime(endTime) === '00:00';

/** "fre 20–23"; over a day's end by more than a night "fre 20 – sön 02"; whole days without their clock. */
export function windowWords(window: TimeWindow | undefined): string {
  if (!window) return '';
  const { startTime, endTime } = window;
  if (isWholeDays(window)) {
    const last = new Date(millis(endTime) - 1);
    return isoDay(startTime) === isoDay(last) ? day(startTime) : `${day(startTime)} – ${day(last)}`;
  }
  const hours = (millis(endTime) - millis(startTime)) / HOUR;
  if (isoDay(startTime) === isoDay(endTime) || hours <= 14) {
    return `${weekday(startTime)} ${shortClock(startTime)}–${endClock(endTime)}`;
  }
  return `${weekday(startTime)} ${shortClock(startTime)} – ${weekday(endTime)} ${shortClock(endTime)}`;
}

/** "nyss", "för 12 min sedan", "för 3 tim sedan", "i går"; follows the clock by itself. */
export function age(moment: Moment): string {
  const date = toDate(moment);
  if (!date) return '';
  const past = serverNow() - date.getTime();
  if (past < MINUTE) return t('justNow');
  if (past < HOUR) return t('minutesAgo', { n: Math.floor(past / MINUTE) });
  if (past < 24 * HOUR) return t('hoursAgo', { n: Math.floor(past / HOUR) });
  return t('daysAgo', { n: Math.floor(past / (24 * HOUR)) });
}

/** "nytt sedan 18:40" */
export const newSince = (moment: Moment) => t('newSince', { time: clockTime(moment) });
