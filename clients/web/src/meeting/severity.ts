// In which order areas are taken up: the worst first.
import type { AgendaItem } from '$lib/calls';
import { AreaLevel } from '$lib/proto';

/** RED is worst; not assessed is not bad. */
export function severity(level: AreaLevel): number {
  return level === AreaLevel.UNKNOWN ? 0 : level;
}

/** Of two areas of an agenda: which stood worse, then in which more has happened. */
export function byWeight(a: AgendaItem, b: AgendaItem): number {
  return severity(b.previousLevel) - severity(a.previousLevel) || b.actual + b.perceived - (a.actual + a.perceived);
}
