// One's own words that are not sent yet: kept for this tab until they are, so that a reload loses nothing. Nothing
// of the picture is kept, and another person on the same device never finds them.
import { session } from '$lib/session.svelte';

const PREFIX = 'draft ';

function key(name: string): string {
  return `${PREFIX}${session.member?.name ?? ''} ${name}`;
}

/** What was kept; undefined when there is nothing, or nowhere to keep it. */
export function keptDraft<Draft>(name: string): Draft | undefined {
  try {
    const kept = sessionStorage.getItem(key(name));
    return kept === null ? undefined : (JSON.parse(kept) as Draft);
  } catch {
    return undefined;
  }
}

/** Keeps it; an empty one is forgotten. */
export function keepDraft(name: string, draft: unknown): void {
  try {
    if (draft === '' || draft === undefined) sessionStorage.removeItem(key(name));
    else sessionStorage.setItem(key(name), JSON.stringify(draft));
  } catch {
    // Forbidden or full: the words live as long as the page.
  }
}

/** Signed out: nobody's words stay. */
export function forgetDrafts(): void {
  try {
    for (const name of Object.keys(sessionStorage)) if (name.startsWith(PREFIX)) sessionStorage.removeItem(name);
  } catch {
    // Nothing was kept.
  }
}
