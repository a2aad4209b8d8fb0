// A whole meeting on the page: the chair leads, the police and the landlord follow in browsers of their own, from
// opening to minutes; by keyboard where a chair would use it; back a phase; accessible in both languages.
import assert from 'node:assert/strict';
import { onFriday, until } from './fixture.js';

const button = (person, name, options = {}) => person.page.getByRole('button', { name, ...options });
const heading = (person, name) => person.page.getByRole('heading', { name, level: 2 });
const says = (person, text) => person.page.getByText(text).first().waitFor();
const press = (person, name, options) => button(person, name, options).click();

/** The card of the deployment with these words in its sentence. */
const card = (person, words) => person.page.getByRole('article', { name: words });

async function open(evening) {
  const [chair, police, landlord] = await Promise.all([
    evening.person('motesledare', { view: 'mote' }),
    evening.person('polis', { view: 'mote', language: 'en' }),
    evening.person('forvaltare', { view: 'mote' }),
  ]);
  await press(chair, 'Öppna mötet');
  await press(police, 'We are here');
  await press(landlord, 'Vi är här');
  await says(chair, '3 aktörer är här');
  return { chair, police, landlord };
}

async function onwards(chair, step) {
  await press(chair, `Vidare till ${step}`);
  await heading(chair, step).waitFor();
}

async function followUp({ chair, police }) {
  await heading(chair, 'Uppföljning').waitFor();
  await says(chair, 'Allt är uppföljt.');
  await chair.accessible();
  await police.accessible();
  await chair.screenshot('meeting-1-follow-up');
}

async function round({ chair, police, landlord }) {
  await onwards(chair, 'Laget runt');
  await heading(police, 'The round').waitFor();
  await press(chair, 'Inget att rapportera');
  await police.page.locator('[aria-current="true"]').filter({ hasText: 'Polisen' }).waitFor();
  // The police write for themselves; the chair sees it without touching anything.
  await police.page.getByLabel('What do you say?').fill('Mopeder på torget i Handen, tre kvällar av sju.');
  await press(police, 'Write down');
  await press(chair, 'Nästa: Polisen');
  await says(chair, 'tre kvällar av sju');
  // The landlord speaks aloud, and the chair writes it down.
  await press(chair, 'Nästa: Exempelbostäder');
  await chair.page.getByLabel('Vad säger Exempelbostäder?').fill('Sanerat i Jordbro.');
  await press(chair, 'Anteckna', { exact: true });
  await says(landlord, 'muntligt i mötet');
  await says(chair, 'Alla som är här har sagt sitt.');
  await chair.accessible();
  await police.accessible();
  await chair.screenshot('meeting-2-round');
}

/** By keyboard: 4 for RED asks why; 2 where it was 2 is said at once; the rest in one tap. */
async function levels({ chair, police }) {
  await onwards(chair, 'Lägesbedömning');
  const jordbro = chair.page.locator('[data-area$="/jordbro"]');
  await jordbro.getByRole('button').first().focus();
  await chair.page.keyboard.press('4');
  await chair.page.keyboard.press('Enter');
  await says(chair, 'skriv varför nivån är en annan än förra gången');
  await chair.page.keyboard.type('Bränder tre kvällar i rad');
  await chair.page.keyboard.press('Enter');
  await jordbro.getByText('Bränder tre kvällar i rad').waitFor();
  const next = chair.page.locator('[data-area]:focus-within');
  assert.notEqual(await next.getAttribute('data-area'), 'municipalities/0136/areas/jordbro', 'the next row is at hand');
  await press(chair, 'Oförändrat för övriga');
  await says(chair, 'Alla områden är bedömda.');
  await says(police, 'All areas are assessed.');
  await chair.accessible();
  await police.accessible();
  await chair.screenshot('meeting-3-levels');
}

/** Back a phase and forth again: everybody comes along, nothing is lost. */
async function backAndForth({ chair, police }) {
  await press(chair, 'Tillbaka till Laget runt');
  await heading(police, 'The round').waitFor();
  await says(police, 'tre kvällar av sju');
  await onwards(chair, 'Lägesbedömning');
  await heading(police, 'Levels').waitFor();
  await says(chair, 'Alla områden är bedömda.');
}

async function priorities({ chair, landlord }) {
  await onwards(chair, 'Prioritering');
  await press(chair, 'Börja med förra gångens ordning');
  await chair.page.getByLabel('Skriv ett nytt problem').fill('Ungdomar på skolans tak i Jordbro');
  await says(chair, 'i Jordbro');
  await press(chair, 'Lägg till');
  const problem = chair.page.getByRole('list', { name: 'Ordning' }).getByRole('button', { name: /^Ungdomar på skolans tak/ });
  await problem.focus();
  for (let i = 0; i < 3; i++) await chair.page.keyboard.press('ArrowUp');
  const first = landlord.page.getByRole('list', { name: 'Ordning' }).getByRole('listitem').first();
  await first.getByText('Ungdomar på skolans tak').waitFor();
  await problem.and(chair.page.locator(':focus')).waitFor();
  await chair.accessible();
  await chair.screenshot('meeting-4-priorities');
}

/** The sentence, from bracket to bracket; a reload in the middle loses nothing. */
async function sentence({ chair }) {
  await onwards(chair, 'Insatser');
  await press(chair, /^Saknar insats: Ungdomar/);
  await press(chair, 'synlig närvaro');
  await press(chair, /^(fre|i kväll) 20–24$/);
  await chair.page.getByLabel('För att uppnå vad?').last().fill('ingen klättrar på taket');
  await chair.page.reload();
  await button(chair, 'syfte: ingen klättrar på taket').waitFor();
  await chair.page.getByRole('group', { name: 'Vem ansvarar?' }).getByRole('button', { name: 'Haninge kommun' }).click();
  await press(chair, /^nästa möte/);
  await chair.accessible();
  await chair.screenshot('meeting-5-sentence');
  await press(chair, 'Föreslå insatsen');
  await card(chair, /skolans tak/).waitFor();
}

/** Positions and units: said by each, or written down; an objection wants its reason in the server's words. */
async function positionsAndUnits({ chair, police, landlord }) {
  await chair.page.getByRole('group', { name: 'Lägg till enhet' }).getByRole('button', { name: /Områdespoliser/ }).click();
  await says(chair, 'muntligt i mötet');
  await press(landlord, /^Exempelbostäder har inte sagt/);
  await press(landlord, 'invänder');
  await press(landlord, 'Anteckna', { exact: true });
  await says(landlord, 'skriv varför ni invänder');
  await landlord.page.getByLabel('Varför?').fill('Vår personal går inte ensam.');
  await press(landlord, 'Anteckna', { exact: true });
  await press(landlord, 'Lägg till enhet');
  await landlord.page.getByRole('group', { name: 'Lägg till enhet' }).getByRole('button', { name: /Kvällsrondering/ }).click();
  await says(chair, 'Exempelbostäder invänder. Utan deras ja');
  await press(chair, /^Exempelbostäder invänder/);
  await press(chair, 'stöder');
  await chair.accessible();
  await chair.screenshot('meeting-6-positions');
  await press(chair, 'Bekräfta', { exact: true });
  await says(chair, 'överenskommen');
}

/** R3: the same unit at the same time is refused, the other deployment named as people name it. */
async function clash({ chair, police }) {
  await press(police, 'New deployment');
  await press(police, 'short foot stop');
  await police.page.getByRole('group', { name: /^Where/ }).getByRole('button', { name: 'Handen' }).click();
  await press(police, 'Go on');
  await press(police, /^(Fri|tonight) 20–24$/);
  await press(police, /Mopeder och elsparkcyklar/);
  await police.page.getByLabel('What is it to achieve?').last().fill('mopeds slow down');
  await press(police, 'Propose the deployment');
  const units = police.page.getByRole('group', { name: 'Add a unit' });
  await units.getByRole('button', { name: /Områdespoliser/ }).click();
  await says(police, /Områdespoliser is taken in that time: visible presence/);
  await police.page.getByLabel('Commit anyway, because').fill('Two cars, two places');
  await press(police, 'Commit anyway');
  await says(police, 'in spite of a clash: Two cars, two places');
  await press(police, 'Close', { exact: true });
  await police.accessible();
  // What a decision needs is asked for before it, at its bracket.
  const other = card(chair, /kort fotstopp/);
  await other.getByRole('button', { name: 'Ange aktör' }).click();
  await chair.page.getByRole('group', { name: 'Vem ansvarar?' }).getByRole('button', { name: 'Polisen' }).click();
  await press(chair, /^nästa möte/);
  await press(chair, 'Spara ändringen');
  await other.getByRole('button', { name: 'Bekräfta', exact: true }).click();
  await other.getByText('överenskommen').waitFor();
}

async function readBackAndClose({ chair, police }) {
  await onwards(chair, 'Uppläsning');
  await says(chair, 'Ingen är kvällsansvarig.');
  await chair.accessible();
  await press(chair, 'Avsluta mötet');
  await button(chair, 'Avsluta ändå').waitFor();
  await press(chair, 'Skicka uppdragen');
  await says(chair, 'skickat');
  await press(chair, 'Utse');
  await says(chair, 'Inget är kvar');
  await chair.screenshot('meeting-7-read-back', chair.page, { fullPage: true });
  await press(chair, 'Avsluta mötet');
  await chair.page.getByRole('heading', { name: /^Minnesanteckningar fredag/ }).waitFor();
  await says(chair, 'Bränder tre kvällar i rad');
  await says(chair, 'ungdomar på skolans tak');
  await chair.accessible();
  await chair.screenshot('meeting-8-minutes', chair.page, { fullPage: true });
  await says(police, 'Minutes of the meeting before');
}

onFriday('a meeting, led by the chair and followed by two others, from opening to minutes', async (evening) => {
  const people = await open(evening);
  await followUp(people);
  await round(people);
  await levels(people);
  await backAndForth(people);
  await priorities(people);
  await sentence(people);
  await positionsAndUnits(people);
  await clash(people);
  await readBackAndClose(people);
});

onFriday('a meeting is called off in the place where it would be opened, and told to all', async (evening) => {
  const coordinator = await evening.person('samordnare', { view: 'mote' });
  const chair = await evening.person('motesledare', { view: 'mote' });
  await press(coordinator, /^Planera fre/);
  await button(chair, 'Öppna mötet').waitFor();
  const planned = chair.page.getByRole('heading', { level: 1 });
  const first = await planned.innerText();
  await press(coordinator, 'Ställ in mötet');
  const form = coordinator.page.locator('form');
  await form.getByRole('textbox').fill('Lokalen är stängd');
  await form.getByRole('button', { name: 'Ställ in mötet' }).click();
  await says(coordinator, 'Mötet är inställt.');
  await until('the chair sees the next one', async () => (await planned.innerText()) !== first);
});
