// The words of an assignment: by themselves, so that the field view loads no others.
import { Assignment_Lateness, Assignment_State } from '../proto';
import { say } from './say';

export const assignmentState = say<Assignment_State>({
  [Assignment_State.OFFERED]: ['skickat', 'sent'],
  [Assignment_State.DELIVERED]: ['mottaget', 'received'],
  [Assignment_State.SEEN]: ['sett', 'seen'],
  [Assignment_State.ACCEPTED]: ['kvitterat', 'acknowledged'],
  [Assignment_State.EN_ROUTE]: ['på väg', 'on the way'],
  [Assignment_State.ON_SCENE]: ['på plats', 'on the spot'],
  [Assignment_State.PAUSED]: ['paus', 'paused'],
  [Assignment_State.DONE]: ['klart', 'done'],
  [Assignment_State.NOT_DONE]: ['ej utfört', 'not done'],
  [Assignment_State.DECLINED]: ['kan inte', 'declined'],
  [Assignment_State.EXPIRED]: ['obesvarat', 'unanswered'],
  [Assignment_State.CANCELLED]: ['återkallat', 'withdrawn'],
  [Assignment_State.REPLACED]: ['ersatt', 'replaced'],
});

export const lateness = say<Assignment_Lateness>({
  [Assignment_Lateness.ANSWERED_LATE]: ['svarade sent', 'answered late'],
  [Assignment_Lateness.REACHED_US_LATE]: ['svarade i tid, nådde oss sent', 'answered in time, reached us late'],
});
