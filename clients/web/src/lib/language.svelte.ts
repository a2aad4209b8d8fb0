// The language of the page, Swedish first; and the theme. Both are kept on the device only.
export type Language = 'sv' | 'en';
export type Theme = 'system' | 'light' | 'dark';

/** Storage may be forbidden (private windows): then a choice lasts as long as the page. */
function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Nothing to keep it in.
  }
}

const savedTheme = read('theme');
const state = $state({
  language: (read('language') === 'en' ? 'en' : 'sv') as Language,
  theme: (savedTheme === 'light' || savedTheme === 'dark' ? savedTheme : 'system') as Theme,
});

function show(): void {
  const root = document.documentElement;
  root.lang = state.language;
  root.classList.toggle('light', state.theme === 'light');
  root.classList.toggle('dark', state.theme === 'dark');
}
show();

export function language(): Language {
  return state.language;
}

export function setLanguage(value: Language): void {
  state.language = value;
  write('language', value);
  show();
}

export function theme(): Theme {
  return state.theme;
}

export function setTheme(value: Theme): void {
  state.theme = value;
  write('theme', value);
  show();
}
