// Words of the properties and their defects.
import { defineWords } from '$lib/words';

const plural = (n: unknown, one: string, many: string) => (n === 1 ? one : many);

export const w = defineWords({
  sv: {
    title: 'Mina fastigheter',
    titleAll: 'Fastigheter',
    shown: 'Vilka',
    open: 'Öppna',
    reported: 'Anmälda',
    ordered: 'Beställda',
    closed: 'Avslutade',
    openCount: (p) => plural(p['n'], '1 öppen brist', `${p['n']} öppna brister`),
    noneOpen: 'inga öppna brister',
    oldest: (p) => plural(p['n'], 'äldsta 1 dag', `äldsta ${p['n']} dagar`),
    median: (p) => plural(p['n'], 'åtgärdas på 1 dag (median)', `åtgärdas på ${p['n']} dagar (median)`),
    fixedYear: (p) => plural(p['n'], '1 åtgärdad senaste året', `${p['n']} åtgärdade senaste året`),
    noMedian: 'inget åtgärdat senaste året',
    places: (p) => plural(p['n'], '1 plats', `${p['n']} platser`),
    inArea: 'I området',
    empty: 'Här visas fysiska brister där din organisation ansvarar: lampor, lås, klotter. En brist kommer hit när någon rapporterar den.',
    nothing: 'Ingen brist i det urvalet.',
    report: 'Rapportera en brist',
    addPlace: 'Lägg till fastighet',
  },
  en: {
    title: 'My properties',
    titleAll: 'Properties',
    shown: 'Which',
    open: 'Open',
    reported: 'Reported',
    ordered: 'Ordered',
    closed: 'Closed',
    openCount: (p) => plural(p['n'], '1 open defect', `${p['n']} open defects`),
    noneOpen: 'no open defects',
    oldest: (p) => plural(p['n'], 'oldest 1 day', `oldest ${p['n']} days`),
    median: (p) => plural(p['n'], 'fixed in 1 day (median)', `fixed in ${p['n']} days (median)`),
    fixedYear: '{n} fixed in the last year',
    noMedian: 'nothing fixed in the last year',
    places: (p) => plural(p['n'], '1 place', `${p['n']} places`),
    inArea: 'In the area',
    empty: 'Physical defects that your organisation answers for are shown here: lamps, locks, graffiti. One comes here when somebody reports it.',
    nothing: 'No defect of that choice.',
    report: 'Report a defect',
    addPlace: 'Add a property',
  },
});
