// Words of the way in.
import { defineWords } from '$lib/words';

export const w = defineWords({
  sv: {
    title: 'Logga in',
    what: 'Samsyn är den gemensamma lägesbilden inför och under kommunens utsättningsmöte.',
    how: 'Du loggar in med en personlig länk eller QR-kod. Den gäller i 15 minuter och kan användas en gång.',
    where: 'Du får den av din samordnare eller enhetsansvarig, som öppnar Personer, väljer dig och visar koden.',
    open: 'Öppna länken på den här enheten, eller rikta kameran mot QR-koden.',
    refused: 'Du är inte inloggad',
    limits: 'Inte för säkerhetsskyddsklassade uppgifter, förundersökningar eller underrättelser.',
  },
  en: {
    title: 'Sign in',
    what: 'Samsyn is the shared situation picture before and during the weekly deployment meeting of the municipality.',
    how: 'You sign in with a personal link or QR code. It is good for 15 minutes and can be used once.',
    where: 'You get it from your coordinator or dispatcher, who opens People, picks you and shows the code.',
    open: 'Open the link on this device, or point the camera at the QR code.',
    refused: 'You are not signed in',
    limits: 'Not for security-classified matters, criminal investigations or intelligence.',
  },
});
