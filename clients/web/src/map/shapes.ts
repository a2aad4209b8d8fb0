// The shape of each family's mark on the map, in a box of 16 by 16: told apart without colour.
import { Family } from '$lib/proto';

export const shapes: Partial<Record<Family, string>> = {
  [Family.VIOLENCE]: 'M8 1 15 14H1z',
  [Family.WEAPONS]: 'M8 0l2.4 5.3L16 6l-4.2 3.8L13 15.6 8 12.7 3 15.6l1.2-5.8L0 6l5.6-.7z',
  [Family.DRUGS_ALCOHOL]: 'M4.5 1.5h7L15 8l-3.5 6.5h-7L1 8z',
  [Family.THEFT]: 'M2 2h12v12H2z',
  [Family.DAMAGE_FIRE]: 'M8 0l8 8-8 8-8-8z',
  [Family.TRAFFIC]: 'M8 15 1 2h14z',
  [Family.DISORDER]: 'M5.5 1h5v4.5H15v5h-4.5V15h-5v-4.5H1v-5h4.5z',
  [Family.UNSAFETY]: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 1 0 0-13z',
};
