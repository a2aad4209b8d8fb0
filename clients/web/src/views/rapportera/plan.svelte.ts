// When a planned event is, and how it comes again, as it is being written.
import { create } from '@bufbuild/protobuf';
import { serverNow } from '$lib/clock.svelte';
import { Recurrence_Frequency as Frequency, RecurrenceSchema, type Recurrence } from '$lib/proto';
import { isoDay, toTimestamp } from '$lib/time';
import { atWall, dayAfter, isoWeekday } from '$lib/wall_clock';

export class Plan {
  day = $state(isoDay(new Date(serverNow())));
  from = $state('19:00');
  to = $state('22:00');
  frequency = $state<Frequency>(Frequency.UNSPECIFIED);
  weekdays = $state<number[]>([]);
  beforeWeekend = $state(false);
  /** The last day on which it may begin; empty: none is said. */
  until = $state('');

  get overMidnight(): boolean {
    return this.to !== '' && this.to <= this.from;
  }

  /** Of a day of the month that is kept before the weekend, the Friday is the first time itself. */
  get first(): string {
    const over = isoWeekday(this.day) - 5;
    return this.frequency === Frequency.MONTHLY && this.beforeWeekend && over > 0 ? dayAfter(this.day, -over) : this.day;
  }

  get start(): Date {
    return atWall(this.first, this.from || '00:00');
  }

  get end(): Date | undefined {
    if (!this.to) return undefined;
    return atWall(this.overMidnight ? dayAfter(this.first) : this.first, this.to);
  }

  /** Each week on the day of the first time, and the others that are pressed. */
  toggle(weekday: number): void {
    if (weekday === isoWeekday(this.day)) return;
    this.weekdays = this.weekdays.includes(weekday) ? this.weekdays.filter((one) => one !== weekday) : [...this.weekdays, weekday];
  }

  isOn(weekday: number): boolean {
    return weekday === isoWeekday(this.day) || this.weekdays.includes(weekday);
  }

  get recurrence(): Recurrence | undefined {
    if (this.frequency === Frequency.UNSPECIFIED) return undefined;
    const weekly = this.frequency === Frequency.WEEKLY;
    const monthly = this.frequency === Frequency.MONTHLY;
    return create(RecurrenceSchema, {
      frequency: this.frequency,
      isoWeekdays: weekly ? [...new Set([...this.weekdays, isoWeekday(this.day)])].sort() : [],
      beforeWeekend: monthly && this.beforeWeekend,
      dayOfMonth: monthly ? Number(this.day.slice(8)) : 0,
      ...(this.until ? { untilTime: toTimestamp(atWall(this.until, '23:59')) } : {}),
    });
  }
}
