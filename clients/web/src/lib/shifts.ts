// Who is out: the shifts that are held. One that was withdrawn stays in the picture, and nobody counts on it.
import { picture } from './picture.svelte';
import type { Shift } from './proto';

export function heldShifts(): Shift[] {
  return [...picture.shifts.values()].filter((one) => !one.withdrawn);
}
