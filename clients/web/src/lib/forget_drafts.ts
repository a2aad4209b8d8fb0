// How one's unsent words (drafts.ts) are forgotten: by itself, for the first view keeps none.
export const PREFIX = 'draft ';

export function forget(which: (key: string) => boolean): void {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(PREFIX) && which(key)) sessionStorage.removeItem(key);
  }
}

/** It is no longer to be seen: words that were begun from it go with it. */
export function forgetDraftsOf(name: string): void {
  try {
    forget((key) => key.split(' ').includes(name));
  } catch {
    // Nothing was kept.
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
