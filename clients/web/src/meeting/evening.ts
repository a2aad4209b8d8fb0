// The evening that a meeting plans: which day it is, and the windows that people mean.
import { serverNow } from '$lib/clock.svelte';
import { language } from '$lib/language.svelte';
import { picture } from '$lib/picture.svelte';
import { Meeting_Phase, type Meeting, type Shift, type TimeWindow } from '$lib/proto';
import { heldShifts } from '$lib/shifts';
import { isoDay, millis, toTimestamp, weekday } from '$lib/time';
import { atWall, dayAfter, dayOf } from '$lib/wall_clock';

const DAY_MS = 24 * 60 * 60_000;
/** Before five in the morning the evening is yesterday's. */
const NIGHT_MS = 5 * 60 * 60_000;

/** The day on which the evening begins: the meeting's own, unless that has passed. */
export function eveningOf(meeting: Meeting | undefined): string {
  const today = dayOf(serverNow() - NIGHT_MS);
  const planned = isoDay(meeting?.scheduledTime);
  return planned > today ? planned : today;
}

/** A window of the wall clock; an end before its start, or past 24, is in the day after. */
export function windowOf(day: string, start: string, end: string): TimeWindow {
  const from = atWall(day, start);
  let to = atWall(day, end);
  if (to <= from) to = atWall(dayAfter(day), end);
  return {
    $typeName: 'samsyn.v1.TimeWindow',
    startTime: toTimestamp(from),
    endTime: toTimestamp(to),
  };
}

export function sameWindow(a: TimeWindow | undefined, b: TimeWindow | undefined): boolean {
  return millis(a?.startTime) === millis(b?.startTime) && millis(a?.endTime) === millis(b?.endTime);
}

export function overlaps(a: TimeWindow | undefined, b: TimeWindow | undefined): boolean {
  return millis(a?.startTime) < millis(b?.endTime) && millis(b?.startTime) < millis(a?.endTime);
}

/** "i kväll" where it is, else the weekday. */
export function eveningWord(day: string): string {
  if (day === dayOf(serverNow() - NIGHT_MS)) return language() === 'sv' ? 'i kväll' : 'tonight';
  return weekday(atWall(day, '12:00'));
}

export interface WindowChoice {
  label: string;
  window: TimeWindow;
}

/** What is said most: tonight, tomorrow, the week-end, the week to come. */
export function windowChoices(day: string): WindowChoice[] {
  const hours: readonly [string, string][] = [['18', '21'], ['19', '23'], ['20', '22'], ['20', '24'], ['22', '02'], ['22', '24']];
  const tonight = hours.map(([from, to]) => ({
    label: `${eveningWord(day)} ${from}–${to}`,
    window: windowOf(day, `${from}:00`, `${to}:00`),
  }));
  const tomorrow = dayAfter(day);
  const later = [
    { label: `${weekday(atWall(tomorrow, '12:00'))} 20–24`, window: windowOf(tomorrow, '20:00', '24:00') },
    { label: `${weekday(atWall(tomorrow, '12:00'))} 22–02`, window: windowOf(tomorrow, '22:00', '02:00') },
    { label: language() === 'sv' ? 'veckan som kommer' : 'the week to come', window: spanOf(dayAfter(day, 1), 7) },
  ];
  // What is over cannot be chosen.
  return [...tonight, ...later].filter((one) => millis(one.window.endTime) > serverNow());
}

function spanOf(day: string, days: number): TimeWindow {
  return {
    $typeName: 'samsyn.v1.TimeWindow',
    startTime: toTimestamp(atWall(day, '07:00')),
    endTime: toTimestamp(atWall(dayAfter(day, days - 1), '17:00')),
  };
}

/** Shifts of the evening, or those that overlap a window; what is not held after all nobody counts on. */
export function shiftsIn(window: TimeWindow | undefined): Shift[] {
  return heldShifts()
    .filter((shift) => overlaps(shift.window, window))
    .sort((a, b) => millis(a.window?.startTime) - millis(b.window?.startTime));
}

/** From the afternoon to the morning. */
export function wholeEvening(day: string): TimeWindow {
  return windowOf(day, '15:00', '05:00');
}

/** When what is decided now is followed up, as people say it: the next meeting first. */
export function followUpChoices(meeting: Meeting | undefined): { label: string; time: Date }[] {
  const sv = language() === 'sv';
  const evening = eveningOf(meeting);
  const planned = [...picture.meetings.values()]
    .filter((one) => one.phase === Meeting_Phase.PLANNED && isoDay(one.scheduledTime) > evening)
    .map((one) => millis(one.scheduledTime))
    .sort((a, b) => a - b)[0];
  const weeks = picture.municipality?.cadence?.weeks || 1;
  const next = planned ? new Date(planned) : new Date(atWall(evening, '18:00').getTime() + weeks * 7 * DAY_MS);
  const noon = (days: number) => atWall(dayAfter(evening, days), '12:00');
  return [
    { label: sv ? 'nästa möte' : 'the next meeting', time: next },
    { label: sv ? 'dagen efter' : 'the day after', time: noon(1) },
    { label: sv ? 'om tre dagar' : 'in three days', time: noon(3) },
    { label: sv ? 'om två veckor' : 'in two weeks', time: noon(14) },
    { label: sv ? 'om en månad' : 'in a month', time: noon(28) },
  ];
}
