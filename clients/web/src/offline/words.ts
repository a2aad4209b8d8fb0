// Words about what this device keeps.
import { defineWords } from '$lib/words';

export const w = defineWords({
  sv: {
    alone:
      'Enheten har varit utan kontakt i mer än ett dygn. Det som fanns sparat här är raderat. Logga in igen med en ny länk.',
    lost: (p) => (p['n'] === 1 ? 'Ett svar som inte hade skickats är borta.' : `${p['n']} svar som inte hade skickats är borta.`),
    logOutUnsent: (p) =>
      `${p['n'] === 1 ? 'Ett svar är' : `${p['n']} svar är`} inte skickade. Om du loggar ut nu försvinner de. Logga ut ändå?`,
    needsCoverage: 'Den här vyn behöver täckning. Fält och Rapportera fungerar utan.',
  },
  en: {
    alone:
      'This device has been without contact for more than a day. What it had kept has been deleted. Sign in again with a new link.',
    lost: (p) => (p['n'] === 1 ? 'One answer that had not been sent is gone.' : `${p['n']} answers that had not been sent are gone.`),
    logOutUnsent: (p) =>
      `${p['n'] === 1 ? 'One answer has' : `${p['n']} answers have`} not been sent. If you log out now, they are lost. Log out anyway?`,
    needsCoverage: 'This view needs coverage. Field and Report work without.',
  },
});
