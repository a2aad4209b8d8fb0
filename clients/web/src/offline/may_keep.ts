// What of the picture a field worker's device may keep: what is Öppen or Samverkan, and the assignments of the
// own units with what was said of them. Nothing else of stricter class, no names or numbers of people.
import { clone } from '@bufbuild/protobuf';
import { DeploymentSchema, ReleaseClass, type Commitment, type Deployment, type Entity } from '$lib/proto';

export type Content = Entity['entity'];

function isOpen(release: { releaseClass: ReleaseClass } | undefined): boolean {
  return release?.releaseClass === ReleaseClass.PUBLIC || release?.releaseClass === ReleaseClass.PARTNER;
}

/** Which unit of another was committed is not for everybody: what others see of it is "aktör, bekräftad". */
function withoutOthers(deployment: Deployment, units: readonly string[]): Deployment {
  const others = (one: Commitment) => one.unit !== '' && !units.includes(one.unit);
  if (!deployment.commitments.some(others)) return deployment;
  const kept = clone(DeploymentSchema, deployment);
  for (const one of kept.commitments.filter(others)) {
    one.unit = one.assignment = one.overrideReason = '';
    one.warnings = [];
  }
  return kept;
}

/** What may be kept of it: the same, less of it, or nothing. */
export function keepable(content: Content, units: readonly string[]): Content | undefined {
  switch (content.case) {
    case 'municipality':
    case 'organisation':
    case 'unit':
    case 'area':
      return content;
    case 'assignment':
    case 'fieldUpdate':
      return units.includes(content.value.unit) ? content : undefined;
    case 'deployment': {
      if (!isOpen(content.value.release)) return undefined;
      const value = withoutOthers(content.value, units);
      return value === content.value ? content : { case: 'deployment', value };
    }
    case 'shift':
    case 'meeting':
    case 'problem':
    case 'report':
    case 'incident':
      return isOpen(content.value.release) ? content : undefined;
    default:
      return undefined;
  }
}
