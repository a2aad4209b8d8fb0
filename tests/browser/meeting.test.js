// A whole meeting on the page: the chair leads, the police and the landlord follow in browsers of their own, from its
// agenda to approved minutes; by keyboard where a chair would use it; back a phase; without network; accessible in
// both languages.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { onFriday, until } from './fixture.js';

const button = (person, name, options = {}) => person.page.getByRole('button', { name, ...options });
const heading = (person, name) => person.page.getByRole('heading', { name, level: 2 });
const says = (person, text) => person.page.getByText(text).locator('visible=true').first().waitFor();
const press = (person, name, options) => button(person, name, options).click();

/** The card of the deployment with these words in its sentence. */
const card = (person, words) => person.page.getByRole('article', { name: words });

async function open(evening) {
  const [chair, police, landlord] = await Promise.all([
    evening.person('motesledare', { view: 'mote' }),
    evening.person('polis', { view: 'mote', language: 'en' }),
    evening.person('forvaltare', { view: 'mote' }),
  ]);
  // The agenda is there before anybody has opened anything, and leads to what stands on it.
  await chair.page.getByRole('heading', { name: 'Dagordning' }).waitFor();
  await chair.page.getByRole('heading', { name: /^Lägesbedömning/ }).waitFor();
  await says(police, 'Agenda');
  await chair.accessible();
  await police.accessible();
  await chair.screenshot('meeting-0-agenda', chair.page, { fullPage: true });
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

const outTonight = (person, name) => person.page.getByRole('region', { name });

/** The police take their shift back and say another; the chair sees it come. */
async function policeShift({ chair, police }) {
  const theirs = outTonight(police, 'Out tonight: Polisen');
  await theirs.getByRole('button', { name: /^Take back the shift of/ }).click();
  await theirs.getByText('No shifts registered.').waitFor();
  await theirs.getByRole('button', { name: 'Add a shift' }).click();
  await theirs.getByLabel('People').fill('6');
  await theirs.getByLabel('From').fill('19:00');
  await theirs.getByLabel('To', { exact: true }).fill('02:30');
  await theirs.getByLabel('Radio group').fill('Trygg 7');
  await police.accessible();
  await police.screenshot('meeting-2-shift');
  await theirs.getByRole('button', { name: 'Register the shift' }).click();
  const seen = outTonight(chair, 'Ute i kväll: Polisen');
  await seen.getByText('radio Trygg 7').waitFor();
  await seen.getByText(/19–02:30, 6 personer/).waitFor();
}

/** The landlord says its shift aloud; the chair writes it down for it. */
async function landlordShift({ chair, landlord }) {
  const theirs = outTonight(chair, 'Ute i kväll: Exempelbostäder');
  await theirs.getByRole('button', { name: /^Ändra passet för/ }).first().click();
  await theirs.getByLabel('Antal').fill('3');
  await theirs.getByRole('button', { name: 'Spara', exact: true }).click();
  await theirs.getByText(/3 personer/).waitFor();
  await theirs.getByText('muntligt i mötet').waitFor();
  await outTonight(landlord, 'Ute i kväll: Exempelbostäder').getByText(/3 personer/).waitFor();
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
  await policeShift({ chair, police });
  // The landlord speaks aloud, and the chair writes it down.
  await press(chair, 'Nästa: Exempelbostäder');
  await chair.page.getByLabel('Vad säger Exempelbostäder?').fill('Sanerat i Jordbro.');
  await press(chair, 'Anteckna', { exact: true });
  await says(landlord, 'muntligt i mötet');
  await landlordShift({ chair, landlord });
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

/** R10: what is open blocks, and asks for a reason; here it is settled instead. */
async function readBackAndClose({ chair, police }) {
  await onwards(chair, 'Uppläsning');
  await says(chair, 'Ingen är kvällsansvarig.');
  await says(chair, /insats(er)? är inte skickad/);
  await chair.accessible();
  await press(chair, 'Avsluta mötet');
  await chair.page.getByLabel('Varför avslutas mötet ändå?').waitFor();
  await button(chair, 'Avsluta ändå').waitFor();
  await chair.accessible();
  await press(chair, 'Avbryt');
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

/** R11: approved is what was read; a correction is an edition of its own, which waits for its approval. */
async function approveAndCorrect({ chair, police }) {
  await says(chair, 'Ej godkända');
  await press(chair, 'Godkänn', { exact: true });
  await says(chair, /^av mötesledare, Haninge kommun/);
  await police.go('minnesanteckningar');
  await police.page.getByRole('main').getByRole('link').first().click();
  await says(police, /^by mötesledare, Haninge kommun/);
  assert.equal(await button(police, 'Approve').count(), 0, 'the police approve nothing');
  await press(chair, 'Rätta');
  await chair.page.getByLabel('Vad rättas?').fill('Polisen hade sex personer ute, inte fyra.');
  await chair.page.reload();
  await chair.page.getByLabel('Vad rättas?').waitFor();
  await press(chair, 'Gör upplaga 2');
  for (const person of [chair, police]) await says(person, 'Polisen hade sex personer ute, inte fyra.');
  await says(police, 'Not approved');
  await press(chair, 'Godkänn', { exact: true });
  await says(police, /^by mötesledare, Haninge kommun/);
  await press(police, /^edition 1/);
  await says(police, 'This is an older edition.');
  await chair.accessible();
  await police.accessible();
  await chair.screenshot('meeting-9-approved', chair.page, { fullPage: true });
}

/** Handed on: as a file, in the open version, as the letter of the week, on paper. */
async function handOn({ chair }) {
  const [file] = await Promise.all([chair.page.waitForEvent('download'), press(chair, 'Spara som fil')]);
  assert.match(file.suggestedFilename(), /^minnesanteckningar-\d{4}-\d\d-\d\d-2\.html$/);
  const html = await readFile(await file.path(), 'utf8');
  assert.match(html, /^<!doctype html>/i);
  assert.match(html, /Bränder tre kvällar i rad/);
  assert.doesNotMatch(html, /<script/i);

  await chair.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await press(chair, 'Veckobrev');
  const sheet = chair.page.getByRole('dialog', { name: 'Veckobrev' });
  await sheet.getByText('Texten är kopierad').waitFor();
  const copied = await chair.page.evaluate(() => navigator.clipboard.readText());
  assert.match(copied, /skolans tak/);
  assert.doesNotMatch(copied, /^#|\|/m, 'no marks in a letter');
  await chair.accessible();
  await chair.screenshot('meeting-9-letter');
  await chair.page.keyboard.press('Escape');
  await press(chair, 'Öppen version');
  await chair.page.getByRole('dialog', { name: 'Öppen version' }).waitFor();
  await chair.accessible();
  await chair.page.keyboard.press('Escape');
  await chair.page.emulateMedia({ media: 'print' });
  await chair.screenshot('meeting-9-paper', chair.page, { fullPage: true });
  const paper = await chair.page.locator('main article').innerText();
  assert.match(paper, /\nSamverkan\n/, 'the class of what stands on it');
  assert.match(paper, /Polisen och Exempelbostäder/, 'organisations');
  assert.doesNotMatch(paper, /Områdespoliser|Kvällsrondering/, 'no units');
  await chair.page.emulateMedia({ media: 'screen' });
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
  await approveAndCorrect(people);
  await handOn(people);
});

onFriday('a chair without network loses nothing, and another takes the chair', async (evening) => {
  const [chair, coordinator] = await Promise.all([
    evening.person('motesledare', { view: 'mote' }),
    evening.person('samordnare', { view: 'mote' }),
  ]);
  chair.expected.push(/net::ERR|Failed to (load resource|fetch)/);
  await press(chair, 'Öppna mötet');
  await onwards(chair, 'Laget runt');
  await chair.page.getByLabel('Vad säger ni?').fill('Väktarna har varnat för isen vid badplatsen.');
  await onwards(chair, 'Lägesbedömning');
  await chair.page.getByRole('heading', { name: 'Områden att bedöma' }).waitFor();
  const listed = await chair.page.locator('[data-area]').count();
  await chair.context.setOffline(true);
  await says(chair, 'Ingen kontakt med servern. Det du skriver är kvar');
  await says(chair, /^Ingen kontakt med servern\. Så här var det/);
  assert.equal(await chair.page.locator('[data-area]').count(), listed, 'what was asked stays shown');
  const area = chair.page.locator('[data-area$="/brandbergen"]');
  await area.getByRole('button', { name: 'allvarligt' }).click();
  await area.getByLabel('Varför är läget ett annat?').fill('Isen bär inte');
  await chair.accessible();
  await chair.screenshot('meeting-offline');
  // Somebody else leads meanwhile.
  await press(coordinator, 'Ta över ledningen');
  await says(coordinator, 'Du leder mötet');
  await press(coordinator, 'Tillbaka till Laget runt');
  await chair.context.setOffline(false);
  await heading(chair, 'Laget runt').waitFor();
  await says(chair, 'Leds av');
  await press(chair, 'Ta över ledningen');
  assert.equal(await chair.page.getByLabel('Vad säger ni?').inputValue(), 'Väktarna har varnat för isen vid badplatsen.');
  await onwards(chair, 'Lägesbedömning');
  await area.getByRole('button', { name: 'allvarligt' }).click();
  assert.equal(await area.getByLabel('Varför är läget ett annat?').inputValue(), 'Isen bär inte');
  await press(chair, 'Sätt läget');
  await says(coordinator, 'Isen bär inte');
  await closeAllTheSame(chair);
});

/** R10: what blocks does not keep a chair who says why; the reason and what was open stand in the minutes. */
async function closeAllTheSame(chair) {
  for (const step of ['Prioritering', 'Insatser', 'Uppläsning']) await onwards(chair, step);
  await says(chair, /på dagordningen saknar läge/);
  await press(chair, 'Avsluta mötet');
  await chair.page.getByLabel('Varför avslutas mötet ändå?').fill('Brandlarm i huset');
  await press(chair, 'Avsluta ändå');
  await chair.page.getByRole('heading', { name: /^Minnesanteckningar / }).waitFor();
  await says(chair, 'Mötet avslutades ändå: ”Brandlarm i huset”');
  await says(chair, /på dagordningen saknar läge/);
  await chair.accessible();
  await chair.screenshot('meeting-closed-all-the-same', chair.page, { fullPage: true });
}

onFriday('the dates of the meeting: one is moved, one called off, in the settings', async (evening) => {
  const coordinator = await evening.person('samordnare', { view: 'installningar' });
  const ask = { municipality: 'municipalities/0136', count: 6 };
  const { dates: before } = await coordinator.call('MeetingService/ListMeetingDates', ask);
  const dayAfter = new Date(Date.parse(before[2].date) + 24 * 3_600_000).toISOString().slice(0, 10);
  const dates = coordinator.page.getByRole('region', { name: 'Utsättningsmötet hålls' });
  const row = (i) => dates.getByRole('listitem').nth(i);
  await row(3).getByRole('button', { name: /^Ändra fre/ }).click();
  await row(3).getByLabel('Varför').fill('Lokalen är upptagen');
  await coordinator.accessible();
  await row(3).getByRole('button', { name: 'Ställ in' }).click();
  await row(3).getByText('inställt').waitFor();
  await row(2).getByRole('button', { name: /^Ändra fre/ }).click();
  await row(2).getByLabel('Flytta till').fill(dayAfter);
  await row(2).getByRole('button', { name: 'Flytta', exact: true }).click();
  await row(2).getByText(/^flyttat till/).waitFor();
  await press(coordinator, 'Visa vad som ändras');
  await press(coordinator, /^Genomför/);
  await says(coordinator, 'Uppsättningen är ändrad.');
  const { dates: coming } = await coordinator.call('MeetingService/ListMeetingDates', ask);
  assert.equal(coming.filter((one) => !one.scheduledTime).length, 1, 'one is called off');
  assert.ok(coming.some((one) => one.scheduledTime?.startsWith(dayAfter)), 'one is moved');
  await coordinator.screenshot('meeting-dates', coordinator.page, { fullPage: true });
});

onFriday('a meeting is called off in the place where it would be opened, and told to all', async (evening) => {
  const coordinator = await evening.person('samordnare', { view: 'mote' });
  const chair = await evening.person('motesledare', { view: 'mote' });
  await press(coordinator, /^Planera (mån|tis|ons|tor|fre|lör|sön) /);
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
