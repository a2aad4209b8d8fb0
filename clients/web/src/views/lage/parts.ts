// The parts of the board and the wall, each a chunk of its own.
export const parts = {
  heatTable: () => import('./HeatTable.svelte'),
  asItWas: () => import('./AsItWas.svelte'),
  pastBanner: () => import('./PastBanner.svelte'),
  findings: () => import('./Findings.svelte'),
  areaList: () => import('./AreaList.svelte'),
  newest: () => import('./Newest.svelte'),
  map: () => import('../../map/Map.svelte'),
  timeline: () => import('../../timeline/Timeline.svelte'),
  meeting: () => import('./MeetingColumn.svelte'),
  planned: () => import('../../planned/Planned.svelte'),
  outNow: () => import('./OutNow.svelte'),
  asked: () => import('./sheets/Asked.svelte'),
};
