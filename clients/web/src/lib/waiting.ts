// Reports that wait for a reviewer: the longest waiting first.
import { picture } from './picture.svelte';
import { Report_State, type Report } from './proto';
import { millis } from './time';

export function waitsForReview(report: Report): boolean {
  return report.state === Report_State.SUBMITTED;
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
