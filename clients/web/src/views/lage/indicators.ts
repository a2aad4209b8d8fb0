// What people feel, as it was found: series of values that can be compared, and what was said on walks and in dialogues.
import { language } from '$lib/language.svelte';
import { picture } from '$lib/picture.svelte';
import { Indicator_Instrument as Instrument, Indicator_Nature as Nature, Indicator_Unit as Unit, type Indicator } from '$lib/proto';
import { isoDay, longDay, millis, toDate } from '$lib/time';
import { say } from '$lib/words/say';

export const instrument = say<Instrument>({
  [Instrument.SURVEY]: ['trygghetsmätning', 'safety survey'],
  [Instrument.SAFETY_WALK]: ['trygghetsvandring', 'safety walk'],
  [Instrument.CITIZEN_DIALOGUE]: ['medborgardialog', 'citizen dialogue'],
  [Instrument.CITIZEN_INITIATIVE]: ['medborgarinitiativ', 'citizen initiative'],
  [Instrument.STATISTICS]: ['statistik', 'statistics'],
});

export const nature = say<Nature>({
  [Nature.PERCEIVED]: ['upplevd', 'perceived'],
  [Nature.ACTUAL]: ['faktisk', 'actual'],
});

const number = (value: number, maximumFractionDigits: number) =>
  value.toLocaleString(language() === 'sv' ? 'sv-SE' : 'en-GB', { maximumFractionDigits });

/** "41 %" */
export function sayValue({ value, unit }: Indicator, digits = 1): string {
  if (value === undefined) return '';
  return unit === Unit.PERCENT ? `${number(value, digits)}\u00a0%` : number(value, 1);
}

/** "2025", "12 oktober 2026", "sep.–nov. 2025", or the days from and to. */
export function sayPeriod({ periodStartTime, periodEndTime }: Indicator): string {
  const last = new Date(millis(periodEndTime) - 1);
  const [from, to] = [isoDay(periodStartTime), isoDay(last)];
  if (from === to) return longDay(last).replace(/^\S+ /, '');
  const year = from.slice(0, 4);
  if (from === `${year}-01-01` && to === `${year}-12-31`) return year;
  const wholeMonths = from.endsWith('-01') && isoDay(periodEndTime).endsWith('-01');
  const ofYear = to.startsWith(year);
  return `${short(toDate(periodStartTime), !wholeMonths, !ofYear)}–${short(last, !wholeMonths, true)}`;
}

/** "sep. 2025", "1 sep." */
function short(date: Date | undefined, withDay: boolean, withYear: boolean): string {
  const options: Intl.DateTimeFormatOptions = { timeZone: 'Europe/Stockholm', month: 'short' };
  if (withDay) options.day = 'numeric';
  if (withYear) options.year = 'numeric';
  return date?.toLocaleDateString(language() === 'sv' ? 'sv-SE' : 'en-GB', options) ?? '';
}

/** Values of one measure in one area, oldest first; what breaks it is said by `breaksSeries`. */
export interface Series {
  key: string;
  measure: string;
  of: Indicator[];
  /** The same measure of the whole municipality. */
  reference: Indicator[];
}

const keyOf = ({ owner, nature, instrument, measure, unit }: Indicator) => `${owner} ${nature} ${instrument} ${unit} ${measure}`;
const byTime = (a: Indicator, b: Indicator) => millis(a.periodEndTime) - millis(b.periodEndTime);

/** With values: series of an area, the newest first. Empty area: the whole municipality. */
export function seriesOf(area: string): Series[] {
  const found = new Map<string, Series>();
  for (const one of picture.indicators.values()) {
    if (one.value === undefined || (one.area !== area && one.area !== '')) continue;
    const key = keyOf(one);
    let series = found.get(key);
    if (!series) found.set(key, (series = { key, measure: one.measure, of: [], reference: [] }));
    (one.area === area ? series.of : series.reference).push(one);
  }
  const newest = ({ of }: Series) => millis(of[of.length - 1]?.periodEndTime);
  for (const one of found.values()) {
    one.of.sort(byTime);
    one.reference.sort(byTime);
  }
  return [...found.values()].filter(({ of }) => of.length > 0).sort((a, b) => newest(b) - newest(a));
}

/** Its like of the whole municipality: of the same version and period. */
export function referenceOf({ reference }: Series, { instrumentVersion, periodStartTime, periodEndTime }: Indicator): Indicator | undefined {
  return reference.find(
    (one) =>
      one.instrumentVersion === instrumentVersion && millis(one.periodStartTime) === millis(periodStartTime) &&
      millis(one.periodEndTime) === millis(periodEndTime),
  );
}

/** Without values: what was seen and said in an area, newest first. */
export function saidOf(area: string): Indicator[] {
  return [...picture.indicators.values()]
    .filter((one) => one.area === area && one.value === undefined)
    .sort((a, b) => byTime(b, a));
}
