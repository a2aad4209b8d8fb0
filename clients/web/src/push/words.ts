// Words about being woken.
import { defineWords } from '$lib/words';

export const w = defineWords({
  sv: {
    title: 'Aviseringar',
    ask: 'Vill du att telefonen säger till när ett nytt uppdrag kommer, också när Samsyn är stängt?',
    what: 'Aviseringen säger bara ”Nytt uppdrag”. Vad det gäller läser du här. Den slutar när du loggar ut.',
    yes: 'Ja, säg till',
    later: 'Inte nu',
    good: 'Jag förstår',
    on: 'Den här telefonen säger till när ett nytt uppdrag kommer.',
    turnOff: 'Sluta säga till',
    refused: 'Webbläsaren är inställd på att inte visa aviseringar från Samsyn. Ändra det i webbläsarens inställningar för sidan.',
    homeScreen:
      'iPhone säger bara till för sidor på hemskärmen. Tryck på Dela, välj ”Lägg till på hemskärmen” och öppna Samsyn därifrån.',
    unable: 'Den här webbläsaren kan inte säga till när Samsyn är stängt.',
    serverUnable: 'Servern skickar inga aviseringar.',
    otherwise: 'Utan aviseringar syns nya uppdrag bara när sidan är öppen. Då står det ”nås inte – ring” hos enhetsansvarig och kvällsansvarig, och de ringer.',
    failed: 'Det gick inte att slå på aviseringar just nu. Försök igen när du har täckning.',
    cannotLook: 'Servern nås inte just nu. Försök igen när du har täckning.',
  },
  en: {
    title: 'Notifications',
    ask: 'Should the phone tell you when a new assignment comes, also when Samsyn is closed?',
    what: 'The notification says only “Nytt uppdrag” (new assignment). What it is about you read here. It ends when you log out.',
    yes: 'Yes, tell me',
    later: 'Not now',
    good: 'I see',
    on: 'This phone tells you when a new assignment comes.',
    turnOff: 'Stop telling me',
    refused: 'The browser is set not to show notifications from Samsyn. Change that in its settings for the page.',
    homeScreen: 'An iPhone tells you only for pages on the home screen. Press Share, choose “Add to Home Screen”, and open Samsyn from there.',
    unable: 'This browser cannot tell you when Samsyn is closed.',
    serverUnable: 'The server sends no notifications.',
    otherwise: 'Without notifications new assignments show only while the page is open. Your dispatcher and the night lead then see “cannot be reached – call”, and call you.',
    failed: 'Notifications could not be turned on right now. Try again when you have coverage.',
    cannotLook: 'The server is out of reach right now. Try again when you have coverage.',
  },
});
