// How places are covered, as the server counts it: in words and shapes, and runs of hours that are alike.
import { areaName } from '$lib/names';
import { picture } from '$lib/picture.svelte';
import { Assignment_State, type Assignment } from '$lib/proto';
import { CoverageHour_State as State, type CoverageHour, type CoverageRow } from '$lib/calls';
import { clockTime, millis } from '$lib/time';
import { unitPower } from '$lib/words/people';
import { isIn } from './evening';
import { w } from './words';

const HOUR = 60 * 60_000;

/** A shape beside the word: nobody has to see the colour. */
export function stateOf(state: State): { mark: string; words: string; tone: string } {
  switch (state) {
    case State.COVERED:
      return { mark: '●', words: w('covered'), tone: 'covered' };
    case State.THIN:
      return { mark: '▲', words: w('thin'), tone: 'thin' };
    case State.EMPTY:
      return { mark: '■', words: w('empty'), tone: 'empty' };
    default:
      return { mark: '–', words: w('nobody'), tone: 'none' };
  }
}

const short = (instant: number) => clockTime(new Date(instant)).slice(0, 2);

/** "20–22" */
export function hoursOf(first: CoverageHour, last: CoverageHour): string {
  const end = short(millis(last.startTime) + HOUR);
  return `${short(millis(first.startTime))}–${end === '00' ? '24' : end}`;
}

export function rowWords({ area, power }: CoverageRow): string {
  return [areaName(area), unitPower(power)].filter(Boolean).join(', ');
}

/** The number that was asked, in words. */
export function hourWords(hour: CoverageHour): string {
  const parts = [hour.wanted > 0 ? w('unitsOf', { n: hour.units, wanted: hour.wanted }) : w('unitsThere', { n: hour.units })];
  if (hour.units > 0) parts.push(w('answered', { n: hour.answered }));
  if (hour.people > 0) parts.push(w('people', { n: hour.people }));
  return parts.join(', ');
}

export interface Run {
  first: CoverageHour;
  last: CoverageHour;
  state: State;
  index: number;
}

/** Hours one after the other that are alike; without those in which nothing is wanted and nobody is there. */
export function runsOf({ hours }: CoverageRow): Run[] {
  const runs: Run[] = [];
  for (const [index, hour] of hours.entries()) {
    const last = runs.at(-1);
    if (last && last.state === hour.state && millis(last.last.startTime) + HOUR === millis(hour.startTime)) last.last = hour;
    else runs.push({ first: hour, last: hour, state: hour.state, index });
  }
  return runs.filter((run) => run.state !== State.UNSPECIFIED);
}

/** Where somebody is missing from now on: first where nobody comes. */
export function missing(rows: readonly CoverageRow[], now: number): { row: CoverageRow; run: Run }[] {
  return rows
    .flatMap((row) =>
      runsOf({ ...row, hours: row.hours.filter((hour) => millis(hour.startTime) + HOUR > now) }).map((run) => ({ row, run })))
    .filter(({ run }) => run.state === State.EMPTY || run.state === State.THIN)
    .sort((a, b) => b.run.state - a.run.state || millis(a.run.first.startTime) - millis(b.run.first.startTime));
}

/** Nobody counts on these any more. */
const off: readonly Assignment_State[] = [
  Assignment_State.DECLINED, Assignment_State.CANCELLED, Assignment_State.REPLACED, Assignment_State.NOT_DONE,
];

/** Who it is, as far as their assignments are shared with this person. */
export function whoIn({ area, power }: CoverageRow, hour: CoverageHour): Assignment[] {
  const start = millis(hour.startTime);
  return [...picture.assignments.values()].filter(
    (one) =>
      one.areas.includes(area) && isIn(one.window, start, start + HOUR) && !off.includes(one.state)
      && (power === 0 || picture.units.get(one.unit)?.power === power),
  );
}
