// When the meeting is held, while it is being changed: weeks, day, time, the day from which weeks are counted, and the
// dates that are otherwise. Written as the set-up's own JSON has it.
import { picture } from '$lib/picture.svelte';

/** A date of the cadence that is otherwise: called off, or held on another day. */
export interface Exception {
  date: string;
  movedToDate: string;
  note: string;
}

export class Cadence {
  weeks = $state(1);
  isoWeekday = $state(5);
  wallTime = $state('18:00');
  anchorDate = $state('');
  exceptions = $state.raw<readonly Exception[]>([]);

  constructor() {
    const before = picture.municipality?.cadence;
    if (!before) return;
    this.weeks = before.weeks || 1;
    this.isoWeekday = before.isoWeekday || 5;
    this.wallTime = before.wallTime || '18:00';
    this.anchorDate = before.anchorDate;
    this.exceptions = before.exceptions.map(({ date, movedToDate, note }) => ({ date, movedToDate, note }));
  }

  /** Other days than those that the server counts by: its dates are not those of what is written here. */
  get otherDays(): boolean {
    const { weeks = 0, isoWeekday = 0, wallTime = '', anchorDate = '' } = picture.municipality?.cadence ?? {};
    return (
      this.weeks !== (weeks || 1) || this.isoWeekday !== (isoWeekday || 5) || this.wallTime !== (wallTime || '18:00') ||
      this.anchorDate !== anchorDate
    );
  }

  exceptionOn(date: string): Exception | undefined {
    return this.exceptions.find((one) => one.date === date);
  }

  except(exception: Exception): void {
    this.exceptions = [...this.exceptions.filter((one) => one.date !== exception.date), exception].sort((a, b) => a.date.localeCompare(b.date));
  }

  asUsual(date: string): void {
    this.exceptions = this.exceptions.filter((one) => one.date !== date);
  }

  /** As the set-up has it. */
  get fields(): Record<string, unknown> {
    const { weeks, isoWeekday, wallTime, anchorDate } = this;
    const exceptions = this.exceptions.map(({ date, movedToDate, note }) => ({
      date, ...(movedToDate && { movedToDate }), ...(note.trim() && { note: note.trim() }),
    }));
    return { weeks, isoWeekday, wallTime, ...(anchorDate && { anchorDate }), ...(exceptions.length > 0 && { exceptions }) };
  }
}
