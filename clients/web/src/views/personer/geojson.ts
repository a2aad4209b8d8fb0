// Areas from GeoJSON (RFC 7946): positions are longitude first, a polygon's first ring is its border.
import { create } from '@bufbuild/protobuf';
import { LatLngSchema, type LatLng } from '$lib/proto';
import { w } from './words';

export interface Border {
  /** As the file names it; may be empty. */
  name: string;
  points: LatLng[];
}

type Json = Record<string, unknown>;

function features(root: Json): Json[] {
  if (root['type'] === 'FeatureCollection' && Array.isArray(root['features'])) return root['features'] as Json[];
  return [root['type'] === 'Feature' ? root : { type: 'Feature', geometry: root, properties: {} }];
}

function ring(geometry: Json): unknown {
  const coordinates = geometry['coordinates'] as unknown[] | undefined;
  if (geometry['type'] === 'Polygon') return coordinates?.[0];
  // A border is one ring: of several the one with most points.
  if (geometry['type'] === 'MultiPolygon') {
    const rings = (coordinates as unknown[][][] | undefined)?.map((polygon) => polygon[0] ?? []) ?? [];
    return rings.sort((a, b) => b.length - a.length)[0];
  }
  return undefined;
}

function pointOf(position: unknown): LatLng {
  const [longitudeDeg, latitudeDeg] = Array.isArray(position) ? (position as unknown[]) : [];
  if (typeof longitudeDeg !== 'number' || typeof latitudeDeg !== 'number') throw new Error(w('badPosition'));
  return create(LatLngSchema, { latitudeDeg, longitudeDeg });
}

/** The borders in a text; throws an error in words when there is none. */
export function readBorders(text: string): Border[] {
  let root: Json;
  try {
    root = JSON.parse(text) as Json;
  } catch {
    throw new Error(w('notJson'));
  }
  const found: Border[] = [];
  for (const feature of features(root)) {
    const border = ring((feature['geometry'] as Json | null) ?? {});
    if (!Array.isArray(border)) continue;
    const name = (feature['properties'] as Json | null)?.['name'];
    found.push({ name: typeof name === 'string' ? name : '', points: border.map(pointOf) });
  }
  if (found.length === 0) throw new Error(w('noPolygon'));
  return found;
}
