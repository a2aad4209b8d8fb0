// What may be laid over the map: near repeats, planned events, and where those on assignments are.
import L from 'leaflet';
import type { LatLng } from '$lib/proto';
import { at, middle } from './geometry';

export interface Near {
  at: LatLng;
  /** The earlier one. */
  from: LatLng;
  press: () => void;
}

export interface Planned {
  at: LatLng | undefined;
  /** Of its area, where the place is not known. */
  ring: readonly LatLng[];
  words: string;
  press: () => void;
}

export interface Position {
  at: LatLng;
  precisionM: number;
  words: string;
  press: (() => void) | undefined;
}

const RING_PX = 13;
const PILL_PX = 24;

export class Overlays {
  readonly #near = L.layerGroup();
  readonly #planned = L.layerGroup();
  readonly #positions = L.layerGroup();

  constructor(map: L.Map) {
    this.#near.addTo(map);
    this.#planned.addTo(map);
    this.#positions.addTo(map);
  }

  showNear(pairs: readonly Near[]): void {
    this.#near.clearLayers();
    for (const one of pairs) {
      const line = L.polyline([at(one.from), at(one.at)], { className: 'near', interactive: false });
      const ring = L.circleMarker(at(one.at), { radius: RING_PX, className: 'near' });
      ring.on('click', one.press);
      this.#near.addLayer(line).addLayer(ring);
    }
  }

  showPositions(all: readonly Position[]): void {
    this.#positions.clearLayers();
    for (const one of all) {
      this.#positions.addLayer(L.circle(at(one.at), { radius: one.precisionM, className: 'position', interactive: false }));
      const element = document.createElement('div');
      element.className = 'position-pill';
      element.textContent = one.words;
      const icon = L.divIcon({ className: 'position-anchor', html: element, iconSize: [0, 0] });
      const marker = L.marker(at(one.at), { icon, interactive: one.press !== undefined, keyboard: false, zIndexOffset: 1500 });
      if (one.press) marker.on('click', one.press);
      this.#positions.addLayer(marker);
    }
  }

  showPlanned(events: readonly Planned[]): void {
    this.#planned.clearLayers();
    const taken = new Map<string, number>();
    for (const one of events) {
      if (!one.at && one.ring.length === 0) continue;
      const place = one.at ? at(one.at) : middle(one.ring);
      // Those of one place stand below each other.
      const row = taken.get(place.join()) ?? 0;
      taken.set(place.join(), row + 1);
      const element = document.createElement('div');
      element.className = 'planned';
      element.textContent = one.words;
      const icon = L.divIcon({ className: 'planned-anchor', html: element, iconSize: [0, 0], iconAnchor: [0, -PILL_PX * (row + 1)] });
      const marker = L.marker(place, { icon, keyboard: false, zIndexOffset: 500 });
      marker.on('click', one.press);
      this.#planned.addLayer(marker);
    }
  }
}
