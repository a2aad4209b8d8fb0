// A report as it is being written: what has been chosen, what follows from it, and what is sent.
import { create } from '@bufbuild/protobuf';
import { familyOf, isAreaLevelOnly, isForCoordinators, kindFor, startsRestricted } from '$lib/categories';
import type { Point } from '$lib/geography';
import { picture } from '$lib/picture.svelte';
import {
  Category, Family, OrganisationKind, ReleaseClass, Report_Kind, Report_Knowledge, ReportSchema, type Report,
} from '$lib/proto';
import { session } from '$lib/session.svelte';
import { dayTime, toTimestamp } from '$lib/time';
import { numbers } from '$lib/number_guard.svelte';
import { Plan } from './plan.svelte';
import { w } from './words';

export interface Preset {
  area?: string | undefined;
  category?: Category | undefined;
  point?: Point | undefined;
}

export interface Place {
  /** Empty: it is not known where. */
  area: string;
  point?: Point | undefined;
  precisionM: number;
  /** The property, address or entrance below the area, if it is known. */
  below?: string;
}

export class Draft {
  /** UNSPECIFIED: one outside the table; undefined: not chosen. */
  family = $state<Family>();
  category = $state<Category>(Category.UNSPECIFIED);
  /** Unspecified: as the category says. */
  kind = $state<Report_Kind>(Report_Kind.UNSPECIFIED);
  place = $state.raw<Place>();
  text = $state('');
  /** Unspecified: the organisation's default. */
  chosenClass = $state<ReleaseClass>(ReleaseClass.UNSPECIFIED);
  knowledge = $state<Report_Knowledge>(Report_Knowledge.UNSPECIFIED);
  /** Undefined: now. */
  when = $state.raw<Date>();
  severity = $state(0);
  /** Of a planned event. */
  readonly plan = new Plan();
  /** The report that this one adds to. */
  same = $state.raw<Report>();

  constructor({ area, category, point }: Preset = {}) {
    if (category) this.choose(category);
    if (area || point) this.place = { area: area ?? '', point, precisionM: point ? 50 : 0 };
  }

  choose(category: Category): void {
    this.category = category;
    this.family = familyOf(category);
    this.kind = Report_Kind.UNSPECIFIED;
    if (this.restricted && this.chosenClass !== ReleaseClass.UNSPECIFIED) this.chosenClass = ReleaseClass.UNSPECIFIED;
  }

  forgetCategory(): void {
    this.category = Category.UNSPECIFIED;
    this.family = undefined;
  }

  /** It starts as Namngivna, and nobody but the owner's reviewers may open it further. */
  get restricted(): boolean {
    return startsRestricted(this.category) || session.organisation?.kind === OrganisationKind.SOCIAL_SERVICES;
  }

  get forCoordinators(): boolean {
    return isForCoordinators(this.category);
  }

  get areaLevelOnly(): boolean {
    return isAreaLevelOnly(this.category);
  }

  get presetClass(): ReleaseClass {
    if (this.restricted) return ReleaseClass.RESTRICTED;
    return session.organisation?.defaultClass || ReleaseClass.PARTNER;
  }

  get releaseClass(): ReleaseClass {
    return this.chosenClass || this.presetClass;
  }

  get shownKind(): Report_Kind {
    return this.kind || kindFor(this.category);
  }

  get planned(): boolean {
    return this.shownKind === Report_Kind.PLANNED_EVENT;
  }

  /** What is still needed, in the order of the form. */
  get missing(): 'category' | 'place' | 'text' | 'personNumber' | undefined {
    if (!this.category) return 'category';
    if (!this.place) return 'place';
    if (!this.text.trim()) return 'text';
    return numbers.isWrong(this.text) ? 'personNumber' : undefined;
  }

  /** Begun, so that closing it would lose something. */
  get written(): boolean {
    return this.text.trim() !== '';
  }

  toReport(): Report {
    const { area = '', point, precisionM = 0, below = '' } = this.place ?? {};
    const exact = point && !this.areaLevelOnly;
    return create(ReportSchema, {
      category: this.category,
      kind: this.kind,
      area,
      place: below,
      ...(exact ? { point, pointPrecisionM: precisionM } : {}),
      text: this.same ? `${this.text.trim()}\n${this.#adds(this.same)}` : this.text.trim(),
      severity: this.severity,
      knowledge: this.knowledge,
      ...(this.planned ? this.#time() : this.when ? { occurredTime: toTimestamp(this.when) } : {}),
      ...(this.chosenClass ? { release: { releaseClass: this.chosenClass } } : {}),
    });
  }

  #time() {
    const { start, end, recurrence } = this.plan;
    return { occurredTime: toTimestamp(start), ...(end && { occurredEndTime: toTimestamp(end) }), ...(recurrence && { recurrence }) };
  }

  /** A note for whoever reviews: these two are the same event. */
  #adds(report: Report): string {
    const place = picture.areas.get(report.area)?.displayName ?? '';
    return w('addsTo', { time: dayTime(report.occurredTime), place });
  }
}
