// One's own words that are not sent yet: kept for this tab until they are, so that a reload or a break loses nothing.
// Nothing of the picture is kept; when the session ends nothing stays, and another person on the device finds nothing.
import { forget, PREFIX } from './forget_drafts';
import { numbers } from './number_guard.svelte';
import { session } from './session.svelte';

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

/** Keeps it; an empty one is forgotten, and so is one with what looks like the number of a person. */
export function keepDraft(name: string, draft: unknown): void {
  try {
    const words = draft === '' || draft === undefined ? '' : JSON.stringify(draft);
    if (!words || numbers.isWrong(words)) sessionStorage.removeItem(ownPrefix() + name);
    else sessionStorage.setItem(ownPrefix() + name, words);
  } catch {
    // Forbidden or full: the words live as long as the page.
  }
}
