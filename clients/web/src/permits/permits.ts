// Permits in words, and who may record them. It only chooses what to show: rights are the server's.
import { serverNow } from '$lib/clock.svelte';
import { language } from '$lib/language.svelte';
import { areaName, listed } from '$lib/names';
import { OrganisationKind, Role, Unit_Power, type Permit, type PermitHours, type Unit } from '$lib/proto';
import { hasRole, session } from '$lib/session.svelte';
import { dayTime, millis, weekday } from '$lib/time';
import { w } from './words';

const DAY = 24 * 60 * 60_000;
/** A Monday at noon: its weekdays are named by what comes after it. */
const MONDAY = Date.UTC(2026, 0, 5, 12);

/** 1 is Monday: "mån". */
export function weekdayName(iso: number): string {
  return weekday(new Date(MONDAY + (iso - 1) * DAY));
}

/** Neighbours are said together: "mån–tors, lör". */
export function weekdaysWords(isos: readonly number[]): string {
  const runs: number[][] = [];
  for (const iso of [...isos].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && last.at(-1) === iso - 1) last.push(iso);
    else runs.push([iso]);
  }
  return runs
    .flatMap((run) => (run.length > 2 ? [`${weekdayName(run[0] ?? 1)}–${weekdayName(run.at(-1) ?? 1)}`] : run.map(weekdayName)))
    .join(', ');
}

export function hoursWords({ isoWeekdays, startWallTime, endWallTime }: PermitHours): string {
  return `${weekdaysWords(isoWeekdays)} ${startWallTime}–${endWallTime}`;
}

export function permitPlaces({ areas, polygon }: Permit): string {
  const and = language() === 'sv' ? 'och' : 'and';
  return listed([...areas.map(areaName), ...(polygon ? [w('polygon')] : [])], and);
}

/** From when to when it applies, and at which times of the week. */
export function permitTimes({ window, hours }: Permit): string {
  const whole = window ? w('fromTo', { from: dayTime(window.startTime), to: dayTime(window.endTime) }) : w('untilFurther');
  return [whole, ...hours.map(hoursWords)].join('; ');
}

export function isOver({ window }: Permit): boolean {
  return window?.endTime !== undefined && millis(window.endTime) <= serverNow();
}

/** A dispatcher of the police, for a unit whose powers need a permit. */
export function mayRecordPermit(unit: Unit | undefined): boolean {
  return unit?.power === Unit_Power.PUBLIC_ORDER_GUARD && !unit.retired && hasRole(Role.DISPATCHER)
    && session.organisation?.kind === OrganisationKind.POLICE;
}
