// What a source is called by its address.

/** "polisen.se" of an address; what is no address is shown as it is. */
export function hostOf(uri: string): string {
  try {
    return new URL(uri).host.replace(/^www\./, '') || uri;
  } catch {
    return uri;
  }
}
