// Words in two languages. A view keeps its own beside it: `const w = defineWords({ sv: {…}, en: {…} })`,
// then `w('key', { n: 3 })` in the markup follows the language by itself. `t` has the words of all views.
import { language } from './language.svelte';
import { en } from './words/en';
import { sv } from './words/sv';

export type Parameters = Record<string, string | number>;
/** Text with `{name}` for parameters, or a function where the words depend on a number. */
export type Phrase = string | ((parameters: Parameters) => string);
export type Phrases<Key extends string> = Record<Key, Phrase>;

/** A function that says a key in the language of now. The compiler sees to it that both have the same keys. */
export function defineWords<Key extends string>(words: {
  sv: Phrases<Key>;
  en: Phrases<NoInfer<Key>>;
}): (key: Key, parameters?: Parameters) => string {
  return (key, parameters = {}) => {
    const phrase = words[language()][key];
    if (typeof phrase === 'function') return phrase(parameters);
    return phrase.replace(/\{(\w+)\}/g, (whole, name: string) => String(parameters[name] ?? whole));
  };
}

export const t = defineWords({ sv, en });
