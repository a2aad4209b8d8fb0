// Words of this view.
import { defineWords } from '$lib/words';

export const w = defineWords({
  sv: {
    title: 'Uppföljning',
    none: 'Här visas vad som bestämts på mötena, vad som gjordes och vad det ledde till. Det första mötet fyller den.',
    all: 'alla',
    outcomes: 'Utfall hittills',
    notYet: 'väntar',
    atMeeting: 'Mötet {time}',
    outside: 'Utanför mötena',
    minutes: 'Minnesanteckningar',
    noneWaiting: 'Inga insatser där.',
    leftWhat: 'Det som inte blev klart kommer upp på nästa möte. Efter tre möten lyfts det till det lokala brottsförebyggande rådet.',
    due: 'följs upp senast {time}',
    late: 'skulle ha följts upp {time}',
    print: 'Skriv ut',
    onSmall: 'Enstaka kvällar säger inget om verkan. Det här är vad som gjordes och hur det uppfattades.',
  },
  en: {
    title: 'Follow-up',
    none: 'What the meetings decided, what was done and what it led to is shown here. The first meeting fills it.',
    all: 'all',
    outcomes: 'Outcomes so far',
    notYet: 'waiting',
    atMeeting: 'The meeting {time}',
    outside: 'Outside the meetings',
    minutes: 'Minutes',
    noneWaiting: 'No deployments there.',
    leftWhat: 'What was not finished comes up at the next meeting. After three meetings it is raised to the local crime prevention council.',
    due: 'to be followed up by {time}',
    late: 'was to be followed up {time}',
    print: 'Print',
    onSmall: 'Single evenings say nothing about effect. This is what was done and how it was seen.',
  },
});
