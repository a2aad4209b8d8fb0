// The night on the municipality's wall clock, 17–05, and who is out in it: a lane a unit, by what this person sees.
import { picture } from '$lib/picture.svelte';
import { Assignment_State, Deployment_State, type Assignment, type Deployment, type Shift, type TimeWindow } from '$lib/proto';
import { heldShifts } from '$lib/shifts';
import { isoDay, millis } from '$lib/time';

const HOUR = 3_600_000;
const FIRST_HOUR = 17;
const LAST_HOUR = 5;

export interface Night {
  start: number;
  end: number;
  /** Every full hour inside, both ends too. */
  hours: number[];
}

const hourFormat = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Stockholm', hour: '2-digit', hourCycle: 'h23' });

function wallHour(at: number): number {
  return Number(hourFormat.format(at));
}

/** The first full hour from `at` on whose wall clock shows `hour`: right also when clocks change. */
function nextAt(at: number, hour: number): number {
  let time = Math.ceil(at / HOUR) * HOUR;
  while (wallHour(time) !== hour) time += HOUR;
  return time;
}

function lastAt(at: number, hour: number): number {
  let time = Math.floor(at / HOUR) * HOUR;
  while (wallHour(time) !== hour) time -= HOUR;
  return time;
}

/** The night that a time belongs to; by day the one to come. */
export function nightOf(at: number): Night {
  const hour = wallHour(at);
  const running = hour >= FIRST_HOUR || hour < LAST_HOUR;
  const start = running ? lastAt(at, FIRST_HOUR) : nextAt(at, FIRST_HOUR);
  const end = nextAt(start, LAST_HOUR);
  const hours: number[] = [];
  for (let time = start; time <= end; time += HOUR) hours.push(time);
  return { start, end, hours };
}

export function overlaps(window: TimeWindow | undefined, night: { start: number; end: number }): boolean {
  return millis(window?.startTime) < night.end && millis(window?.endTime) > night.start;
}

/** Tonight; when nobody is out tonight, the first night to come on which somebody is. */
export function nightToShow(now: number): Night {
  const tonight = nightOf(now);
  const windows = [...heldShifts(), ...picture.assignments.values()].map((one) => one.window);
  if (windows.some((window) => overlaps(window, tonight))) return tonight;
  const next = windows.map((window) => millis(window?.startTime)).filter((start) => start > tonight.end).sort((a, b) => a - b)[0];
  return next === undefined ? tonight : nightOf(next);
}

export function isTonight(night: Night, now: number): boolean {
  return isoDay(new Date(night.start)) === isoDay(new Date(nightOf(now).start));
}

/** A piece of the night, as parts of it, 0 to 1. */
export interface Span {
  from: number;
  to: number;
}

export function spanOf(window: TimeWindow | undefined, night: Night): Span {
  const part = (time: number) => Math.min(1, Math.max(0, (time - night.start) / (night.end - night.start)));
  return { from: part(millis(window?.startTime)), to: part(millis(window?.endTime)) };
}

export interface Bar {
  name: string;
  span: Span;
  areas: readonly string[];
  window: TimeWindow | undefined;
  assignment: Assignment | undefined;
  deployment: Deployment | undefined;
}

export interface Lane {
  key: string;
  /** Empty: an organisation whose unit this person is not told. */
  unit: string;
  organisation: string;
  shifts: { shift: Shift; span: Span }[];
  bars: Bar[];
  /** Times of a shift without an assignment. */
  gaps: Span[];
}

const gone: readonly Assignment_State[] = [Assignment_State.CANCELLED, Assignment_State.REPLACED, Assignment_State.DECLINED];
const agreed: readonly Deployment_State[] = [Deployment_State.DECIDED, Deployment_State.ACTIVE];

/** What is left of the shifts when the bars are taken away. */
function gapsOf(shifts: readonly Span[], bars: readonly Span[]): Span[] {
  const gaps: Span[] = [];
  for (const shift of shifts) {
    let from = shift.from;
    for (const bar of [...bars].sort((a, b) => a.from - b.from)) {
      if (bar.to <= from || bar.from >= shift.to) continue;
      if (bar.from > from) gaps.push({ from, to: bar.from });
      from = Math.max(from, bar.to);
    }
    if (from < shift.to) gaps.push({ from, to: shift.to });
  }
  return gaps;
}

/** In order of beginning; organisations whose units are not told come last. */
export function lanes(night: Night): Lane[] {
  const found = new Map<string, Lane>();
  const lane = (key: string, unit: string, organisation: string): Lane => {
    let one = found.get(key);
    if (!one) found.set(key, (one = { key, unit, organisation, shifts: [], bars: [], gaps: [] }));
    return one;
  };
  for (const shift of heldShifts()) {
    if (overlaps(shift.window, night)) {
      lane(shift.unit, shift.unit, shift.owner).shifts.push({ shift, span: spanOf(shift.window, night) });
    }
  }
  for (const assignment of picture.assignments.values()) {
    if (gone.includes(assignment.state) || !overlaps(assignment.window, night)) continue;
    const { name, areas, window } = assignment;
    const deployment = picture.deployments.get(assignment.deployment);
    lane(assignment.unit, assignment.unit, assignment.organisation).bars.push({
      name, areas, window, assignment, deployment, span: spanOf(window, night),
    });
  }
  for (const deployment of picture.deployments.values()) {
    if (!agreed.includes(deployment.state) || !overlaps(deployment.window, night)) continue;
    for (const { unit, organisation, assignment } of deployment.commitments) {
      if (picture.assignments.has(assignment)) continue;
      const { name, areas, window } = deployment;
      lane(unit || organisation, unit, organisation).bars.push({
        name, areas, window, assignment: undefined, deployment, span: spanOf(window, night),
      });
    }
  }
  const start = (one: Lane) => Math.min(...one.shifts.map((s) => s.span.from), ...one.bars.map((b) => b.span.from));
  const all = [...found.values()];
  for (const one of all) {
    one.bars.sort((a, b) => a.span.from - b.span.from);
    one.gaps = gapsOf(one.shifts.map((s) => s.span), one.bars.map((b) => b.span));
  }
  return all.sort((a, b) => Number(!a.unit) - Number(!b.unit) || start(a) - start(b) || a.key.localeCompare(b.key));
}
