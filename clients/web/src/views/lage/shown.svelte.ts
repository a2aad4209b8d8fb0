// What the board shows: the picture as it is now, or the situation as it was when a meeting was closed. What is usual
// for a count is said by the server, of what this person may see: nothing of it is reckoned here.
import type { GetSituationResponse, SituationRow } from '$lib/calls';
import { countsByArea, picture, type Count, type Counted } from '$lib/picture.svelte';
import { Family, type Meeting, type Usual } from '$lib/proto';
import { idOf } from '$lib/route.svelte';
import { millis, type Moment } from '$lib/time';

export type Nature = 'actual' | 'perceived';

/** Area empty: unlocated; undefined: the whole municipality. Family undefined: all. */
export interface What {
  area: string | undefined;
  family?: Family | undefined;
}

export interface Past {
  meeting: Meeting;
  answer: GetSituationResponse;
}

let past = $state.raw<Past>();

/** How the contract names the verdict of it: the end of its name. */
function keyOf({ area, family }: What): string {
  const where = area === undefined ? 'all' : idOf(area) || 'unlocated';
  return `${where}.${family === undefined ? 'all' : (Family[family] ?? '').toLowerCase().replace('_', '-')}`;
}

const pastRows = $derived.by(() => {
  const found = new Map<string, SituationRow>();
  if (!past) return found;
  const { rows, areas, families, total } = past.answer;
  for (const row of rows) found.set(keyOf(row), row);
  for (const row of areas) found.set(keyOf({ area: row.area }), row);
  for (const row of families) found.set(keyOf({ area: undefined, family: row.family }), row);
  if (total) found.set(keyOf({ area: undefined }), total);
  return found;
});

export const shown = {
  /** Undefined: it is shown as it is. */
  get past(): Past | undefined {
    return past;
  },
  asItWas(then: Past): void {
    past = then;
  },
  now(): void {
    past = undefined;
  },

  /** Everything that is counted, in pieces; they add up. */
  pieces(): Iterable<Counted> {
    return past ? past.answer.rows : picture.cells.values();
  },

  countsByArea(): Map<string, Map<number, Count>> {
    return past ? countsByArea(past.answer.rows) : picture.cellsByArea();
  },

  total({ area, family }: What, nature: Nature): number {
    let sum = 0;
    for (const one of this.pieces()) {
      if (area !== undefined && one.area !== area) continue;
      if (family === undefined || one.family === family) sum += one[nature];
    }
    return sum;
  },

  /** What is usual for a count; undefined while the server has not said it. */
  usualOf(what: What, nature: Nature): Usual | undefined {
    const key = keyOf(what);
    if (past) return nature === 'actual' ? pastRows.get(key)?.actualUsual : pastRows.get(key)?.perceivedUsual;
    return picture.verdicts.get(`${picture.municipalityName}/situations/verdicts/${key}`)?.[nature];
  },

  /** When counting began: the last meeting's close, else seven days. Undefined before anything is counted. */
  get start(): Moment {
    if (past) return past.answer.periodStartTime;
    let newest: Moment;
    for (const cell of picture.cells.values()) {
      if (millis(cell.periodStartTime) > millis(newest)) newest = cell.periodStartTime;
    }
    return newest ?? picture.previousMeeting()?.closeTime;
  },

  /** Until when it counts, as far as comparing goes. */
  get end(): Moment {
    if (past) return past.answer.periodEndTime;
    let newest: Moment;
    for (const cell of picture.cells.values()) {
      if (millis(cell.periodEndTime) > millis(newest)) newest = cell.periodEndTime;
    }
    return newest;
  },
};
