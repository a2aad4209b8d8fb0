// Words of the stops: planned, made, missing.
import { defineWords } from '$lib/words';

const span = (minutes: number, hour: string) => {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) return `${rest} min`;
  return rest === 0 ? `${hours} ${hour}` : `${hours} ${hour} ${rest} min`;
};

export const w = defineWords({
  sv: {
    stops: 'Stopp',
    what: 'Korta stopp till fots är det som rekommenderas: 10–16 minuter, minst varannan timme på varje plats.',
    suggest: 'Föreslå stopp',
    suggestAgain: 'Föreslå på nytt',
    add: 'Lägg till stopp',
    remove: 'Ta bort',
    removeStop: 'Ta bort stopp {n}',
    removeAll: 'Ta bort alla',
    at: 'kl.',
    startOf: 'Stopp {n} börjar',
    areaOf: 'Område för stopp {n}',
    minutesOf: 'Minuter för stopp {n}',
    minutes: 'min',
    advised: '10–16 min rekommenderas',
    sum: (p) => (p['n'] === 1 ? `1 stopp, ${p['minutes']} min för varje enhet` : `${p['n']} stopp, ${p['minutes']} min för varje enhet`),
    notReady: 'Välj område och tid först.',
    delivery: 'Planerat och gjort',
    stopsMade: '{made} av {planned} stopp gjorda',
    advisedMade: (p) => (p['n'] === 1 ? '1 tog 10–16 min' : `${p['n']} tog 10–16 min`),
    gap: (p) => `${p['from']}–${p['to']}: ingen på plats (${span(Number(p['minutes']), 'tim')})`,
    gaps: 'Luckor på mer än två timmar',
    noGaps: 'Inga luckor på mer än två timmar.',
    nothingSeen: 'Enheternas uppdrag är inte delade med dig.',
    withheld: (p) => (p['n'] === 1 ? 'En enhet räknas inte med: dess uppdrag är inte delat med dig.' : `${p['n']} enheter räknas inte med: deras uppdrag är inte delade med dig.`),
    notAsked: 'Kunde inte hämtas just nu.',
    stop: 'stopp {n}',
    stopAt: 'stopp {n}, {area}',
    planOfEach: 'Varje enhet gör stoppen:',
  },
  en: {
    stops: 'Stops',
    what: 'Short stops on foot are what is advised: 10–16 minutes, at least every second hour at each place.',
    suggest: 'Suggest stops',
    suggestAgain: 'Suggest anew',
    add: 'Add a stop',
    remove: 'Remove',
    removeStop: 'Remove stop {n}',
    removeAll: 'Remove all',
    at: 'at',
    startOf: 'Stop {n} begins',
    areaOf: 'Area of stop {n}',
    minutesOf: 'Minutes of stop {n}',
    minutes: 'min',
    advised: '10–16 min are advised',
    sum: (p) => (p['n'] === 1 ? `1 stop, ${p['minutes']} min for each unit` : `${p['n']} stops, ${p['minutes']} min for each unit`),
    notReady: 'Choose area and time first.',
    delivery: 'Planned and done',
    stopsMade: '{made} of {planned} stops made',
    advisedMade: (p) => (p['n'] === 1 ? '1 took 10–16 min' : `${p['n']} took 10–16 min`),
    gap: (p) => `${p['from']}–${p['to']}: nobody on the spot (${span(Number(p['minutes']), 'h')})`,
    gaps: 'Gaps of more than two hours',
    noGaps: 'No gaps of more than two hours.',
    nothingSeen: 'The units’ assignments are not shared with you.',
    withheld: (p) => (p['n'] === 1 ? 'One unit is not counted: its assignment is not shared with you.' : `${p['n']} units are not counted: their assignments are not shared with you.`),
    notAsked: 'Could not be fetched right now.',
    stop: 'stop {n}',
    stopAt: 'stop {n}, {area}',
    planOfEach: 'Each unit makes the stops:',
  },
});
