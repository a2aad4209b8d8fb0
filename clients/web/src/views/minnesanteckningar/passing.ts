// Ways for a text to leave the page: the device's own sharing, the clipboard, an e-mail, a file.

export type Passed = 'shared' | 'copied' | 'neither';

export function canShare(): boolean {
  return typeof navigator.share === 'function';
}

export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** By the device's own sharing where there is one, else to the clipboard. Whoever thinks better of it has done neither. */
export async function passOn(title: string, text: string): Promise<Passed> {
  if (canShare()) {
    try {
      await navigator.share({ title, text });
      return 'shared';
    } catch (refused) {
      if (refused instanceof DOMException && refused.name === 'AbortError') return 'neither';
    }
  }
  return (await copy(text)) ? 'copied' : 'neither';
}

export function mailto(subject: string, body: string): string {
  return `mailto:?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(body)}`;
}

/** The page's own policy forbids to show such a document inside it: it is saved, and opened from there. */
export function saveFile(name: string, content: string, type: string): void {
  const address = URL.createObjectURL(new Blob([content], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
