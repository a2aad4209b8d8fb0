// The map itself, in Leaflet: our own shapes only, no tiles, no pictures from anywhere. A chunk of its own.
import L from 'leaflet';
import 'leaflet/dist/leaflet.css';
import './canvas.css';
import { mount, unmount } from 'svelte';
import type { Point } from '$lib/geography';
import { AreaLevel } from '$lib/proto';
import AreaLabel from './AreaLabel.svelte';
import type { Mark, Place } from './content';
import { at, middle } from './geometry';
import { Overlays } from './overlays';
import { shapes } from './shapes';
import { severity } from '../views/lage/levels';

const SVG = 'http://www.w3.org/2000/svg';
const MARK_PX = 16;
const FINGER_PX = 12;
/** Where a chosen point is shown from. */
const POINT_ZOOM = 13;
/** Where a name may stand, the best first: about its place, or beside what stands there. */
const SIDES = ['', 'above', 'below', 'left', 'right', 'higher', 'lower'];
/** How: whole, in short, not at all. */
const MANNERS = [...SIDES, ...SIDES.map((side) => `short ${side}`), 'hidden'];
const EQUATOR_M = 40_075_016;

export interface CanvasOptions {
  /** What readers call it. */
  label: string;
  /** Nothing can be pressed or moved: the wall. */
  still: boolean;
  onarea?: (area: string) => void;
  onmark?: (mark: Mark) => void;
  /** A press on the map, or Enter for its middle: the point, and how exact a finger is at this zoom. */
  onpress?: (at: Point, precisionM: number) => void;
}

interface Label {
  marker: L.Marker;
  element: HTMLElement;
  component: Record<string, unknown>;
  rank: number;
}

function shapeOf(mark: Mark): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '-1 -1 18 18');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', shapes[mark.family] ?? '');
  svg.append(path);
  return svg;
}

export class Canvas {
  readonly #map: L.Map;
  readonly #options: CanvasOptions;
  readonly #areas = L.layerGroup();
  readonly #marks = L.layerGroup();
  #point: L.CircleMarker | undefined;
  #labels: Label[] = [];
  #whole: L.LatLngBounds | undefined;
  #speaking: L.LatLngBounds | undefined;
  #fitted = false;
  #arranging = 0;
  readonly overlays: Overlays;
  readonly #resized: ResizeObserver;

  /** Until a person has moved the map it shows where something is, whatever size it gets. */
  #touched = false;

  #touch = (): void => {
    this.#touched = true;
  };

  constructor(node: HTMLElement, options: CanvasOptions) {
    this.#options = options;
    const moves = !options.still;
    this.#map = L.map(node, {
      attributionControl: false,
      zoomControl: false,
      // Half steps: the municipality fills what there is.
      zoomSnap: 0.25,
      zoomDelta: 0.75,
      minZoom: 7,
      maxZoom: 17,
      keyboard: moves,
      // A finger scrolls the page and two move the map, but where a place is being chosen.
      dragging: moves && (!L.Browser.mobile || options.onpress !== undefined),
      scrollWheelZoom: moves,
      doubleClickZoom: moves,
      boxZoom: moves,
      touchZoom: moves,
      // What is drawn reaches as far beyond the edge as a hand moves the map at once.
      renderer: L.svg({ padding: 1 }),
      fadeAnimation: false,
      zoomAnimation: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    });
    if (moves) {
      node.setAttribute('role', 'application');
      node.setAttribute('aria-label', options.label);
    } else {
      node.removeAttribute('tabindex');
    }
    this.#areas.addTo(this.#map);
    this.#marks.addTo(this.#map);
    this.overlays = new Overlays(this.#map);
    this.#map.on('zoomend move resize', () => this.arrange());
    this.#resized = new ResizeObserver(() => {
      this.#map.invalidateSize({ animate: false });
      if (!this.#touched) this.fit();
    });
    this.#resized.observe(node);
    node.addEventListener('pointerdown', this.#touch, { capture: true });
    node.addEventListener('wheel', this.#touch, { capture: true, passive: true });
    node.addEventListener('keydown', this.#touch, { capture: true });
    if (options.onpress) this.#choosesFrom(node);
  }

  #choosesFrom(node: HTMLElement): void {
    // Sweden, until there are areas.
    this.#map.setView([62, 16], 7);
    this.#map.on('click', ({ latlng }) => this.#press(latlng));
    node.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter') return;
      event.preventDefault();
      this.#press(this.#map.getCenter());
    });
  }

  #press({ lat, lng }: L.LatLng): void {
    const metresAPixel = (EQUATOR_M * Math.cos((lat * Math.PI) / 180)) / 2 ** (this.#map.getZoom() + 8);
    const round = (degrees: number) => Number(degrees.toFixed(5));
    const point = { latitudeDeg: round(lat), longitudeDeg: round(lng) };
    this.#options.onpress?.(point, Math.max(10, Math.round(FINGER_PX * metresAPixel)));
  }

  /** The point that is chosen, in sight. */
  showPoint(point: Point | undefined, zoom?: number): void {
    this.#point?.remove();
    this.#point = undefined;
    if (!point) return;
    this.#point = L.circleMarker(at(point), { radius: 9, className: 'chosen-point', interactive: false }).addTo(this.#map);
    this.#touched = this.#fitted = true;
    this.#map.setView(at(point), zoom ?? Math.max(this.#map.getZoom(), POINT_ZOOM), { animate: false });
  }

  showPlaces(places: readonly Place[]): void {
    this.#areas.clearLayers();
    this.#forgetLabels();
    this.#whole = this.#speaking = undefined;
    const { onarea } = this.#options;
    for (const place of places) {
      const shape = L.polygon(place.ring.map(at), {
        className: `area heat-${place.heat}${place.water ? ' water' : ''}${place.chosen ? ' chosen' : ''}`,
        interactive: onarea !== undefined,
        smoothFactor: 0.5,
      });
      if (onarea) shape.on('click', () => onarea(place.area));
      this.#areas.addLayer(shape);
      this.#whole = (this.#whole ?? L.latLngBounds([])).extend(shape.getBounds());
      if (place.speaks) this.#speaking = (this.#speaking ?? L.latLngBounds([])).extend(shape.getBounds());
      this.#label(place);
    }
    if (!this.#fitted) this.fit();
    this.arrange();
  }

  #label(place: Place): void {
    const element = document.createElement('div');
    element.className = 'area-label';
    const component = mount(AreaLabel, { target: element, props: { place } });
    const icon = L.divIcon({ className: 'area-anchor', html: element, iconSize: [0, 0] });
    const marker = L.marker(middle(place.ring), { icon, interactive: false, keyboard: false, zIndexOffset: 1000 });
    this.#areas.addLayer(marker);
    const rank = severity(place.level ?? AreaLevel.UNKNOWN) * 1000 + place.assignments.length * 100 + place.actual;
    this.#labels.push({ marker, element, component, rank });
  }

  showMarks(marks: readonly Mark[]): void {
    this.#marks.clearLayers();
    for (const mark of marks) {
      const interactive = !this.#options.still;
      const press = () => this.#options.onmark?.(mark);
      const extra = `${mark.counted ? '' : ' unreviewed'}${mark.fresh ? ' just-now' : ''}`;
      if (mark.precision > 0) {
        const ring = L.circle(at(mark.at), {
          radius: mark.precision,
          className: `ring${mark.point ? '' : ' vague'}${extra}`,
          interactive: interactive && !mark.point,
        });
        if (interactive && !mark.point) ring.on('click', press);
        this.#marks.addLayer(ring);
      }
      if (!mark.point) continue;
      const element = document.createElement('div');
      element.className = `mark${extra}`;
      element.append(shapeOf(mark));
      const icon = L.divIcon({ className: 'mark-anchor', html: element, iconSize: [MARK_PX, MARK_PX] });
      // Not in the tab order: the lists have the same, and are shorter to walk through.
      const marker = L.marker(at(mark.at), { icon, interactive, keyboard: false });
      if (interactive) marker.on('click', press);
      this.#marks.addLayer(marker);
    }
    this.arrange();
  }

  /** Once a frame. Where names crowd, or meet a mark or what lies over the map, the one that says most is shown whole. */
  arrange(): void {
    cancelAnimationFrame(this.#arranging);
    this.#arranging = requestAnimationFrame(() => this.#thin());
  }

  #thin(): void {
    const container = this.#map.getContainer();
    const taken = [...(container.parentElement ?? container).querySelectorAll('.controls, .mark')].map((one) => one.getBoundingClientRect());
    const frame = container.getBoundingClientRect();
    const free = (box: DOMRect) =>
      box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom &&
      !taken.some((one) => one.left < box.right && box.left < one.right && one.top < box.bottom && box.top < one.bottom);
    for (const { element } of [...this.#labels].sort((a, b) => b.rank - a.rank)) {
      for (const manner of MANNERS) {
        element.className = `area-label ${manner}`;
        const box = element.getBoundingClientRect();
        if (manner === 'hidden' || !free(box)) continue;
        taken.push(box);
        break;
      }
    }
  }

  /** Shows where something is; `whole`: the municipality. */
  fit(whole = false): void {
    const bounds = whole ? this.#whole : (this.#speaking ?? this.#whole);
    if (!bounds) return;
    this.#fitted = true;
    this.#map.fitBounds(bounds, { padding: [8, 8], animate: false });
    this.#touched = whole;
  }

  zoom(by: 1 | -1): void {
    this.#touched = true;
    this.#map.zoomIn(by * 0.75);
  }

  #forgetLabels(): void {
    for (const { component } of this.#labels) void unmount(component);
    this.#labels = [];
  }

  destroy(): void {
    cancelAnimationFrame(this.#arranging);
    this.#resized.disconnect();
    this.#forgetLabels();
    this.#map.remove();
  }
}
