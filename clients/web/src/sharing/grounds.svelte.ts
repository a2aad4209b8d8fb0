// The grounds that a decision to share may name: the municipality's own table as the picture has it, else the
// program's, which the server says.
import { access } from '$lib/api';
import { picture } from '$lib/picture.svelte';
import type { ReleaseGround } from '$lib/proto';

let asked = $state.raw<{ municipality: string; grounds: ReleaseGround[] }>();

/** Throws when they cannot be asked for. */
export async function fetchGrounds(): Promise<void> {
  const municipality = picture.municipalityName;
  if (asked?.municipality === municipality || grounds().length > 0) return;
  const answer = await access.listReleaseGrounds({ municipality });
  asked = { municipality, grounds: answer.grounds };
}

export function grounds(): readonly ReleaseGround[] {
  const own = picture.municipality?.releaseGrounds ?? [];
  return own.length > 0 ? own : (asked?.municipality === picture.municipalityName ? asked.grounds : []);
}

/** What a ground is called; decisions made before there was a table have words. */
export function groundName(ground: string): string {
  return grounds().find((one) => one.groundId === ground)?.displayName ?? ground;
}
