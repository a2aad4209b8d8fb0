// A person as they are being written.
import { create } from '@bufbuild/protobuf';
import { picture } from '$lib/picture.svelte';
import { MemberSchema, Role, type Member } from '$lib/proto';
import { session } from '$lib/session.svelte';
import { role as roleName } from '$lib/words/people';

export class PersonDraft {
  displayName = $state('');
  function = $state('');
  phone = $state('');
  organisation = $state('');
  roles = $state.raw<Role[]>([Role.FIELD, Role.REPORTER]);
  units = $state.raw<string[]>([]);
  #from: Member | undefined;

  constructor(member?: Member) {
    this.#from = member;
    this.organisation = member?.organisation ?? session.member?.organisation ?? '';
    if (!member) return;
    this.displayName = member.displayName;
    this.function = member.function;
    this.phone = member.phone;
    this.roles = [...member.roles];
    this.units = [...member.units];
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

  toMember(): Member {
    return create(MemberSchema, {
      name: this.#from?.name ?? '',
      organisation: this.organisation,
      displayName: this.displayName.trim(),
      function: this.function.trim() || this.usualFunction,
      phone: this.phone.trim(),
      roles: this.roles,
      units: this.units,
      sourceUris: this.#from?.sourceUris ?? [],
    });
  }
}
