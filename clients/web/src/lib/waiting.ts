// What waits for this person's look: reports for a reviewer, the longest waiting first; proposals to share for those who
// decide in the own organisation; who is to be an authority, for coordinators.
import { picture } from './picture.svelte';
import { Release_State, Report_State, Role, type Organisation, type Release, type Report } from './proto';
import { hasRole, session } from './session.svelte';
import { millis } from './time';

/** Whoever got less than the whole has nothing to review. */
export function waitsForReview(report: Report): boolean {
  return report.state === Report_State.SUBMITTED && !report.release?.withheld.length;
}

export function waitingReports(waits: (report: Report) => boolean = waitsForReview): Report[] {
  return [...picture.reports.values()]
    .filter(waits)
    .sort((a, b) => millis(a.createTime) - millis(b.createTime) || a.name.localeCompare(b.name));
}

export function waitingCount(): number {
  let count = 0;
  for (const report of picture.reports.values()) if (waitsForReview(report)) count++;
  return count;
}

/** Proposals to share that this person decides over, the oldest first. */
export function waitingShares(): Release[] {
  if (!hasRole(Role.COORDINATOR, Role.REVIEWER, Role.DISPATCHER)) return [];
  return [...picture.releases.values()]
    .filter((one) => one.state === Release_State.PROPOSED && one.owner === session.organisation?.name)
    .sort((a, b) => millis(a.createTime) - millis(b.createTime));
}

/** Changes of who is an authority that wait for a second coordinator. */
export function waitingAuthorities(): Organisation[] {
  return hasRole(Role.COORDINATOR) ? [...picture.organisations.values()].filter((one) => one.authorityChange) : [];
}
