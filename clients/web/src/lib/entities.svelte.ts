// The entities of the picture: a reactive map by name for every kind, and the rule by which responses change
// them. Only what a view reads is drawn again: a view that reads one entity follows that one.
import { SvelteMap } from 'svelte/reactivity';
import { Area_Kind } from './proto';
import type {
  Area, AreaAssessment, Assignment, Deployment, Device, Entity, FieldUpdate, Incident, Indicator, Meeting, Member,
  Minutes, Municipality, Organisation, Problem, Release, Report, RoundEntry, Shift, SituationCell, SituationVerdict,
  Token, Unit, UnitPosition, WatchResponse,
} from './proto';

const FRESH_MS = 2_000;

type Case = NonNullable<Entity['entity']['case']>;
/** Messages never change once here: a new version takes the place of the old. */
export type Kind<T> = SvelteMap<string, T>;

/** Places below areas: nothing is counted in them, and nobody is sent there. */
const placeKinds: readonly Area_Kind[] = [Area_Kind.PROPERTY, Area_Kind.ADDRESS, Area_Kind.ENTRANCE];

export function isPlace({ kind }: { kind: Area_Kind }): boolean {
  return placeKinds.includes(kind);
}

/** A map a kind, by entity name. */
export class Entities {
  readonly municipality: Kind<Municipality> = new SvelteMap();
  readonly organisation: Kind<Organisation> = new SvelteMap();
  readonly member: Kind<Member> = new SvelteMap();
  readonly unit: Kind<Unit> = new SvelteMap();
  readonly shift: Kind<Shift> = new SvelteMap();
  /** What is counted in; the properties, addresses and entrances below stand in `place`. */
  readonly area: Kind<Area> = new SvelteMap();
  readonly place: Kind<Area> = new SvelteMap();
  readonly report: Kind<Report> = new SvelteMap();
  readonly incident: Kind<Incident> = new SvelteMap();
  readonly problem: Kind<Problem> = new SvelteMap();
  readonly meeting: Kind<Meeting> = new SvelteMap();
  readonly roundEntry: Kind<RoundEntry> = new SvelteMap();
  readonly areaAssessment: Kind<AreaAssessment> = new SvelteMap();
  readonly minutes: Kind<Minutes> = new SvelteMap();
  readonly deployment: Kind<Deployment> = new SvelteMap();
  readonly assignment: Kind<Assignment> = new SvelteMap();
  readonly fieldUpdate: Kind<FieldUpdate> = new SvelteMap();
  readonly release: Kind<Release> = new SvelteMap();
  readonly token: Kind<Token> = new SvelteMap();
  readonly device: Kind<Device> = new SvelteMap();
  readonly situationCell: Kind<SituationCell> = new SvelteMap();
  readonly situationVerdict: Kind<SituationVerdict> = new SvelteMap();
  readonly indicator: Kind<Indicator> = new SvelteMap();
  readonly unitPosition: Kind<UnitPosition> = new SvelteMap();

  /** Names that came or changed within the last two seconds. */
  readonly fresh = new SvelteMap<string, true>();

  #kindOf = new Map<string, Case>();
  /** Set between a reset and its `current`: what was not named in between is gone. */
  #unnamed: Set<string> | undefined;
  #pending: WatchResponse[] = [];

  /** Hears the name of everything that came, changed or went. */
  constructor(private readonly changed: (name: string, gone: boolean) => void = () => {}) {}

  /** Applies a response; those of one transaction (`more`) together. Returns true when something was applied. */
  take(response: WatchResponse): boolean {
    this.#pending.push(response);
    if (response.more) return false;
    const responses = this.#pending;
    this.#pending = [];
    for (const one of responses) this.#apply(one);
    return true;
  }

  /** The stream broke: what was not whole will come again, and a reset that was under way is begun anew. */
  dropPending(): void {
    this.#pending = [];
    this.#unnamed = undefined;
  }

  #apply(response: WatchResponse): void {
    if (response.reset) this.#unnamed = new Set(this.#kindOf.keys());
    for (const { entity } of response.upserted) {
      if (entity.case) this.#put(entity.case, entity.value);
    }
    for (const name of response.removed) this.#remove(name);
    if (response.current && this.#unnamed) {
      for (const name of this.#unnamed) this.#remove(name);
      this.#unnamed = undefined;
    }
  }

  #put(kind: Case, value: { name: string }): void {
    const { name } = value;
    const map = (this as unknown as Record<string, Kind<{ name: string }> | undefined>)[kind];
    if (!map) return;
    this.#unnamed?.delete(name);
    if (kind === 'area') this.#putArea(value as Area);
    else map.set(name, value);
    this.#kindOf.set(name, kind);
    this.changed(name, false);
    if (!this.#unnamed) this.#mark(name);
  }

  #putArea(value: Area): void {
    const [its, other] = isPlace(value) ? [this.place, this.area] : [this.area, this.place];
    other.delete(value.name);
    its.set(value.name, value);
  }

  #remove(name: string): void {
    const kind = this.#kindOf.get(name);
    if (!kind) return;
    this[kind].delete(name);
    if (kind === 'area') this.place.delete(name);
    this.#kindOf.delete(name);
    this.fresh.delete(name);
    this.changed(name, true);
  }

  #marked = new Map<string, number>();

  #mark(name: string): void {
    const mine = performance.now();
    this.#marked.set(name, mine);
    this.fresh.set(name, true);
    setTimeout(() => {
      if (this.#marked.get(name) !== mine) return;
      this.#marked.delete(name);
      this.fresh.delete(name);
    }, FRESH_MS);
  }

  /** Nothing stays in memory. */
  clear(): void {
    for (const [name] of [...this.#kindOf]) this.#remove(name);
    this.fresh.clear();
    this.#marked.clear();
    this.#unnamed = undefined;
    this.#pending = [];
  }

  #valueOf(kind: Case, name: string) {
    return this[kind].get(name) ?? (kind === 'area' ? this.place.get(name) : undefined);
  }

  /** One of them, with its kind. */
  get(name: string): Entity['entity'] | undefined {
    const kind = this.#kindOf.get(name);
    return kind && ({ case: kind, value: this.#valueOf(kind, name) } as Entity['entity']);
  }

  /** Everything here, as the responses of a whole picture would bring it. */
  *all(): Generator<Entity['entity']> {
    for (const [name, kind] of this.#kindOf) {
      const value = this.#valueOf(kind, name);
      if (value) yield { case: kind, value } as Entity['entity'];
    }
  }
}
