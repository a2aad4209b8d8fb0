// What a device says when it is woken: how many, never which, what or where; a locked screen is read by others. In
// Swedish, as the page's words are not in the service worker.
import type { News } from './arrived';

export interface Notice {
  title: string;
  body: string;
  /** Where it leads. */
  view: 'falt' | 'kvall';
}

/** Without news: the server could not be asked in time, or nobody is signed in. */
export function noticeOf(news: News | 'out' | undefined): Notice {
  const read = 'Öppna Samsyn för att läsa och kvittera.';
  if (!news || news === 'out') return { title: 'Nytt i Samsyn', body: 'Öppna Samsyn för att läsa.', view: 'falt' };
  if (news.unseen.length > 0) return { title: 'Nytt uppdrag', body: read, view: 'falt' };
  if (news.unanswered > 0) return toSee(`Obesvarat: ${count(news.unanswered)}`);
  if (news.outOfReach > 0) return toSee(`Nås inte – ring: ${count(news.outOfReach)}`);
  if (news.declined > 0) return toSee(`Kan inte: ${count(news.declined)}`);
  // Somebody else was quicker.
  return { title: 'Nytt i Samsyn', body: 'Öppna Samsyn för att läsa.', view: 'falt' };
}

function toSee(title: string): Notice {
  return { title, body: 'Öppna Samsyn för att se vem och ringa.', view: 'kvall' };
}

function count(number: number): string {
  return number === 1 ? 'ett uppdrag' : `${number} uppdrag`;
}
