// Physical defects: how far their repair has come, and what this person is offered to do with it.
import { serverNow } from '$lib/clock.svelte';
import { picture } from '$lib/picture.svelte';
import { Repair_State, Report_Kind, Report_State, Role, type Report } from '$lib/proto';
import { hasRole, session } from '$lib/session.svelte';
import { isoDay, millis } from '$lib/time';
import { w } from './words';

const DAY = 24 * 60 * 60_000;
const standing: readonly Report_State[] = [Report_State.SUBMITTED, Report_State.ACCEPTED, Report_State.MERGED];
const open: readonly Repair_State[] = [Repair_State.REPORTED, Repair_State.ORDERED];

export function stateOf(report: Report): Repair_State {
  return report.repair?.state ?? Repair_State.UNSPECIFIED;
}

export function isOpen(report: Report): boolean {
  return open.includes(stateOf(report));
}

/** The latest opened last: who has waited longest comes first. */
export function defects(): Report[] {
  return [...picture.reports.values()]
    .filter((one) => one.kind === Report_Kind.PHYSICAL_DEFECT && one.repair && standing.includes(one.state))
    .sort((a, b) => millis(a.repair?.openTime) - millis(b.repair?.openTime));
}

/** Days as people count them: from day to day on the wall. */
function daysBetween(from: number, to: number): number {
  return Math.round((Date.parse(isoDay(new Date(to))) - Date.parse(isoDay(new Date(from)))) / DAY);
}

export function daysOpen(report: Report): number {
  return daysBetween(millis(report.repair?.openTime), millis(report.repair?.closeTime) || serverNow());
}

/** "öppen 12 dagar", "tog 3 dagar" */
export function timeWords(report: Report): string {
  const n = daysOpen(report);
  if (isOpen(report)) return n === 0 ? w('openToday') : w('openDays', { n });
  if (stateOf(report) !== Repair_State.FIXED) return '';
  return n === 0 ? w('sameDay') : w('tookDays', { n });
}

/** Who answers for it, its owner's reviewers and coordinators, and the coordinators of all. */
export function mayRepair(report: Report): boolean {
  const own = session.organisation?.name;
  if (hasRole(Role.COORDINATOR)) return true;
  if (report.repair?.responsibleOrganisation === own && hasRole(Role.REPORTER, Role.DISPATCHER, Role.REVIEWER)) return true;
  return report.owner === own && hasRole(Role.REVIEWER);
}

/** What can come next; REPORTED opens it anew. */
export function nextStates(report: Report): readonly Repair_State[] {
  switch (stateOf(report)) {
    case Repair_State.REPORTED:
      return [Repair_State.ORDERED, Repair_State.FIXED, Repair_State.DECLINED];
    case Repair_State.ORDERED:
      return [Repair_State.FIXED, Repair_State.DECLINED];
    default:
      return [Repair_State.REPORTED];
  }
}
