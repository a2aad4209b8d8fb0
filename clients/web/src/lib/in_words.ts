// The server names things as the contract does; here they are said as people do.
import { areaName, organisationName, unitName } from './names';
import { picture } from './picture.svelte';
import { deploymentKind } from './words/enums';

export function inWords(text: string): string {
  return text.replace(/municipalities\/[^/\s]+\/(\w+)\/([\w-]+)/g, (whole, kind: string) => {
    switch (kind) {
      case 'organisations':
        return organisationName(whole) || whole;
      case 'units':
        return unitName(whole) || whole;
      case 'areas':
        return areaName(whole);
      case 'deployments': {
        const deployment = picture.deployments.get(whole);
        return deployment ? `${deploymentKind(deployment.kind)}: ${deployment.aim}` : whole;
      }
      case 'assignments': {
        const assignment = picture.assignments.get(whole);
        return assignment ? assignment.aim || assignment.areas.map(areaName).join(', ') : whole;
      }
      default:
        return whole;
    }
  });
}
