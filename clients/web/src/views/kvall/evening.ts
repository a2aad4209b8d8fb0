// The evening that is shown: this one, or the next on which somebody is out; who is out, where, and who has not answered.
import { serverNow } from '$lib/clock.svelte';
import { picture } from '$lib/picture.svelte';
import {
  Assignment_Reach, Assignment_State, Deployment_State, type Assignment, type Deployment, type NightLead, type Shift,
  type TimeWindow,
} from '$lib/proto';
import { heldShifts } from '$lib/shifts';
import { isoDay, millis, toTimestamp } from '$lib/time';
import { atWall } from '$lib/wall_clock';
import type { Timestamp } from '@bufbuild/protobuf/wkt';

const HALF_DAY = 12 * 60 * 60_000;

export interface Evening {
  /** "2026-11-27" */
  day: string;
  /** Noon to noon. */
  start: number;
  end: number;
  tonight: boolean;
}

/** What belongs to the night after a day counts as that day until noon. */
export function eveningDay(instant: number): string {
  return isoDay(new Date(instant - HALF_DAY));
}

export function evening(): Evening {
  const now = serverNow();
  const windows = [...heldShifts(), ...picture.assignments.values()].map((one) => one.window);
  const coming = windows.filter((window) => millis(window?.endTime) > now).map((window) => millis(window?.startTime));
  const today = eveningDay(now);
  const first = coming.length > 0 ? eveningDay(Math.min(...coming)) : today;
  const day = first < today ? today : first;
  const start = atWall(day, '12:00').getTime();
  return { day, start, end: atWall(day, '36:00').getTime(), tonight: day === today };
}

export function isIn(window: TimeWindow | undefined, start: number, end: number): boolean {
  return millis(window?.startTime) < end && millis(window?.endTime) > start;
}

/** 17 to 05, and longer where something is on beside: whoever goes out at dawn is covered, too. A day at most. */
export function hoursCovered({ day, start, end }: Evening): { startTime: Timestamp; endTime: Timestamp } {
  const on = [...picture.deployments.values(), ...picture.assignments.values()]
    .map((one) => one.window)
    .filter((window) => isIn(window, start, end));
  const first = Math.min(atWall(day, '17:00').getTime(), ...on.map((window) => millis(window?.startTime)));
  const last = Math.max(atWall(day, '29:00').getTime(), ...on.map((window) => millis(window?.endTime)));
  const from = Math.max(start, first);
  return { startTime: toTimestamp(new Date(from)), endTime: toTimestamp(new Date(Math.min(end, last, from + 2 * HALF_DAY))) };
}

export interface Row {
  unit: string;
  shift: Shift | undefined;
  assignments: Assignment[];
}

/** A row a shift, and one for a unit that is sent out without a shift; by start. */
export function rows({ start, end }: Evening): Row[] {
  const assignments = [...picture.assignments.values()]
    .filter((one) => isIn(one.window, start, end) && one.state !== Assignment_State.REPLACED)
    .sort((a, b) => millis(a.window?.startTime) - millis(b.window?.startTime));
  const shifts = heldShifts().filter((one) => isIn(one.window, start, end));
  const withShift = new Set(shifts.map((shift) => shift.unit));
  const found: Row[] = shifts.map((shift) => ({
    unit: shift.unit,
    shift,
    assignments: assignments.filter((one) => one.unit === shift.unit),
  }));
  for (const unit of new Set(assignments.map((one) => one.unit))) {
    if (!withShift.has(unit)) found.push({ unit, shift: undefined, assignments: assignments.filter((one) => one.unit === unit) });
  }
  const begins = (row: Row) => millis(row.shift?.window?.startTime ?? row.assignments[0]?.window?.startTime);
  return found.sort((a, b) => begins(a) - begins(b));
}

/** No device has it, and none can be woken: it is told by telephone. */
export function isOutOfReach({ reach }: Assignment): boolean {
  return reach === Assignment_Reach.CALL;
}

/** It cannot, and nobody was sent in its place since. */
export function isDeclined(assignment: Assignment): boolean {
  if (assignment.state !== Assignment_State.DECLINED || millis(assignment.window?.endTime) <= serverNow()) return false;
  const deployment = picture.deployments.get(assignment.deployment);
  if (deployment && !runs(deployment)) return false;
  return ![...picture.assignments.values()].some(
    (one) => one.deployment === assignment.deployment && millis(one.createTime) > millis(assignment.updateTime),
  );
}

function urgency(assignment: Assignment): number {
  return isOutOfReach(assignment) ? 0 : assignment.state === Assignment_State.EXPIRED ? 1 : 2;
}

/** Whom to call: first those whom nothing reaches, then those who have not answered in time, then those who cannot. */
export function toCall({ start, end }: Evening): Assignment[] {
  return [...picture.assignments.values()]
    .filter((one) => (isOutOfReach(one) || one.state === Assignment_State.EXPIRED || isDeclined(one)) && isIn(one.window, start, end))
    .sort((a, b) => urgency(a) - urgency(b) || millis(a.window?.startTime) - millis(b.window?.startTime));
}

/** The number to reach a unit on tonight: its shift's, else its own, else its organisation's. */
export function phoneOf(unit: string, { start, end }: Evening): string {
  const shift = heldShifts().find((one) => one.unit === unit && one.phone && isIn(one.window, start, end));
  const known = picture.units.get(unit);
  return shift?.phone || known?.phone || picture.organisations.get(known?.organisation ?? '')?.phone || '';
}

export function nightLead({ start, end }: Evening): NightLead | undefined {
  return [...picture.meetings.values()].map((meeting) => meeting.nightLead).find((lead) => lead && !lead.over && isIn(lead.window, start, end));
}

/** Agreed or under way. */
function runs({ state }: Deployment): boolean {
  return state === Deployment_State.DECIDED || state === Deployment_State.ACTIVE;
}

export function running(): Deployment[] {
  return [...picture.deployments.values()]
    .filter(runs)
    .sort((a, b) => millis(a.window?.startTime) - millis(b.window?.startTime));
}
