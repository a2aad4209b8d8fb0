// The words of the release classes: by themselves, as every print head and tag has them and little else.
import { ReleaseClass } from '../proto';
import { say } from './say';

export const className = say<ReleaseClass>({
  [ReleaseClass.PUBLIC]: ['Öppen', 'Public'],
  [ReleaseClass.PARTNER]: ['Samverkan', 'Partners'],
  [ReleaseClass.AUTHORITY]: ['Myndighet', 'Authorities'],
  [ReleaseClass.RESTRICTED]: ['Namngivna', 'Named only'],
});
