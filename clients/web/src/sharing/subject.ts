// What can be shared: an entity with a class of its own, what it is called, whose it is, what can be left out of it;
// and what this person may do with that.
import { areaName, listed } from '$lib/names';
import { picture } from '$lib/picture.svelte';
import { ReleaseClass, Role, Withheld, type ReleaseState } from '$lib/proto';
import { hasRole, session } from '$lib/session.svelte';
import { windowWords } from '$lib/time';
import { category, deploymentKind, levelName } from '$lib/words/enums';
import { w } from './words';

const kinds = ['report', 'problem', 'deployment', 'assignment', 'areaAssessment', 'indicator'] as const;
type SharedKind = (typeof kinds)[number];

export interface Subject {
  name: string;
  kind: SharedKind;
  owner: string;
  etag: string;
  release: ReleaseState | undefined;
  releaseClass: ReleaseClass;
  /** "klotter, Jordbro" */
  title: string;
  reporter: string;
}

function titleOf(entity: NonNullable<ReturnType<typeof picture.get>>): string {
  const and = w('and');
  switch (entity.case) {
    case 'report':
      return [category(entity.value.category), areaName(entity.value.area)].join(', ');
    case 'problem':
      return entity.value.statement;
    case 'deployment':
      return [deploymentKind(entity.value.kind), listed(entity.value.areas.map(areaName), and)].join(', ');
    case 'assignment':
      return [listed(entity.value.areas.map(areaName), and), windowWords(entity.value.window)].join(', ');
    case 'areaAssessment':
      return [areaName(entity.value.area), levelName(entity.value.level)].join(': ');
    case 'indicator':
      return entity.value.measure;
    default:
      return '';
  }
}

/** Undefined: it is not there, or has no class of its own. */
export function subjectOf(name: string): Subject | undefined {
  const entity = picture.get(name);
  const kind = kinds.find((one) => one === entity?.case);
  if (!entity?.value || !kind) return undefined;
  const value = entity.value as Pick<Subject, 'owner' | 'etag' | 'release'>;
  return {
    name, kind, owner: value.owner, etag: value.etag, release: value.release, title: titleOf(entity),
    // A class that the page does not know is the strictest.
    releaseClass: value.release?.releaseClass || ReleaseClass.RESTRICTED,
    reporter: entity.case === 'report' ? entity.value.reporter : '',
  };
}

export const isOwn = ({ owner }: { owner: string }) => owner !== '' && owner === session.organisation?.name;

/** Decides over what is shared of the own organisation. */
export function mayDecide(subject: { owner: string }): boolean {
  return isOwn(subject) && hasRole(Role.COORDINATOR, Role.REVIEWER, Role.DISPATCHER);
}

/** Proposes it to those who decide. */
export function mayPropose(subject: { owner: string }): boolean {
  return isOwn(subject) && hasRole(Role.REPORTER, Role.CHAIR, Role.SECRETARY);
}

/** Who may edit it may also keep it more strictly. */
export function mayTighten(subject: Subject): boolean {
  if (mayDecide(subject) || (subject.reporter !== '' && subject.reporter === session.member?.name)) return true;
  if (subject.kind === 'indicator') return isOwn(subject) && hasRole(Role.SECRETARY, Role.REPORTER);
  if (subject.kind === 'report' || subject.kind === 'assignment') return false;
  return hasRole(Role.COORDINATOR, Role.CHAIR, Role.SECRETARY) || (isOwn(subject) && hasRole(Role.REPORTER));
}

/** Only what is for those named has anybody to be shared with: the looser classes have their circles already. */
export function canBeShared(subject: Subject): boolean {
  return subject.releaseClass === ReleaseClass.RESTRICTED && (mayDecide(subject) || mayPropose(subject));
}

const parts: Record<SharedKind, readonly Withheld[]> = {
  report: [Withheld.PLACE, Withheld.TIME, Withheld.TEXT],
  assignment: [Withheld.PLACE, Withheld.TIME, Withheld.TEXT],
  deployment: [Withheld.TIME, Withheld.TEXT],
  problem: [Withheld.TEXT],
  areaAssessment: [Withheld.TEXT],
  indicator: [Withheld.TEXT],
};

/** What can be left out of it. */
export const partsOf = ({ kind }: Subject) => parts[kind];

/** What is seen of it, in words: "kategori, område, dag". */
export function seenOf(subject: Subject, withheld: readonly Withheld[]): string {
  const whole = (part: Withheld) => !withheld.includes(part);
  const place = whole(Withheld.PLACE) ? w('partPlace') : w('partArea');
  const time = whole(Withheld.TIME) ? w('partTime') : w('partDay');
  const text = whole(Withheld.TEXT) ? [w('partText')] : [];
  const words: Record<SharedKind, string[]> = {
    report: [w('partCategory'), place, time, ...text],
    assignment: [w('partUnit'), place, time, w('partState'), ...text],
    deployment: [w('partKind'), w('partArea'), time, w('partState'), ...text],
    problem: [w('partArea'), w('partState'), ...text],
    areaAssessment: [w('partArea'), w('partLevel'), ...text],
    indicator: [w('partArea'), w('partPeriod'), w('partValue'), ...text],
  };
  return listed(words[subject.kind], w('and'));
}

/** What is not seen: "inte platsen och texten". */
export function unseenOf(withheld: readonly Withheld[]): string {
  const words: Partial<Record<Withheld, string>> = {
    [Withheld.PLACE]: w('notPlace'), [Withheld.TIME]: w('notTime'), [Withheld.TEXT]: w('notText'),
  };
  return listed(withheld.map((one) => words[one] ?? '').filter(Boolean), w('and'));
}
