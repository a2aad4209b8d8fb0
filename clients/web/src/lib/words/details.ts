// Words that stand in sheets and forms only: apart from the others, which the first view needs.
import { Deployment_Prevention, FocusArea, Report_Knowledge } from '../proto';
import { say } from './say';

export const prevention = say<Deployment_Prevention>({
  [Deployment_Prevention.SOCIAL]: ['social brottsprevention', 'social crime prevention'],
  [Deployment_Prevention.SITUATIONAL]: ['situationell brottsprevention', 'situational crime prevention'],
});

export const focusArea = say<FocusArea>({
  [FocusArea.TRAFFIC]: ['trafik', 'traffic'],
  [FocusArea.YOUTH_AT_RISK]: ['unga i riskzon', 'youth at risk'],
  [FocusArea.VULNERABLE_AREAS]: ['utsatta områden', 'vulnerable areas'],
  [FocusArea.PUBLIC_ENVIRONMENT]: ['offentlig miljö', 'public environment'],
  [FocusArea.VULNERABLE_VICTIMS]: ['särskilt utsatta brottsoffer', 'particularly vulnerable victims'],
});

export const knowledge = say<Report_Knowledge>({
  [Report_Knowledge.SEEN]: ['sett själv', 'seen'],
  [Report_Knowledge.HEARD]: ['hört av berörd', 'heard from someone concerned'],
  [Report_Knowledge.RUMOUR]: ['rykte', 'rumour'],
});
