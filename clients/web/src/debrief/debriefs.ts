// Of which assignments a debrief can be said: those that are over, as far as somebody was there (the server decides).
import { serverNow } from '$lib/clock.svelte';
import { Assignment_State as State, Debrief_Mood, Debrief_Result, type Assignment } from '$lib/proto';
import { millis } from '$lib/time';

export const results: readonly Debrief_Result[] = [Debrief_Result.AS_PLANNED, Debrief_Result.PARTLY, Debrief_Result.NOT];
export const moods: readonly Debrief_Mood[] = [
  Debrief_Mood.CALM, Debrief_Mood.UNEASY, Debrief_Mood.DISORDERLY, Debrief_Mood.NOBODY,
];

/** Nobody ever took it on. */
const neverBegun: readonly State[] = [State.DECLINED, State.REPLACED, State.OFFERED, State.DELIVERED, State.SEEN, State.EXPIRED];

export function wasOnScene(assignment: Assignment): boolean {
  return assignment.history.some((change) => change.state === State.ON_SCENE);
}

/** `state`: where it stands by what the asker knows. */
export function canDebrief(assignment: Assignment, state: State = assignment.state): boolean {
  if (state === State.DONE || state === State.NOT_DONE) return true;
  if (state === State.CANCELLED) return wasOnScene(assignment);
  return !neverBegun.includes(state) && millis(assignment.window?.endTime) <= serverNow();
}
