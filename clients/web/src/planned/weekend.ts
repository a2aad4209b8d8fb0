// The time that is looked ahead to: from now to Monday at five in the morning, and what is planned in it.
import { reports } from '$lib/api';
import { picture } from '$lib/picture.svelte';
import type { PlannedOccurrence } from '$lib/calls';
import { Report_Kind } from '$lib/proto';
import { isoDay, toTimestamp } from '$lib/time';
import { atWall, dayAfter, isoWeekday } from '$lib/wall_clock';

const NIGHT_ENDS = '05:00';

/** The Monday morning to come; in the small hours of a Monday it is still the weekend. */
export function weekendEnd(now: number): Date {
  const today = isoDay(new Date(now));
  const monday = atWall(dayAfter(today, isoWeekday(today) === 1 ? 0 : 8 - isoWeekday(today)), NIGHT_ENDS);
  return monday.getTime() > now ? monday : atWall(dayAfter(today, 7), NIGHT_ENDS);
}

/** The evening that a time belongs to: what begins before five is the night's before. */
export function eveningOf(at: Date): string {
  const day = isoDay(at);
  return at < atWall(day, NIGHT_ENDS) ? dayAfter(day, -1) : day;
}

/** Changes when what is planned has: what the answer was asked with. */
export function plannedKey(): string {
  return [...picture.reports.values()]
    .filter((one) => one.kind === Report_Kind.PLANNED_EVENT)
    .map((one) => `${one.name} ${one.revision}`)
    .join();
}

export async function plannedUntil(from: number, to: Date): Promise<PlannedOccurrence[]> {
  const window = { startTime: toTimestamp(new Date(from)), endTime: toTimestamp(to) };
  return (await reports.listPlannedEvents({ municipality: picture.municipalityName, window })).occurrences;
}
