// Points and surfaces as Leaflet has them.
import type L from 'leaflet';
import type { Point } from '$lib/geography';
import type { LatLng } from '$lib/proto';

export const at = ({ latitudeDeg, longitudeDeg }: Point): L.LatLngTuple => [latitudeDeg, longitudeDeg];

/** Where the area's name stands: the middle of its surface. */
export function middle(ring: readonly LatLng[]): L.LatLngTuple {
  let surface = 0;
  let latitude = 0;
  let longitude = 0;
  for (let i = 0; i + 1 < ring.length; i++) {
    const [a, b] = [ring[i]!, ring[i + 1]!];
    const cross = a.longitudeDeg * b.latitudeDeg - b.longitudeDeg * a.latitudeDeg;
    surface += cross;
    latitude += (a.latitudeDeg + b.latitudeDeg) * cross;
    longitude += (a.longitudeDeg + b.longitudeDeg) * cross;
  }
  return surface === 0 ? at(ring[0]!) : [latitude / (3 * surface), longitude / (3 * surface)];
}
