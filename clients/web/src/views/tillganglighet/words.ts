// Words of this view.
import { defineWords } from '$lib/words';

export const w = defineWords({
  sv: {
    title: 'Tillgänglighetsredogörelse',
    text: 'Samsyn ska kunna användas av alla. Sidan är byggd efter WCAG 2.1, nivå AA: den kan skötas med tangentbord, läsas upp, förstoras till 200 procent och visas mörk eller ljus. Hittar du ett hinder, säg till kommunens samordnare.',
  },
  en: {
    title: 'Accessibility statement',
    text: 'Samsyn is for everybody. The page is built to WCAG 2.1, level AA: it can be used by keyboard, read aloud, magnified to 200 per cent and shown dark or light. If you find a barrier, tell the coordinator of the municipality.',
  },
});
