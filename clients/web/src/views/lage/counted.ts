// What a number of the board is made of: the incidents that it counts, and the reports that it does not.
import { familyOf } from '$lib/categories';
import { picture } from '$lib/picture.svelte';
import { Category, Incident_State, Report_Kind, Report_State, type Incident, type Report } from '$lib/proto';
import { millis } from '$lib/time';
import type { Question } from './asked.svelte';
import { families, periodStart } from './table';

type Count = Extract<Question, { about: 'count' }>;

function perceived(report: Report): boolean {
  return report.kind === Report_Kind.PERCEPTION || report.category === Category.WORRY;
}

/** Latest first. */
export function countedIncidents(question: Count): Incident[] {
  const from = millis(periodStart());
  return [...picture.incidents.values()]
    .filter(
      (one) =>
        one.state === Incident_State.CURRENT && one.counted && families.includes(one.family) &&
        millis(one.occurredTime) >= from &&
        (question.area === undefined || one.area === question.area) &&
        (question.family === undefined || one.family === question.family) &&
        (question.nature === undefined || one.perceived === (question.nature === 'perceived')),
    )
    .sort((a, b) => millis(b.occurredTime) - millis(a.occurredTime));
}

/** Shown, but not counted until somebody has reviewed them. */
export function unreviewedReports(question: Count): Report[] {
  const from = millis(periodStart());
  const never: readonly Report_Kind[] = [Report_Kind.PLANNED_EVENT, Report_Kind.INFORMATION];
  return [...picture.reports.values()]
    .filter((one) => {
      const row = familyOf(one.category);
      return (
        one.state === Report_State.SUBMITTED && families.includes(row) && !one.notCounted && !never.includes(one.kind) &&
        millis(one.occurredTime) >= from &&
        (question.area === undefined || one.area === question.area) &&
        (question.family === undefined || row === question.family) &&
        (question.nature === undefined || perceived(one) === (question.nature === 'perceived'))
      );
    })
    .sort((a, b) => millis(b.occurredTime) - millis(a.occurredTime));
}

/** What is counted as actual, by area and day. */
export function byDay(dayOf: (incident: Incident) => string): Map<string, Map<string, number>> {
  const areas = new Map<string, Map<string, number>>();
  for (const one of countedIncidents({ about: 'count', area: undefined, nature: 'actual' })) {
    let days = areas.get(one.area);
    if (!days) areas.set(one.area, (days = new Map()));
    days.set(dayOf(one), (days.get(dayOf(one)) ?? 0) + 1);
  }
  return areas;
}
