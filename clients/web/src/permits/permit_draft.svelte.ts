// A permit while it is being written: days and clocks of the wall, instants in the contract.
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Permit, PermitSchema, TimeWindow } from '$lib/proto';
import { clockTime, isoDay, millis, toTimestamp } from '$lib/time';
import { atWall } from '$lib/wall_clock';

const MINUTE = 60_000;

export interface DraftHours {
  isoWeekdays: readonly number[];
  start: string;
  end: string;
}

export class PermitDraft {
  number = $state('');
  areas = $state.raw<readonly string[]>([]);
  fromDay = $state('');
  fromClock = $state('00:00');
  toDay = $state('');
  toClock = $state('00:00');
  hours = $state<DraftHours[]>([]);
  /** What is not written here stays: its polygon. */
  before: Permit | undefined;

  static of(permit: Permit): PermitDraft {
    const draft = PermitDraft.in(permit.areas, permit.window);
    draft.number = permit.number;
    draft.hours = permit.hours.map(({ isoWeekdays, startWallTime, endWallTime }) => ({
      isoWeekdays: [...isoWeekdays], start: startWallTime, end: endWallTime,
    }));
    draft.before = permit;
    return draft;
  }

  /** A new one, for places and a time. */
  static in(areas: readonly string[], window: TimeWindow | undefined): PermitDraft {
    const draft = new PermitDraft();
    draft.areas = areas;
    if (!window) return draft;
    // The fields know minutes only: all of the window lies inside.
    const end = new Date(Math.ceil(millis(window.endTime) / MINUTE) * MINUTE);
    draft.fromDay = isoDay(window.startTime);
    draft.fromClock = clockTime(window.startTime);
    draft.toDay = isoDay(end);
    draft.toClock = clockTime(end);
    return draft;
  }

  /** One day without the other is no window. */
  get halfWindow(): boolean {
    return (this.fromDay === '') !== (this.toDay === '');
  }

  get hasWindow(): boolean {
    return this.fromDay !== '' && this.toDay !== '';
  }

  get message(): MessageInitShape<typeof PermitSchema> {
    const window = {
      startTime: toTimestamp(atWall(this.fromDay, this.fromClock || '00:00')),
      endTime: toTimestamp(atWall(this.toDay, this.toClock || '00:00')),
    };
    const polygon = this.before?.polygon;
    return {
      number: this.number.trim(),
      areas: [...this.areas],
      hours: this.hours.map(({ isoWeekdays, start, end }) => ({
        isoWeekdays: [...isoWeekdays].sort((a, b) => a - b), startWallTime: start, endWallTime: end,
      })),
      ...(polygon && { polygon }),
      ...(this.hasWindow && { window }),
    };
  }
}
