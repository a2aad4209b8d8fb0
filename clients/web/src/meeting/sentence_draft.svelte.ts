// A deployment while it is being written: the slots of its sentence and what stands beside them. Kept until it is
// sent, so that a reload or a break loses nothing.
import { Deployment_Kind, ReleaseClass, type Deployment, type TimeWindow, type Unit_Power } from '$lib/proto';
import { millis, toDate, toTimestamp } from '$lib/time';
import { keepDraft, keptDraft } from '$lib/drafts';
import { picture } from '$lib/picture.svelte';
import { unitPower } from '$lib/words/people';
import { firstClass } from '../sharing/audience';
import { slots, slotWords, type Content, type Slot } from './sentence';
import { draftStops, plannedStops, type DraftStop } from './stops';

/** A wanted function: how many units, of which power (0: any). */
export interface WantedUnits {
  function: string;
  units: number;
  power: Unit_Power;
}

interface Kept {
  kind: number;
  areas: string[];
  start: number;
  end: number;
  problem: string;
  newProblem: string;
  standing: boolean;
  aim: string;
  responsible: string;
  followUp: number;
  instruction: string;
  dose: string;
  needs: readonly WantedUnits[];
  stops: DraftStop[];
  prevention: number;
  afterReadBack: boolean;
}

export class SentenceDraft {
  kind = $state(0);
  areas = $state.raw<readonly string[]>([]);
  window = $state.raw<TimeWindow>();
  problem = $state('');
  newProblem = $state('');
  /** The new problem is standing work. */
  standing = $state(false);
  aim = $state('');
  responsible = $state('');
  followUp = $state.raw<Date>();
  instruction = $state('');
  dose = $state('');
  needs = $state.raw<readonly WantedUnits[]>([]);
  stops = $state.raw<readonly DraftStop[]>([]);
  prevention = $state(0);
  afterReadBack = $state(true);
  /** 0: as the kind has it. */
  chosenClass = $state(ReleaseClass.UNSPECIFIED as ReleaseClass);

  #key: string;

  /** `key`: under what it is kept; empty: it is not. */
  constructor(key: string) {
    this.#key = key;
    const kept = key ? keptDraft<Kept>(key) : undefined;
    if (!kept) return;
    const { start, end, followUp, ...words } = kept;
    Object.assign(this, words);
    if (start) this.window = windowFrom(start, end);
    if (followUp) this.followUp = new Date(followUp);
  }

  static of(deployment: Deployment): SentenceDraft {
    const draft = new SentenceDraft('');
    draft.kind = deployment.kind;
    draft.areas = deployment.areas;
    draft.window = deployment.window;
    draft.problem = deployment.problem;
    draft.aim = deployment.aim;
    draft.responsible = deployment.responsibleOrganisation;
    draft.followUp = toDate(deployment.followUpDueTime);
    draft.instruction = deployment.instruction;
    draft.dose = deployment.dose;
    draft.needs = deployment.needs.map(({ function: wanted, units, power }) => ({ function: wanted, units, power }));
    draft.stops = draftStops(deployment.stops);
    draft.prevention = deployment.prevention;
    draft.afterReadBack = deployment.offerAfterReadBack;
    draft.chosenClass = deployment.release?.releaseClass ?? draft.chosenClass;
    return draft;
  }

  get content(): Content {
    const { kind, areas, window, problem, newProblem, aim, responsible, followUp } = this;
    const standing = problem ? (picture.problems.get(problem)?.standing ?? false) : this.standing;
    return { kind, areas, window, problem, newProblem, standing, aim, responsible, followUp };
  }

  /** The first slot that nothing stands in, after one; undefined: all are filled. */
  nextOpen(after?: Slot): Slot | undefined {
    const at = after ? slots.indexOf(after) + 1 : 0;
    const order = [...slots.slice(at), ...slots.slice(0, at)];
    return order.find((slot) => !slotWords(this.content, slot));
  }

  /** Who it is shared with unless something else is chosen: as the server has it. */
  get releaseClass(): ReleaseClass {
    if (this.chosenClass) return this.chosenClass;
    const official = [Deployment_Kind.TRAFFIC_CONTROL, Deployment_Kind.LICENSING_INSPECTION, Deployment_Kind.CAMERA];
    const usual = official.includes(this.kind) ? ReleaseClass.AUTHORITY : ReleaseClass.PARTNER;
    return firstClass(usual, picture.problems.get(this.problem)?.release?.releaseClass);
  }

  /** The fields of the request; of a deployment that is changed, what is not written here stays. */
  fields(problem: string, before?: Deployment) {
    return {
      name: before?.name ?? '',
      problem,
      aim: this.aim.trim(),
      kind: this.kind as Deployment_Kind,
      prevention: this.prevention,
      areas: [...this.areas],
      ...(this.window && { window: this.window }),
      responsibleOrganisation: this.responsible,
      ...(this.followUp && { followUpDueTime: toTimestamp(this.followUp) }),
      instruction: this.instruction.trim(),
      needs: this.needs.map((one) => ({ ...one, function: one.function.trim() || (unitPower(one.power) ?? '') })),
      dose: this.dose.trim(),
      stops: plannedStops(this.stops),
      offerAfterReadBack: this.afterReadBack,
      acknowledgeMinutes: before?.acknowledgeMinutes ?? 0,
      release: { releaseClass: this.releaseClass },
    };
  }

  keep(): void {
    if (!this.#key) return;
    const { kind, areas, window, problem, newProblem, aim, responsible, followUp } = this.content;
    const kept: Kept = {
      kind, areas: [...areas], problem, newProblem, standing: this.standing, aim, responsible, needs: this.needs,
      start: millis(window?.startTime), end: millis(window?.endTime), followUp: millis(followUp),
      instruction: this.instruction, dose: this.dose, stops: [...this.stops], prevention: this.prevention,
      afterReadBack: this.afterReadBack,
    };
    keepDraft(this.#key, kept);
  }

  forget(): void {
    if (this.#key) keepDraft(this.#key, undefined);
  }
}

function windowFrom(start: number, end: number): TimeWindow {
  return {
    $typeName: 'samsyn.v1.TimeWindow',
    startTime: toTimestamp(new Date(start)),
    endTime: toTimestamp(new Date(end)),
  };
}
