// One's own words that are not sent yet: kept for this tab until they are, so that a reload or a break loses nothing.
// Nothing of the picture is kept; when the session ends nothing stays, and another person on the device finds nothing.
import { session } from './session.svelte';

const PREFIX = 'draft ';

function ownPrefix(): string {
  return `${PREFIX}${session.member?.name ?? ''} `;
}

/** What was kept; undefined when there is nothing, or nowhere to keep it. */
export function keptDraft<Draft>(name: string): Draft | undefined {
  try {
    forget((key) => !key.startsWith(ownPrefix()));
    const kept = sessionStorage.getItem(ownPrefix() + name);
    return kept === null ? undefined : (JSON.parse(kept) as Draft);
  } catch {
    return undefined;
  }
}

/** Keeps it; an empty one is forgotten. */
export function keepDraft(name: string, draft: unknown): void {
  try {
    if (draft === '' || draft === undefined) sessionStorage.removeItem(ownPrefix() + name);
    else sessionStorage.setItem(ownPrefix() + name, JSON.stringify(draft));
  } catch {
    // Forbidden or full: the words live as long as the page.
  }
}

function forget(which: (key: string) => boolean): void {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(PREFIX) && which(key)) sessionStorage.removeItem(key);
  }
}

/** The session has ended, by log-out or elsewhere: nobody's words stay. */
export function forgetDrafts(): void {
  try {
    forget(() => true);
  } catch {
    // Nothing was kept.
  }
}
