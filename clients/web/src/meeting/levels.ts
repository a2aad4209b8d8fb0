// Levels of areas: which stand on the agenda, what the meeting before gave, what happened since.
import { AgendaItem_Kind } from '$lib/calls';
import { picture, type Count } from '$lib/picture.svelte';
import { AreaLevel, type Area, type AreaAssessment, type Family, type Meeting } from '$lib/proto';
import { idOf } from '$lib/route.svelte';
import { family } from '$lib/words/enums';
import { agenda } from './agenda.svelte';
import { severity } from './severity';

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

/** R10: the areas of the meeting's agenda, as the server has them; the rest by themselves. The worst first. */
export function agendaAreas(meeting: Meeting): { agenda: Area[]; rest: Area[] } {
  const listed = agenda
    .items(meeting.name)
    .filter((one) => one.kind === AgendaItem_Kind.AREA)
    .map((one) => picture.areas.get(one.subject))
    .filter((one) => one !== undefined);
  const rest = [...picture.areas.values()]
    .filter((area) => !listed.includes(area))
    .sort(
      (a, b) =>
        severity(levelBefore(meeting, b.name)) - severity(levelBefore(meeting, a.name)) ||
        a.displayName.localeCompare(b.displayName, 'sv'),
    );
  return { agenda: listed, rest };
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
