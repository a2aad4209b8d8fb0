// How every area stands by the last meeting that judged it: of all, or up to one that is past.
import { picture } from '$lib/picture.svelte';
import { AreaLevel, type AreaAssessment, type Meeting } from '$lib/proto';
import { millis } from '$lib/time';

/** By area. */
export function assessments(until?: Meeting): Map<string, AreaAssessment> {
  const newest = new Map<string, AreaAssessment>();
  for (const one of picture.assessments.values()) {
    const closed = millis(picture.meetings.get(one.meeting)?.closeTime) || Infinity;
    if (until && closed > millis(until.closeTime)) continue;
    const other = newest.get(one.area);
    if (!other || millis(other.updateTime) < millis(one.updateTime)) newest.set(one.area, one);
  }
  return newest;
}

/** Worst first; an area that nobody has judged stands after those above normal. */
const order: readonly AreaLevel[] = [
  AreaLevel.RED, AreaLevel.ORANGE, AreaLevel.YELLOW, AreaLevel.UNKNOWN, AreaLevel.GREEN,
];

export function severity(level: AreaLevel): number {
  const place = order.indexOf(level);
  return order.length - (place < 0 ? order.indexOf(AreaLevel.UNKNOWN) : place);
}

export function aboveNormal(level: AreaLevel): boolean {
  return level === AreaLevel.YELLOW || level === AreaLevel.ORANGE || level === AreaLevel.RED;
}

/** Whether it is worse or better than at the meeting before; 0 when it is the same or cannot be said. */
export function change(assessment: AreaAssessment | undefined): -1 | 0 | 1 {
  const known = (level: AreaLevel) => level === AreaLevel.GREEN || aboveNormal(level);
  if (!assessment || !known(assessment.level) || !known(assessment.previousLevel)) return 0;
  return Math.sign(severity(assessment.level) - severity(assessment.previousLevel)) as -1 | 0 | 1;
}
