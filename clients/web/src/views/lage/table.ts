// The heat table's content: areas by families, worst first, as this person may see it.
import { picture, type Count } from '$lib/picture.svelte';
import { AreaLevel, Family, type AreaAssessment } from '$lib/proto';
import { aboveNormal, assessments, severity } from './levels';
import { shown } from './shown.svelte';

/** The columns, in the order of the contract. */
export const families: readonly Family[] = [
  Family.VIOLENCE, Family.WEAPONS, Family.DRUGS_ALCOHOL, Family.THEFT, Family.DAMAGE_FIRE, Family.TRAFFIC,
  Family.DISORDER, Family.UNSAFETY,
];

export interface Row {
  /** Empty: unlocated. */
  area: string;
  title: string;
  assessment: AreaAssessment | undefined;
  level: AreaLevel;
  /** By family. What is perceived is never added to what is actual. */
  counts: ReadonlyMap<number, Count>;
  actual: number;
  perceived: number;
}

export interface Table {
  rows: Row[];
  /** Areas with nothing to say: neither a count nor a level above normal. */
  quiet: Row[];
  unlocated: Row;
  all: { byFamily: Map<Family, number>; actual: number; perceived: number };
  /** The largest cell. */
  most: number;
}

function rowOf(area: string, counts: ReadonlyMap<number, Count>, assessment: AreaAssessment | undefined): Row {
  let actual = 0;
  let perceived = 0;
  for (const family of families) {
    actual += counts.get(family)?.actual ?? 0;
    perceived += counts.get(family)?.perceived ?? 0;
  }
  const title = picture.areas.get(area)?.displayName ?? '';
  return { area, title, assessment, level: assessment?.level ?? AreaLevel.UNKNOWN, counts, actual, perceived };
}

const nothing: ReadonlyMap<number, Count> = new Map();

/** Most first; where as much has happened, the worse level first. */
function compare(a: Row, b: Row): number {
  return (
    b.actual - a.actual || b.perceived - a.perceived || severity(b.level) - severity(a.level) ||
    a.title.localeCompare(b.title, 'sv')
  );
}

export function table(): Table {
  const cells = shown.countsByArea();
  const judged = assessments(shown.past?.meeting);
  const rows = [...picture.areas.keys()].map((area) => rowOf(area, cells.get(area) ?? nothing, judged.get(area)));
  const speaks = (row: Row) => row.actual + row.perceived > 0 || aboveNormal(row.level);
  const unlocated = rowOf('', cells.get('') ?? nothing, undefined);
  const byFamily = new Map<Family, number>();
  let most = 0;
  let actual = 0;
  let perceived = 0;
  for (const row of [...rows, unlocated]) {
    actual += row.actual;
    perceived += row.perceived;
    for (const family of families) {
      const count = row.counts.get(family)?.actual ?? 0;
      most = Math.max(most, count);
      byFamily.set(family, (byFamily.get(family) ?? 0) + count);
    }
  }
  return {
    rows: rows.filter(speaks).sort(compare),
    quiet: rows.filter((row) => !speaks(row)).sort((a, b) => a.title.localeCompare(b.title, 'sv')),
    unlocated,
    all: { byFamily, actual, perceived },
    most,
  };
}

const STEPS = 4;
/** A table with small numbers only has no dark cells: one event is not an alarm. */
const SMALLEST_TOP = 8;

/** 0 to 4: how strong a cell is; the top is the largest cell of the table. */
export function heat(count: number, most: number): number {
  return count <= 0 ? 0 : Math.min(STEPS, Math.ceil((count * STEPS) / Math.max(most, SMALLEST_TOP)));
}

/** The numbers of each step for the legend: "1–2". */
export function steps(most: number): string[] {
  const top = Math.max(most, SMALLEST_TOP);
  return Array.from({ length: STEPS }, (_, i) => {
    const from = Math.floor((i * top) / STEPS) + 1;
    const to = Math.floor(((i + 1) * top) / STEPS);
    return i === STEPS - 1 ? `${from}+` : from === to ? `${from}` : `${from}–${to}`;
  });
}

/** Cells that came or changed just now, as "area family". */
export function freshCells(): Set<string> {
  const fresh = new Set<string>();
  for (const cell of picture.cells.values()) {
    if (picture.isNew(cell.name)) fresh.add(`${cell.area} ${cell.family}`);
  }
  return fresh;
}
