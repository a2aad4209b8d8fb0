// What the map shows, as this person has chosen it; forgotten with the page.
export type Colour = 'count' | 'usual' | 'none';

export const layers = $state({
  /** How areas are coloured: by their counts, by what is unusual, or not. */
  colour: 'count' as Colour,
  incidents: true,
  unreviewed: true,
  units: true,
  near: false,
  planned: false,
});

/** The wall shows what everybody begins with. */
export const everything: typeof layers = {
  colour: 'count', incidents: true, unreviewed: true, units: true, near: false, planned: false,
};
