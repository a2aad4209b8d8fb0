// A person as they are being written, and until when they take part.
import { create } from '@bufbuild/protobuf';
import { serverNow } from '$lib/clock.svelte';
import { picture } from '$lib/picture.svelte';
import { MemberSchema, Role, type Member } from '$lib/proto';
import { session } from '$lib/session.svelte';
import { clockTime, isoDay, toTimestamp } from '$lib/time';
import { atWall, dayAfter, dayOf } from '$lib/wall_clock';
import { role as roleName } from '$lib/words/people';

/** open: until they are taken away; night: this one; other: as day and clock say. */
export type Until = 'open' | 'night' | 'other';

const MORNING = '05:00';

/** The morning that ends this night, or the one that comes. */
export function nightEnd(): Date {
  const today = dayOf(serverNow());
  const morning = atWall(today, MORNING);
  return morning.getTime() > serverNow() ? morning : atWall(dayAfter(today), MORNING);
}

export class PersonDraft {
  displayName = $state('');
  function = $state('');
  phone = $state('');
  organisation = $state('');
  roles = $state.raw<Role[]>([Role.FIELD, Role.REPORTER]);
  units = $state.raw<string[]>([]);
  until = $state<Until>('open');
  day = $state('');
  clock = $state(MORNING);
  #from: Member | undefined;

  constructor(member?: Member) {
    this.#from = member;
    this.organisation = member?.organisation ?? session.member?.organisation ?? '';
    this.day = isoDay(member?.expireTime ?? nightEnd());
    if (!member) return;
    this.displayName = member.displayName;
    this.function = member.function;
    this.phone = member.phone;
    this.roles = [...member.roles];
    this.units = [...member.units];
    if (member.expireTime) {
      this.until = 'other';
      this.clock = clockTime(member.expireTime);
    }
  }

  toggleRole(role: Role): void {
    this.roles = this.roles.includes(role) ? this.roles.filter((one) => one !== role) : [...this.roles, role];
  }

  toggleUnit(unit: string): void {
    this.units = this.units.includes(unit) ? this.units.filter((one) => one !== unit) : [...this.units, unit];
  }

  /** What others see when nothing is written: the unit, else the first role. */
  get usualFunction(): string {
    const unit = this.units[0] && picture.units.get(this.units[0])?.displayName;
    return unit || (this.roles[0] ? roleName(this.roles[0]) : '');
  }

  get expireTime(): Member['expireTime'] {
    if (this.until === 'open') return undefined;
    if (this.until === 'night') return toTimestamp(nightEnd());
    const before = this.#from?.expireTime;
    // What was not touched stays as it was, seconds and all.
    if (before && this.day === isoDay(before) && this.clock === clockTime(before)) return before;
    return toTimestamp(atWall(this.day, this.clock));
  }

  toMember(): Member {
    const { expireTime } = this;
    return create(MemberSchema, {
      name: this.#from?.name ?? '',
      organisation: this.organisation,
      displayName: this.displayName.trim(),
      function: this.function.trim() || this.usualFunction,
      phone: this.phone.trim(),
      roles: this.roles,
      units: this.units,
      sourceUris: this.#from?.sourceUris ?? [],
      ...(expireTime && { expireTime }),
    });
  }
}
