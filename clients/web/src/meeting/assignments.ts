// What can follow from a state of an assignment (§5), and what an answer says of what the writer had seen.
import { newRequestId } from '$lib/api';
import { serverNow } from '$lib/clock.svelte';
import { Assignment_State as State, type Assignment } from '$lib/proto';
import { toTimestamp } from '$lib/time';

/** What a dispatcher may enter, the likeliest first. */
export function nextStates(state: State): State[] {
  switch (state) {
    case State.OFFERED:
    case State.DELIVERED:
      return [State.ACCEPTED, State.SEEN, State.DECLINED, State.EN_ROUTE, State.ON_SCENE, State.DONE, State.NOT_DONE];
    case State.SEEN:
      return [State.ACCEPTED, State.DECLINED, State.EN_ROUTE, State.ON_SCENE, State.DONE, State.NOT_DONE];
    case State.EXPIRED:
      return [State.ACCEPTED, State.EN_ROUTE, State.ON_SCENE, State.DONE, State.NOT_DONE];
    case State.ACCEPTED:
      return [State.EN_ROUTE, State.ON_SCENE, State.DONE, State.NOT_DONE];
    case State.EN_ROUTE:
      return [State.ON_SCENE, State.DONE, State.NOT_DONE];
    case State.ON_SCENE:
      return [State.DONE, State.PAUSED, State.NOT_DONE];
    case State.PAUSED:
      return [State.ON_SCENE, State.DONE, State.NOT_DONE];
    default:
      return [];
  }
}

/** The desk is one device a member: what it had seen is what the picture has. */
export function stampFor(assignment: Assignment) {
  return {
    operationId: newRequestId(),
    deviceTime: toTimestamp(new Date(serverNow())),
    definitionVersion: assignment.definitionVersion,
    statusVersion: assignment.statusVersion,
  };
}
