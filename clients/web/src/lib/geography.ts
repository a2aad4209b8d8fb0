// Places reckoned on the device, so that they are found without a network too: which area holds a point, how far
// it is, and areas as shapes to draw.
import type { Area, LatLng } from './proto';

export interface Point {
  latitudeDeg: number;
  longitudeDeg: number;
}

const METRES_A_DEGREE = 111_320;

/** Longitudes are closer together in the north. */
function shrink(latitude: number): number {
  return Math.cos((latitude * Math.PI) / 180);
}

/** In a municipality the earth is flat enough. */
export function distanceM(a: Point, b: Point): number {
  const north = (a.latitudeDeg - b.latitudeDeg) * METRES_A_DEGREE;
  const east = (a.longitudeDeg - b.longitudeDeg) * METRES_A_DEGREE * shrink((a.latitudeDeg + b.latitudeDeg) / 2);
  return Math.hypot(north, east);
}

function* edges(points: readonly LatLng[]): Generator<readonly [LatLng, LatLng]> {
  for (let i = 0; i < points.length; i++) yield [points[i]!, points[(i + 1) % points.length]!];
}

function contains(points: readonly LatLng[], at: Point): boolean {
  let inside = false;
  for (const [a, b] of edges(points)) {
    if (a.latitudeDeg > at.latitudeDeg === b.latitudeDeg > at.latitudeDeg) continue;
    const share = (at.latitudeDeg - a.latitudeDeg) / (b.latitudeDeg - a.latitudeDeg);
    if (at.longitudeDeg < a.longitudeDeg + share * (b.longitudeDeg - a.longitudeDeg)) inside = !inside;
  }
  return inside;
}

function size(points: readonly LatLng[]): number {
  let sum = 0;
  for (const [a, b] of edges(points)) sum += a.longitudeDeg * b.latitudeDeg - b.longitudeDeg * a.latitudeDeg;
  return Math.abs(sum / 2);
}

function toEdgeM(points: readonly LatLng[], at: Point): number {
  let least = Infinity;
  const east = shrink(at.latitudeDeg);
  for (const [a, b] of edges(points)) {
    const ax = (a.longitudeDeg - at.longitudeDeg) * east;
    const ay = a.latitudeDeg - at.latitudeDeg;
    const dx = (b.longitudeDeg - a.longitudeDeg) * east;
    const dy = b.latitudeDeg - a.latitudeDeg;
    const along = dx || dy ? Math.min(1, Math.max(0, -(ax * dx + ay * dy) / (dx * dx + dy * dy))) : 0;
    least = Math.min(least, Math.hypot(ax + along * dx, ay + along * dy) * METRES_A_DEGREE);
  }
  return least;
}

export interface Found {
  area: Area;
  /** 0: the point lies in it. */
  distanceM: number;
}

/** The smallest area that holds the point, as the server finds it; where none does, the nearest. */
export function areaAt(areas: Iterable<Area>, at: Point): Found | undefined {
  let inside: { area: Area; size: number } | undefined;
  let nearest: Found | undefined;
  for (const area of areas) {
    const points = area.polygon?.points ?? [];
    if (points.length < 4) continue;
    if (contains(points, at)) {
      const its = size(points);
      if (!inside || its < inside.size) inside = { area, size: its };
    } else if (!inside) {
      const its = toEdgeM(points, at);
      if (!nearest || its < nearest.distanceM) nearest = { area, distanceM: its };
    }
  }
  return inside ? { area: inside.area, distanceM: 0 } : nearest;
}

/** "120 m", "1,4 km" */
export function distanceWords(metres: number, locale: string): string {
  if (metres < 1000) return `${Math.max(10, Math.round(metres / 10) * 10)} m`;
  return `${(metres / 1000).toLocaleString(locale, { maximumFractionDigits: 1 })} km`;
}
