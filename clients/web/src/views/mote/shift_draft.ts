// A shift as it is said in the round: what is proposed for it, and what of it is sent.
import { picture } from '$lib/picture.svelte';
import type { Meeting, Shift, Unit } from '$lib/proto';
import { clockTime, millis } from '$lib/time';
import { shiftsIn, wholeEvening } from '../../meeting/evening';

export interface ShiftWords {
  unit: string;
  people: number;
  from: string;
  to: string;
  phone: string;
  radioGroup: string;
}

/** Under what the words of a new one are kept. */
export function draftOfShift(meeting: Meeting, organisation: string): string {
  return `shift ${meeting.name} ${organisation}`;
}

/** The first unit that has no shift in the evening. */
export function unitToAdd(units: readonly Unit[], evening: string): string {
  const out = new Set(shiftsIn(wholeEvening(evening)).map((one) => one.unit));
  return (units.find((one) => !out.has(one.name)) ?? units[0])?.name ?? '';
}

/** What the unit said last time; else the evening's usual hours and what is known of the unit. */
export function proposed(unit: string): ShiftWords {
  const known = picture.units.get(unit);
  const last = [...picture.shifts.values()]
    .filter((one) => one.unit === unit && !one.withdrawn)
    .sort((a, b) => millis(b.window?.startTime) - millis(a.window?.startTime))[0];
  return {
    unit,
    people: last?.people ?? (known?.minimumCrew || 2),
    from: clockTime(last?.window?.startTime) || '19:00',
    to: clockTime(last?.window?.endTime) || '02:00',
    phone: last?.phone || known?.phone || '',
    radioGroup: last?.radioGroup ?? '',
  };
}

/** One that there is, as it is written. */
export function wordsOfShift(shift: Shift): ShiftWords {
  const { unit, people, phone, radioGroup, window } = shift;
  return { unit, people, phone, radioGroup, from: clockTime(window?.startTime), to: clockTime(window?.endTime) };
}

/** The fields of the request: of one that is changed, what is not written stays. */
export function shiftFields(shift: Shift) {
  const { name, unit, window, people, areas, phone, radioGroup, withdrawn } = shift;
  return { name, unit, people, areas, phone, radioGroup, withdrawn, ...(window && { window }) };
}
