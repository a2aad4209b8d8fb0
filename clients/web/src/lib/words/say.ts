// Words for the values of an enum of the contract, in the language of now.
import { language } from '../language.svelte';

type Pair = readonly [sv: string, en: string];
type Table<Value extends number> = Partial<Record<Value, Pair>>;

export function say<Value extends number>(table: Table<Value>): (value: Value) => string {
  return (value) => table[value]?.[language() === 'sv' ? 0 : 1] ?? '';
}
