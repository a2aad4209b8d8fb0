// What a coordinator or a dispatcher is offered here; the server decides.
import { picture } from '$lib/picture.svelte';
import { Role, type Member, type Organisation } from '$lib/proto';
import { hasRole, session } from '$lib/session.svelte';

export function isCoordinator(): boolean {
  return hasRole(Role.COORDINATOR);
}

function isOwn(organisation: string): boolean {
  return organisation === session.member?.organisation;
}

/** Members, units: a coordinator all, a dispatcher its own organisation's. */
export function mayWrite(organisation: string): boolean {
  return isCoordinator() || (hasRole(Role.DISPATCHER) && isOwn(organisation));
}

/** Only the organisation itself says who of it is out. */
export function maySendOut(organisation: string): boolean {
  return hasRole(Role.DISPATCHER) && isOwn(organisation);
}

const plain = [Role.REPORTER, Role.FIELD];

/** The roles that the person in front of the page may give. */
export function givenRoles(): readonly Role[] {
  if (!isCoordinator()) return plain;
  return [
    Role.FIELD, Role.REPORTER, Role.REVIEWER, Role.DISPATCHER, Role.CHAIR, Role.SECRETARY, Role.COORDINATOR,
    Role.OBSERVER, Role.AUDITOR, Role.PARTNER_SYSTEM,
  ];
}

export function mayChange(member: Member): boolean {
  return isCoordinator() || (mayWrite(member.organisation) && member.roles.every((role) => plain.includes(role)));
}

/** The organisations for which something can be added, one's own first. */
export function organisations(may: (name: string) => boolean): Organisation[] {
  return [...picture.organisations.values()]
    .filter((one) => may(one.name))
    .sort((a, b) => Number(isOwn(b.name)) - Number(isOwn(a.name)) || a.displayName.localeCompare(b.displayName, 'sv'));
}

/** An id made of a name: "Årsta torg" is `arsta-torg`; with a number where it is taken. */
export function idFrom(name: string, taken: (id: string) => boolean): string {
  const plainName = name.toLocaleLowerCase('sv').normalize('NFD').replace(/[\u0300-\u036f]/g, '');
  const stem = plainName.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 56).replace(/-+$/, '') || 'ny';
  let id = stem;
  for (let n = 2; taken(id); n++) id = `${stem}-${n}`;
  return id;
}
