// What follows from a category, as the server has it: its family, the kind of a report, and what is kept more strictly.
import { Category, Family, Report_Kind } from './proto';

/** In the order in which they are offered. */
export const families: ReadonlyMap<Family, readonly Category[]> = new Map([
  [Family.VIOLENCE, [
    Category.VIOLENCE, Category.THREAT_TO_STAFF, Category.ROBBERY, Category.CLOSE_RELATION_VIOLENCE,
    Category.SEXUAL_OFFENCE,
  ]],
  [Family.WEAPONS, [Category.WEAPON_OR_EXPLOSION]],
  [Family.DRUGS_ALCOHOL, [Category.DRUGS, Category.ALCOHOL]],
  [Family.THEFT, [Category.THEFT, Category.BURGLARY, Category.FRAUD]],
  [Family.DAMAGE_FIRE, [Category.VANDALISM, Category.FIRE]],
  [Family.TRAFFIC, [Category.RECKLESS_TRAFFIC, Category.TRAFFIC_ACCIDENT]],
  [Family.DISORDER, [Category.DISORDER]],
  [Family.UNSAFETY, [
    Category.UNSAFE_ENVIRONMENT, Category.WORRY, Category.YOUTH_CONCERN, Category.ONLINE, Category.EXTREMISM,
  ]],
]);

/** Outside the table: they are never counted. */
export const outside: readonly Category[] = [
  Category.PLANNED_EVENT, Category.INFORMATION, Category.WELFARE, Category.MISSING_PERSON,
  Category.WORKPLACE_ACCIDENT, Category.OTHER,
];

const familyByCategory = new Map([...families].flatMap(([family, list]) => list.map((one) => [one, family] as const)));

export function familyOf(category: Category): Family {
  return familyByCategory.get(category) ?? Family.UNSPECIFIED;
}

/** The kind of a report that does not say its own. */
export function kindFor(category: Category): Report_Kind {
  switch (category) {
    case Category.UNSAFE_ENVIRONMENT:
      return Report_Kind.PHYSICAL_DEFECT;
    case Category.WORRY:
      return Report_Kind.PERCEPTION;
    case Category.YOUTH_CONCERN:
    case Category.EXTREMISM:
    case Category.ONLINE:
    case Category.OTHER:
      return Report_Kind.OBSERVATION;
    case Category.PLANNED_EVENT:
      return Report_Kind.PLANNED_EVENT;
    case Category.INFORMATION:
      return Report_Kind.INFORMATION;
    default:
      return Report_Kind.INCIDENT;
  }
}

/** A report of it has no point. */
export function isAreaLevelOnly(category: Category): boolean {
  return category === Category.SEXUAL_OFFENCE || category === Category.CLOSE_RELATION_VIOLENCE;
}

/** Places and situations, never persons: beside the owner the coordinators see it. */
export function isForCoordinators(category: Category): boolean {
  return category === Category.YOUTH_CONCERN || category === Category.EXTREMISM;
}

/** Starts as Namngivna, whatever the organisation's default is. */
export function startsRestricted(category: Category): boolean {
  return isAreaLevelOnly(category) || isForCoordinators(category);
}
