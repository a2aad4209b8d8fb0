// What the map shows, taken from the picture: areas with how they stand and who is there, and places of events.
import { familyOf } from '$lib/categories';
import { picture } from '$lib/picture.svelte';
import { AreaLevel, Area_Kind, Assignment_State, Family, Report_State, type Assignment, type LatLng } from '$lib/proto';
import { millis } from '$lib/time';
import { countedIncidents } from '../views/lage/counted';
import { aboveNormal } from '../views/lage/levels';
import { shown } from '../views/lage/shown.svelte';
import { heat, table, type Row } from '../views/lage/table';
import { direction } from '../views/lage/usual_words';
import type { Colour, layers } from './layers.svelte';

/** A place known no better than this is an area, never a point. */
const POINT_UP_TO_M = 750;

export interface Place {
  area: string;
  title: string;
  ring: readonly LatLng[];
  water: boolean;
  /** 0 to 4, as in the table. */
  heat: number;
  actual: number;
  /** Against the usual. */
  points?: 'more' | 'fewer' | '';
  /** Undefined: not shown. */
  level?: AreaLevel;
  /** Of those who are sent there and have not ended. */
  assignments: readonly Assignment[];
  /** What the map is to show: something has happened there, is worse than normal, or somebody is sent there. */
  speaks: boolean;
  chosen?: boolean;
}

export interface Mark {
  /** The incident, or the report that nobody has reviewed. */
  name: string;
  about: 'incident' | 'report';
  at: LatLng;
  family: Family;
  precision: number;
  /** False: only the ring is drawn. */
  point: boolean;
  counted: boolean;
  fresh: boolean;
}

const out: readonly Assignment_State[] = [
  Assignment_State.OFFERED, Assignment_State.DELIVERED, Assignment_State.SEEN, Assignment_State.ACCEPTED,
  Assignment_State.EN_ROUTE, Assignment_State.ON_SCENE, Assignment_State.PAUSED, Assignment_State.EXPIRED,
];

/** A unit that goes to a place twice has one pill there: the first. */
function nextOfEach(assignments: readonly Assignment[]): Assignment[] {
  const first = new Map<string, Assignment>();
  for (const one of assignments) {
    const other = first.get(one.unit);
    if (!other || millis(one.window?.startTime) < millis(other.window?.startTime)) first.set(one.unit, one);
  }
  return [...first.values()];
}

/** How strong an area is: by its count, or by how that stands to the usual. */
function heatOf(row: Row, most: number, colour: Colour): number {
  if (colour === 'none') return 0;
  if (colour === 'count') return heat(row.actual, most);
  const points = pointsTo(row);
  return points === 'more' ? 3 : points === 'fewer' ? 1 : 0;
}

const pointsTo = (row: Row) => direction(shown.usualOf({ area: row.area }, 'actual'));

export function places(now: number, { colour, units }: typeof layers): Place[] {
  const { rows, quiet, most } = table();
  const byArea = new Map([...rows, ...quiet].map((row) => [row.area, row]));
  const live = shown.past || !units ? [] : [...picture.assignments.values()].filter((one) => out.includes(one.state) && millis(one.window?.endTime) > now);
  const found: Place[] = [];
  for (const area of picture.areas.values()) {
    const row = byArea.get(area.name);
    if (!area.polygon || !row) continue;
    const assignments = nextOfEach(live.filter((one) => one.areas.includes(area.name)));
    found.push({
      area: area.name,
      title: area.displayName,
      ring: area.polygon.points,
      water: area.kind === Area_Kind.WATER,
      heat: heatOf(row, Math.max(most, ...rows.map((one) => one.actual)), colour),
      points: pointsTo(row),
      actual: row.actual,
      level: row.level,
      assignments,
      speaks: row.actual + row.perceived + assignments.length > 0 || aboveNormal(row.level),
    });
  }
  return found;
}

export function marks({ incidents, unreviewed }: typeof layers): Mark[] {
  const found: Mark[] = [];
  if (shown.past) return found;
  for (const incident of incidents ? countedIncidents({ about: 'count', area: undefined }) : []) {
    const precision = picture.reports.get(incident.reports[0] ?? '')?.pointPrecisionM ?? 0;
    if (!incident.point) continue;
    found.push({
      name: incident.name, about: 'incident', at: incident.point, family: incident.family, precision,
      point: precision <= POINT_UP_TO_M, counted: true, fresh: picture.isNew(incident.name),
    });
  }
  const from = millis(shown.start);
  for (const report of unreviewed ? picture.reports.values() : []) {
    const family = familyOf(report.category);
    if (!report.point || report.state !== Report_State.SUBMITTED || family === Family.UNSPECIFIED || millis(report.occurredTime) < from) continue;
    found.push({
      name: report.name, about: 'report', at: report.point, family, precision: report.pointPrecisionM,
      point: report.pointPrecisionM <= POINT_UP_TO_M, counted: false, fresh: picture.isNew(report.name),
    });
  }
  return found;
}

/** Two places with the same key are drawn alike; so with marks. */
export function placeKey(place: Place): string {
  const sent = place.assignments.map((one) => `${one.name} ${one.state}`).join();
  return `${place.area} ${place.title} ${place.heat} ${place.actual} ${place.points} ${place.level} ${place.ring.length} ${sent}`;
}

export function markKey(mark: Mark): string {
  return `${mark.name} ${mark.at.latitudeDeg} ${mark.at.longitudeDeg} ${mark.precision} ${mark.fresh}`;
}
