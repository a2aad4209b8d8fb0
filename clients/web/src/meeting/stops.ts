// Stops of a deployment while they are planned: when, where, how long (R15).
import { create } from '@bufbuild/protobuf';
import { PlannedStopSchema, type PlannedStop, type TimeWindow } from '$lib/proto';
import { clockTime, isoDay, millis, toTimestamp } from '$lib/time';
import { atWall, dayAfter } from '$lib/wall_clock';

/** As many as a deployment has at most. */
export const MOST_STOPS = 48;
const DAY = 24 * 60 * 60_000;
const MINUTE = 60_000;

export interface DraftStop {
  area: string;
  minutes: number;
  /** When it begins: an instant. */
  start: number;
}

/** The dose that is advised at hot spots (Koper 1995). */
export const advised = (minutes: number) => minutes >= 10 && minutes <= 16;

export const byStart = (a: DraftStop, b: DraftStop) => a.start - b.start;

export function draftStops(stops: readonly PlannedStop[]): DraftStop[] {
  return stops.map(({ area, minutes, startTime }) => ({ area, minutes, start: millis(startTime) }));
}

export function plannedStops(stops: readonly DraftStop[]): PlannedStop[] {
  return [...stops].sort(byStart).map(({ area, minutes, start }) =>
    create(PlannedStopSchema, { area, minutes, startTime: toTimestamp(new Date(start)) }));
}

/** The clock alone does not say which day. */
export function isLong(window: TimeWindow | undefined): boolean {
  return millis(window?.endTime) - millis(window?.startTime) > DAY;
}

/** For an input: "20:15", or "2026-11-27T20:15". */
export function clockOf(start: number, withDay: boolean): string {
  const time = new Date(start);
  return withDay ? `${isoDay(time)}T${clockTime(time)}` : clockTime(time);
}

/** What such an input says: of a clock alone, the first time inside the window. */
export function atClock(value: string, window: TimeWindow | undefined): number {
  const [day, clock] = value.split('T');
  if (day && clock) return atWall(day, clock).getTime();
  const first = isoDay(window?.startTime);
  const at = atWall(first, value).getTime();
  return at < millis(window?.startTime) ? atWall(dayAfter(first), value).getTime() : at;
}

/** For one more: a quarter after the last, or the window's beginning. */
export function nextStart(stops: readonly DraftStop[], window: TimeWindow | undefined): number {
  const last = [...stops].sort(byStart).at(-1);
  if (!last) return millis(window?.startTime);
  const after = last.start + (last.minutes + 15) * MINUTE;
  return after < millis(window?.endTime) ? after : last.start;
}
