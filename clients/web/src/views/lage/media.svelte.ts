// Whether a media query holds, as something that markup can follow: for parts that are made, not only shown, anew.
import { createSubscriber } from 'svelte/reactivity';

export function media(query: string): { readonly matches: boolean } {
  const list = matchMedia(query);
  const follow = createSubscriber((update) => {
    list.addEventListener('change', update);
    return () => list.removeEventListener('change', update);
  });
  return {
    get matches() {
      follow();
      return list.matches;
    },
  };
}
