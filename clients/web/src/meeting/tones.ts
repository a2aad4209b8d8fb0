// How heavy a state is shown: where somebody has to act, it stands out.
import { Assignment_State, Deployment_State, FollowUp_Outcome, Position_Stance } from '$lib/proto';

export type Tone = 'plain' | 'good' | 'attention' | 'bad';

export function assignmentTone(state: Assignment_State): Tone {
  switch (state) {
    case Assignment_State.ON_SCENE:
    case Assignment_State.DONE:
    case Assignment_State.ACCEPTED:
    case Assignment_State.EN_ROUTE:
      return 'good';
    case Assignment_State.EXPIRED:
    case Assignment_State.NOT_DONE:
      return 'attention';
    case Assignment_State.DECLINED:
      return 'bad';
    default:
      return 'plain';
  }
}

export function deploymentTone(state: Deployment_State): Tone {
  switch (state) {
    case Deployment_State.ACTIVE:
    case Deployment_State.DECIDED:
      return 'good';
    case Deployment_State.CANCELLED:
      return 'attention';
    default:
      return 'plain';
  }
}

/** A symbol beside the word. */
export function stanceMark(stance: Position_Stance | undefined): string {
  switch (stance) {
    case Position_Stance.SUPPORT:
      return '✓';
    case Position_Stance.OBJECT:
      return '✗';
    case Position_Stance.ABSTAIN:
      return '–';
    default:
      return '·';
  }
}

export function outcomeTone(outcome: FollowUp_Outcome): Tone {
  if (outcome === FollowUp_Outcome.SUCCESSFUL) return 'good';
  return outcome === FollowUp_Outcome.UNSUCCESSFUL ? 'attention' : 'plain';
}

export const outcomes: readonly FollowUp_Outcome[] = [
  FollowUp_Outcome.SUCCESSFUL, FollowUp_Outcome.PARTIAL, FollowUp_Outcome.UNSUCCESSFUL, FollowUp_Outcome.CANNOT_TELL,
];
