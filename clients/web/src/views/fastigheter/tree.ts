// Properties, addresses and entrances below the areas, with the defects that stand at each.
import { picture } from '$lib/picture.svelte';
import { Repair_State, Role, type Area, type Report } from '$lib/proto';
import { hasRole, session } from '$lib/session.svelte';
import { defects, isOpen, stateOf } from '../../repairs/repairs';

export type Shown = 'open' | 'reported' | 'ordered' | 'closed';

export interface Node {
  place: Area;
  /** Who answers for it. */
  responsible: string;
  /** At the place itself. */
  defects: Report[];
  /** Open ones, here and below, whatever is shown. */
  open: number;
  /** Shown here and below. */
  shown: number;
  below: Node[];
}

export interface Branch {
  /** Name of the area; empty: unlocated. */
  area: string;
  /** In the area, at no known place. */
  defects: Report[];
  open: number;
  nodes: Node[];
}

const isShown: Record<Shown, (report: Report) => boolean> = {
  open: isOpen,
  reported: (one) => stateOf(one) === Repair_State.REPORTED,
  ordered: (one) => stateOf(one) === Repair_State.ORDERED,
  closed: (one) => !isOpen(one),
};

export function seesAll(): boolean {
  return hasRole(Role.COORDINATOR);
}

function isOwn(organisation: string): boolean {
  return seesAll() || (organisation !== '' && organisation === session.organisation?.name);
}

/** Those that this person's organisation answers for; a coordinator sees all. */
export function ownDefects(): Report[] {
  return defects().filter((one) => isOwn(one.repair?.responsibleOrganisation ?? ''));
}

function grouped(all: readonly Report[], by: (report: Report) => string): Map<string, Report[]> {
  const groups = new Map<string, Report[]>();
  for (const one of all) groups.set(by(one), [...(groups.get(by(one)) ?? []), one]);
  return groups;
}

const byName = (a: Area, b: Area) => a.displayName.localeCompare(b.displayName, 'sv', { numeric: true });

/** `answers`: who answers for the parent, and for what says nobody of its own. */
function nodesBelow(parent: string, answers: string, at: ReadonlyMap<string, Report[]>, shown: Shown): Node[] {
  return [...picture.places.values()]
    .filter((one) => one.parent === parent)
    .sort(byName)
    .map((place) => {
      const all = at.get(place.name) ?? [];
      const responsible = place.responsibleOrganisation || answers;
      const below = nodesBelow(place.name, responsible, at, shown);
      const open = all.filter(isOpen).length + below.reduce((sum, one) => sum + one.open, 0);
      const own = all.filter(isShown[shown]);
      return { place, responsible, defects: own, open, shown: own.length + below.reduce((sum, one) => sum + one.shown, 0), below };
    })
    // Of others' places only those that one has something at.
    .filter((node) => isOwn(node.responsible) || node.defects.length > 0 || node.open > 0 || node.below.length > 0);
}

/** The areas with a place or a defect of one's own. */
export function branches(shown: Shown): Branch[] {
  const mine = ownDefects();
  const at = grouped(mine, (one) => one.place);
  const inArea = grouped(mine.filter((one) => !picture.places.has(one.place)), (one) => one.area);
  const areas = [...[...picture.areas.values()].sort(byName).map((one) => one.name), ''];
  return areas
    .map((area) => {
      const own = inArea.get(area) ?? [];
      const nodes = area ? nodesBelow(area, picture.areas.get(area)?.responsibleOrganisation ?? '', at, shown) : [];
      const open = own.filter(isOpen).length + nodes.reduce((sum, one) => sum + one.open, 0);
      return { area, defects: own.filter(isShown[shown]), open, nodes };
    })
    .filter((one) => one.nodes.length > 0 || one.defects.length > 0 || one.open > 0);
}
