// Whether this person agrees to show where they are while on an assignment: said to the server, which decides by it.
import { access, write } from '$lib/api';
import { refreshSession, session } from '$lib/session.svelte';

export const consents = () => session.member?.positionConsentTime !== undefined;

/** Throws when it could not be said. */
export async function setConsent(yes: boolean): Promise<void> {
  await write((requestId) => access.setPositionConsent({ requestId, consents: yes }));
  await refreshSession();
}
