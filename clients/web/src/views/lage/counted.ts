// What a number of the board is made of: the incidents that it counts, and the reports that it does not.
import { familyOf } from '$lib/categories';
import { picture } from '$lib/picture.svelte';
import { Category, Incident_State, Report_Kind, Report_State, type Incident, type Report, type SourceCount } from '$lib/proto';
import { millis, type Moment } from '$lib/time';
import type { CountQuestion } from './asked.svelte';
import { shown } from './shown.svelte';
import { families } from './table';

function perceived(report: Report): boolean {
  return report.kind === Report_Kind.PERCEPTION || report.category === Category.WORRY;
}

/** Latest first. */
export function countedIncidents(question: CountQuestion): Incident[] {
  const from = millis(shown.start);
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
export function unreviewedReports(question: CountQuestion): Report[] {
  const from = millis(shown.start);
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

/** The sources of what is asked for, those with most first, and how many of them are independent. */
export function sourcesOf({ area, family }: CountQuestion): { who: SourceCount[]; independent: number } {
  const found = new Map<string, SourceCount>();
  let independent = 0;
  for (const piece of shown.pieces()) {
    if ((area !== undefined && piece.area !== area) || (family !== undefined && piece.family !== family)) continue;
    independent += piece.independentSources;
    for (const one of piece.sources) {
      const key = `${one.organisation} ${one.sourceUri}`;
      const other = found.get(key);
      const newestTime = millis(other?.newestTime) > millis(one.newestTime) ? other?.newestTime : one.newestTime;
      found.set(key, { ...one, incidents: one.incidents + (other?.incidents ?? 0), ...(newestTime && { newestTime }) });
    }
  }
  const who = [...found.values()].sort((a, b) => b.incidents - a.incidents || millis(b.newestTime) - millis(a.newestTime));
  return { who, independent };
}

/** When the newest of what is asked for occurred. */
export function newestOf(question: CountQuestion, incidents: readonly Incident[]): Moment {
  if (!shown.past) return incidents[0]?.occurredTime;
  return sourcesOf(question).who.map((one) => one.newestTime).sort((a, b) => millis(b) - millis(a))[0];
}
