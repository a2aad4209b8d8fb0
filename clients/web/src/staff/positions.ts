// Where people on assignments are, as those who may see it read it: "för 2 min sedan, inom 100 m".
import { picture } from '$lib/picture.svelte';
import type { UnitPosition } from '$lib/proto';
import { age, millis } from '$lib/time';
import { w } from './words';

/** The newest of each member on it, the newest first. */
export function positionsOf(assignment: string): UnitPosition[] {
  return [...picture.positions.values()]
    .filter((one) => one.assignment === assignment && one.point !== undefined)
    .sort((a, b) => millis(b.positionTime) - millis(a.positionTime));
}

export function sayPosition({ positionTime, pointPrecisionM }: UnitPosition): string {
  return w('within', { age: age(positionTime), m: Math.ceil(pointPrecisionM / 10) * 10 });
}
