// What is usual: as many as on the same number of days in the twelve weeks before, by a Poisson model, or a negative
// binomial one where the weeks vary more than Poisson allows. It is said only where it can be told from chance: over all
// totals, and over all cells, at most a tenth of what is marked is marked wrongly (Benjamini and Hochberg).
import { picture } from '$lib/picture.svelte';
import { Incident_State, type Family } from '$lib/proto';
import { millis } from '$lib/time';
import { families, periodStart } from './table';

const DAY = 86_400_000;
const WEEK = 7 * DAY;
const MOST_WEEKS = 12;
/** A shorter past says nothing of what is usual. */
const FEWEST_WEEKS = 4;
/** Then and now together; with less there is nothing to tell. */
const FEWEST = 5;
const WRONG = 0.1;
/** Four times of five the number lies within the range that is told. */
const TAIL = 0.1;
const ALL = '*';

export interface Usual {
  verdict: 'more' | 'usual' | 'fewer' | 'tooFew';
  /** "2–6" */
  range: string;
  /** Incidents of the weeks before, and how many weeks. */
  before: number;
  weeks: number;
}

/** Undefined: all of them. */
export function keyOf(area: string | undefined, family: Family | undefined): string {
  return `${area ?? ALL} ${family ?? ALL}`;
}

interface Counted {
  now: number;
  /** A number a week. */
  weeks: number[];
}

/** P(0), P(1), … until the rest is nothing. `spread` undefined: Poisson; else the size of a negative binomial. */
function chances(mean: number, spread: number | undefined): number[] {
  const share = spread === undefined ? 0 : mean / (spread + mean);
  const found = [spread === undefined ? Math.exp(-mean) : (1 - share) ** spread];
  for (let k = 1, sum = found[0]!; sum < 1 - 1e-9 && k < 2_000; k++) {
    const next = found[k - 1]! * (spread === undefined ? mean / k : ((k - 1 + spread) / k) * share);
    found.push(next);
    sum += next;
  }
  return found;
}

function quantile(of: readonly number[], share: number): number {
  let sum = 0;
  const at = of.findIndex((one) => (sum += one) >= share);
  return at < 0 ? of.length - 1 : at;
}

interface Judged {
  usual: Usual;
  /** How often chance alone goes so far. */
  chance: number;
  more: boolean;
}

function judge({ now, weeks }: Counted, days: number): Judged {
  const before = weeks.reduce((sum, one) => sum + one, 0);
  const aWeek = (before + 0.5) / weeks.length;
  const variance = weeks.reduce((sum, one) => sum + (one - aWeek) ** 2, 0) / Math.max(1, weeks.length - 1);
  const spread = variance > aWeek ? (aWeek ** 2 / (variance - aWeek)) * (days / 7) : undefined;
  const of = chances((aWeek * days) / 7, spread);
  const below = of.slice(0, now).reduce((sum, one) => sum + one, 0);
  const upTo = below + (of[now] ?? 0);
  const verdict = before + now < FEWEST ? 'tooFew' : 'usual';
  const [from, to] = [quantile(of, TAIL), quantile(of, 1 - TAIL)];
  const usual: Usual = { verdict, range: from === to ? `${from}` : `${from}–${to}`, before, weeks: weeks.length };
  return { usual, chance: Math.min(1, 2 * Math.min(1 - below, upTo)), more: 1 - below < upTo };
}

/** Of those that can be judged, the ones that are not chance. */
function unusual(judged: [string, Judged][]): Set<string> {
  const told = judged.filter(([, one]) => one.usual.verdict !== 'tooFew').sort(([, a], [, b]) => a.chance - b.chance);
  const last = told.findLastIndex(([, one], i) => one.chance <= (WRONG * (i + 1)) / told.length);
  return new Set(told.slice(0, last + 1).map(([key]) => key));
}

function count(start: number, weeks: number): Map<string, Counted> {
  const counted = new Map<string, Counted>();
  for (const one of picture.incidents.values()) {
    const time = millis(one.occurredTime);
    const week = Math.floor((start - 1 - time) / WEEK);
    const counts = one.state === Incident_State.CURRENT && one.counted && !one.perceived && families.includes(one.family);
    if (!counts || week >= weeks) continue;
    for (const area of [one.area, undefined]) {
      for (const family of [one.family, undefined]) {
        const key = keyOf(area, family);
        let its = counted.get(key);
        if (!its) counted.set(key, (its = { now: 0, weeks: new Array<number>(weeks).fill(0) }));
        if (time >= start) its.now++;
        else its.weeks[week]!++;
      }
    }
  }
  return counted;
}

/** By `keyOf`; nothing while the past is too short. What this person may not see is not in it. */
export function usuals(now: number): ReadonlyMap<string, Usual> {
  const start = millis(periodStart());
  const first = Math.min(...[...picture.incidents.values()].map((one) => millis(one.occurredTime)));
  const weeks = Math.min(MOST_WEEKS, Math.floor((start - first) / WEEK));
  if (start === 0 || !(weeks >= FEWEST_WEEKS)) return new Map();
  // Not less than a day: an hour after the meeting nothing is fewer than usual.
  const days = Math.max(1, (now - start) / DAY);
  const judged = [...count(start, weeks)].map(([key, one]): [string, Judged] => [key, judge(one, days)]);
  const isTotal = ([key]: [string, Judged]) => key.includes(ALL);
  const marked = new Set([...unusual(judged.filter(isTotal)), ...unusual(judged.filter((one) => !isTotal(one)))]);
  return new Map(
    judged.map(([key, { usual, more }]) => [key, marked.has(key) ? { ...usual, verdict: more ? 'more' : 'fewer' } : usual]),
  );
}
