// Who sees what is not there yet, or would have another class: worked out from the class and the organisations of the
// picture. Of what is there the server says it (ListViewers), which knows the decisions too.
import { picture } from '$lib/picture.svelte';
import { OrganisationKind, ReleaseClass, type Organisation } from '$lib/proto';
import { session } from '$lib/session.svelte';

/** The organisations by name, `owner` first. */
function ordered(owner: string): Organisation[] {
  return [...picture.organisations.values()].sort(
    (a, b) => Number(b.name === owner) - Number(a.name === owner) || a.displayName.localeCompare(b.displayName, 'sv'),
  );
}

/** Those who see it by its class; `named` see it whatever its class is. */
export function seersOf(value: ReleaseClass, owner: string, named: readonly string[] = []): string[] {
  const open = value === ReleaseClass.PUBLIC || value === ReleaseClass.PARTNER;
  return ordered(owner)
    .filter((one) => {
      if (open || one.name === owner || named.includes(one.name)) return true;
      return value === ReleaseClass.AUTHORITY && one.authority;
    })
    .map((one) => one.name);
}

/** The organisations that lead the work for the municipality: they see what concerns the young and extremism. */
export function coordinators(): string[] {
  const leader = picture.municipality?.owner;
  return leader ? [leader] : [];
}

/** A wall screen shows what every organisation present may see; before anybody is there, what all partners may. */
export function onScreens(value: ReleaseClass, seers: readonly string[]): boolean {
  const present = picture.openMeeting()?.attendingOrganisations ?? [];
  if (present.length > 0) return present.every((name) => seers.includes(name));
  return value === ReleaseClass.PUBLIC || value === ReleaseClass.PARTNER;
}

/** What a new text begins with: the strictest of what is usual, of what the own organisation starts with, of its source. */
export function firstClass(usual: ReleaseClass, from: ReleaseClass | undefined = usual): ReleaseClass {
  const starts = session.organisation?.kind === OrganisationKind.SOCIAL_SERVICES ? ReleaseClass.RESTRICTED : usual;
  return Math.max(usual, starts, from) as ReleaseClass;
}
