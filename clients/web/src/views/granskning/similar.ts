// What may be the same as a report that nobody has reviewed: near in place and time, of the same family.
import { nearReports } from '../rapportera/near';
import type { Report } from '$lib/proto';
import { isNotSame } from '../../merging/not_same.svelte';
import { sideOfReport, type Side } from '../../merging/sides';
import { millis } from '$lib/time';

export function similarTo(report: Report): Report[] {
  const place = { area: report.area, point: report.point, precisionM: report.pointPrecisionM };
  return nearReports(report.category, place, millis(report.occurredTime), report.name);
}

/** One a time: incidents that are not the report's own, and that were not said to be another thing. */
export function sidesNear(report: Report): Side[] {
  const found = new Map<string, Side>();
  const own = sideOfReport(report).name;
  for (const one of similarTo(report)) {
    const side = sideOfReport(one);
    if (side.name !== own && !isNotSame(report.name, side.name)) found.set(side.name, side);
  }
  // What can be brought together at once comes first.
  return [...found.values()].sort((a, b) => Number(!a.incident) - Number(!b.incident));
}
