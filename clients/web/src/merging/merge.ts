// Bringing reports into one incident, and taking them out again: each undoes the other.
import { incidents, write } from '$lib/api';
import { picture } from '$lib/picture.svelte';
import { Role } from '$lib/proto';
import { hasRole } from '$lib/session.svelte';

export function mayMerge(): boolean {
  return hasRole(Role.REVIEWER, Role.COORDINATOR);
}

/** `reports` come with all of their incidents. */
export async function merge(incident: string, reports: readonly string[], reason: string): Promise<void> {
  const etag = picture.incidents.get(incident)?.etag ?? '';
  await write((requestId) => incidents.mergeReports({ requestId, incident, etag, reports: [...reports], reason }));
}

export async function split(name: string, reports: readonly string[]): Promise<void> {
  await write((requestId) => incidents.splitIncident({ requestId, name, reports: [...reports] }));
}
