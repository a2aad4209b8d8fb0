// Levels of areas: which stand on the agenda, what the meeting before gave, what happened since.
import { picture, type Count } from '$lib/picture.svelte';
import { AreaLevel, type Area, type AreaAssessment, type Family, type Meeting } from '$lib/proto';
import { idOf } from '$lib/route.svelte';
import { family } from '$lib/words/enums';

/** The five levels as the keys 1–5 have them. */
export const levels: readonly AreaLevel[] = [
  AreaLevel.GREEN, AreaLevel.YELLOW, AreaLevel.ORANGE, AreaLevel.RED, AreaLevel.UNKNOWN,
];

export function assessmentOf(meeting: Meeting, area: string): AreaAssessment | undefined {
  return picture.assessments.get(`${meeting.name}/assessments/${idOf(area)}`);
}

/** The level that the meeting before gave, as this person may see it. */
export function levelBefore(meeting: Meeting, area: string): AreaLevel {
  const before = picture.assessments.get(`${meeting.previousMeeting}/assessments/${idOf(area)}`);
  return before?.level ?? AreaLevel.UNKNOWN;
}

/** What happened in an area since last time, the most first: [family, count]. */
export function happened(counts: Map<number, Count> | undefined): [Family, Count][] {
  return [...(counts ?? [])]
    .filter(([, count]) => count.actual + count.perceived > 0)
    .sort(([, a], [, b]) => b.actual + b.perceived - (a.actual + a.perceived)) as [Family, Count][];
}

/** R10: areas with anything since last time, and those that were not normal; the rest by themselves. */
export function agendaAreas(meeting: Meeting): { agenda: Area[]; rest: Area[] } {
  const counts = picture.cellsByArea();
  const weight = (area: Area) =>
    happened(counts.get(area.name)).reduce((sum, [, count]) => sum + count.actual + count.perceived, 0);
  const isWorrying = (area: Area) => ![AreaLevel.GREEN, AreaLevel.UNKNOWN].includes(levelBefore(meeting, area.name));
  const all = [...picture.areas.values()].sort(
    (a, b) =>
      severity(levelBefore(meeting, b.name)) - severity(levelBefore(meeting, a.name)) ||
      weight(b) - weight(a) ||
      a.displayName.localeCompare(b.displayName, 'sv'),
  );
  const agenda = all.filter((area) => weight(area) > 0 || isWorrying(area));
  return { agenda, rest: all.filter((area) => !agenda.includes(area)) };
}

/** RED is worst; not assessed is not bad. */
export function severity(level: AreaLevel): number {
  return level === AreaLevel.UNKNOWN ? 0 : level;
}

/** "skadegörelse och brand 3, trafik 1" */
export function happenedWords(counts: Map<number, Count> | undefined, perceived: (n: number) => string): string {
  return happened(counts)
    .map(([value, count]) =>
      [count.actual > 0 || count.perceived === 0 ? `${family(value)} ${count.actual}` : family(value),
        count.perceived > 0 ? perceived(count.perceived) : '']
        .filter(Boolean)
        .join(' '),
    )
    .join(', ');
}
