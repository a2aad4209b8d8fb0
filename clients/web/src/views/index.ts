// The views: how each is loaded (a chunk of its own), what it is called, and for whom it stands in the navigation.
import type { Component } from 'svelte';
import { Role } from '$lib/proto';
import { hasRole, isScreen, onlyField, session } from '$lib/session.svelte';
import { waitingAuthorities, waitingCount, waitingShares } from '$lib/waiting';
import { defineWords } from '$lib/words';
import { picture } from '$lib/picture.svelte';
import { media } from './lage/media.svelte';

const w = defineWords({
  sv: {
    lage: 'Läge',
    mote: 'Möte',
    kvall: 'Kväll',
    falt: 'Fält',
    rapportera: 'Rapportera',
    granskning: 'Granskning',
    fastigheter: 'Mina fastigheter',
    uppfoljning: 'Uppföljning',
    minnesanteckningar: 'Minnesanteckningar',
    kallor: 'Källor',
    personer: 'Personer',
    installningar: 'Inställningar',
    atkomstlogg: 'Åtkomstlogg',
    insats: 'Insats',
    uppdrag: 'Uppdrag',
    skarm: 'Skärm',
    tillganglighet: 'Tillgänglighetsredogörelse',
  },
  en: {
    lage: 'Picture',
    mote: 'Meeting',
    kvall: 'Tonight',
    falt: 'Field',
    rapportera: 'Report',
    granskning: 'Review',
    fastigheter: 'My properties',
    uppfoljning: 'Follow-up',
    minnesanteckningar: 'Minutes',
    kallor: 'Sources',
    personer: 'People',
    installningar: 'Settings',
    atkomstlogg: 'Access log',
    insats: 'Deployment',
    uppdrag: 'Assignment',
    skarm: 'Wall screen',
    tillganglighet: 'Accessibility statement',
  },
});

export type ViewName = Parameters<typeof w>[0];

interface View {
  /** A view gets the id of its address, empty without one. */
  // Most views take no properties: no type of Svelte's says "may take an id".
  load: () => Promise<{ default: Component<any> }>;
  /** Whether it stands in the navigation; left out: reached by links only. */
  shown?: () => boolean;
  /** It stands there itself, not under "Mer". */
  main?: () => boolean;
  /** How much waits there for this person. */
  waiting?: () => number;
}

const always = () => true;
const wide = media('(min-width: 700px)');
const mayReview = () => hasRole(Role.REVIEWER);
/** Their organisation answers for a place, or they lead the work for all. */
const hasProperties = () =>
  hasRole(Role.COORDINATOR) ||
  [picture.areas, picture.places].some((map) =>
    [...map.values()].some((one) => one.responsibleOrganisation !== '' && one.responsibleOrganisation === session.organisation?.name));
const everybody = () => !isScreen() && !hasRole(Role.AUDITOR) && !onlyField();

/** In the order of the navigation. */
export const views: Record<ViewName, View> = {
  lage: { load: () => import('./lage/Lage.svelte'), shown: everybody, main: always },
  falt: { load: () => import('./falt/Falt.svelte'), shown: () => hasRole(Role.FIELD), main: always },
  mote: { load: () => import('./mote/Mote.svelte'), shown: everybody, main: () => !hasRole(Role.FIELD) },
  kvall: { load: () => import('./kvall/Kvall.svelte'), shown: everybody, main: always },
  rapportera: {
    load: () => import('./rapportera/Rapportera.svelte'),
    shown: () => hasRole(Role.REPORTER, Role.FIELD, Role.DISPATCHER, Role.COORDINATOR),
    main: always,
  },
  granskning: {
    load: () => import('./granskning/Granskning.svelte'),
    shown: () => hasRole(Role.REVIEWER, Role.COORDINATOR) || waitingShares().length > 0,
    // On a phone the row of the navigation is full.
    main: () => mayReview() && wide.matches,
    waiting: () => (mayReview() ? waitingCount() : 0) + waitingShares().length,
  },
  fastigheter: { load: () => import('./fastigheter/Fastigheter.svelte'), shown: () => everybody() && hasProperties() },
  uppfoljning: { load: () => import('./uppfoljning/Uppfoljning.svelte'), shown: everybody },
  minnesanteckningar: { load: () => import('./minnesanteckningar/Minnesanteckningar.svelte'), shown: everybody },
  kallor: { load: () => import('./kallor/Kallor.svelte'), shown: everybody },
  personer: {
    load: () => import('./personer/Personer.svelte'),
    shown: () => hasRole(Role.COORDINATOR, Role.DISPATCHER),
  },
  installningar: {
    load: () => import('./installningar/Installningar.svelte'),
    shown: () => !isScreen() && !onlyField(),
    waiting: () => waitingAuthorities().length,
  },
  atkomstlogg: { load: () => import('./atkomstlogg/Atkomstlogg.svelte'), shown: () => hasRole(Role.AUDITOR), main: always },
  insats: { load: () => import('./insats/Insats.svelte') },
  uppdrag: { load: () => import('./uppdrag/Uppdrag.svelte') },
  skarm: { load: () => import('./skarm/Skarm.svelte') },
  tillganglighet: { load: () => import('./tillganglighet/Tillganglighet.svelte') },
};

export function isView(name: string): name is ViewName {
  return Object.hasOwn(views, name);
}

export function viewTitle(name: ViewName): string {
  return w(name);
}

/** Where a person begins. */
export function homeView(): ViewName {
  if (isScreen()) return 'skarm';
  if (onlyField()) return 'falt';
  return hasRole(Role.AUDITOR) ? 'atkomstlogg' : 'lage';
}

export function shownViews(): ViewName[] {
  return (Object.keys(views) as ViewName[]).filter((name) => views[name].shown?.());
}
