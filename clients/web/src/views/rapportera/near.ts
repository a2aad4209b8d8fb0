// Reports that may speak of the same event: same family, the last day, in the same area or close by.
import { familyOf } from '$lib/categories';
import { distanceM } from '$lib/geography';
import { picture } from '$lib/picture.svelte';
import { Family, Report_State, type Category, type Report } from '$lib/proto';
import { millis } from '$lib/time';
import type { Place } from './draft.svelte';

const CLOSE_M = 400;
const DAY_MS = 24 * 60 * 60_000;
const MOST = 3;
const gone = [Report_State.REJECTED, Report_State.RETRACTED];

function isSameSort(report: Report, category: Category): boolean {
  const family = familyOf(category);
  return family === Family.UNSPECIFIED ? report.category === category : familyOf(report.category) === family;
}

/** The nearest first where both have a point, else the newest. */
export function nearReports(category: Category, place: Place | undefined, at: number, itself = ''): Report[] {
  if (!category || !place || (!place.area && !place.point)) return [];
  const close: { report: Report; metres: number }[] = [];
  for (const report of picture.reports.values()) {
    if (report.name === itself || gone.includes(report.state) || !isSameSort(report, category)) continue;
    if (Math.abs(millis(report.occurredTime) - at) > DAY_MS) continue;
    const metres = place.point && report.point ? distanceM(place.point, report.point) : Infinity;
    if (metres > CLOSE_M && (!place.area || report.area !== place.area)) continue;
    close.push({ report, metres });
  }
  const byTime = (a: Report, b: Report) => millis(b.occurredTime) - millis(a.occurredTime);
  return close
    .sort((a, b) => (a.metres === b.metres ? byTime(a.report, b.report) : a.metres - b.metres))
    .slice(0, MOST)
    .map(({ report }) => report);
}
