// Words of the debrief (avrapportering): two taps and a sentence.
import { Debrief_Mood, Debrief_Result } from '$lib/proto';
import { defineWords } from '$lib/words';
import { say } from '$lib/words/say';

export const result = say<Debrief_Result>({
  [Debrief_Result.AS_PLANNED]: ['som planerat', 'as planned'],
  [Debrief_Result.PARTLY]: ['delvis', 'partly'],
  [Debrief_Result.NOT]: ['blev inte av', 'did not happen'],
});

export const mood = say<Debrief_Mood>({
  [Debrief_Mood.CALM]: ['lugnt', 'calm'],
  [Debrief_Mood.UNEASY]: ['oroligt', 'uneasy'],
  [Debrief_Mood.DISORDERLY]: ['stökigt', 'disorderly'],
  [Debrief_Mood.NOBODY]: ['ingen där', 'nobody there'],
});

export const w = defineWords({
  sv: {
    debrief: 'Avrapportering',
    say: 'Avrapportera',
    sayFor: 'Avrapportera för enheten (via telefon/radio)',
    again: 'Ändra avrapporteringen',
    askOf: 'Hur gick det i {area}?',
    askResult: 'Hur gick det?',
    askMood: 'Hur var det på plats?',
    sentence: 'En mening',
    both: 'Välj hur det gick och hur det var på plats.',
    send: 'Skicka avrapporteringen',
    said: 'Avrapporterat: {result}, {mood}',
    waits: 'sparad, skickas när du har täckning',
    saved: 'Avrapporteringen är sparad.',
    byPhone: 'via telefon/radio',
  },
  en: {
    debrief: 'Debrief',
    say: 'Debrief',
    sayFor: 'Debrief for the unit (by phone or radio)',
    again: 'Change the debrief',
    askOf: 'How did it go in {area}?',
    askResult: 'How did it go?',
    askMood: 'How was it on the spot?',
    sentence: 'A sentence',
    both: 'Choose how it went and how it was on the spot.',
    send: 'Send the debrief',
    said: 'Debriefed: {result}, {mood}',
    waits: 'kept, sent when you have coverage',
    saved: 'The debrief has been saved.',
    byPhone: 'by phone or radio',
  },
});
