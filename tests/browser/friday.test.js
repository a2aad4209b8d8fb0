// The whole Friday with five people in five browsers: the coordinator at the board, the chair, the police, the landlord,
// and a host with a phone in the field, who loses the network in the middle. What is reported becomes a decision, the
// decision an assignment on the phone, its answers the board, all of it the minutes; what is left, the agenda of the
// Friday after.
import assert from 'node:assert/strict';
import { MUNICIPALITY, onFriday, pressUntil } from './fixture.js';

const SEEN_BY_POLICE = 'Mopeder på torget, tre kvällar av sju.';
const SEEN_BY_HOST = 'Lyktstolpen vid gångtunneln är krossad.';
const SEEN_WITHOUT_NETWORK = 'Fyra glasflaskor krossade vid lekplatsen.';
const SAID = 'Vi har sett mopeder även vid stationen.';
const AIM = 'färre känner sig otrygga vid tunneln';
const RADIO = 'Fastighet 2';
const LEFT = 'det är ljust vid garagen';
const REASON = 'Garagens ägare var inte med';
const INSTRUCTION = 'Gå rundan centrum, tunneln, stationen. Ring när ni är på plats.';

const button = (person, name) => person.page.getByRole('button', { name, exact: typeof name === 'string' });
const press = (person, name) => button(person, name).first().click();
const says = (person, text) => person.page.getByText(text).first().waitFor();
const step = (person, name) => person.page.getByRole('heading', { name, level: 2 }).waitFor();
const group = (person, name) => person.page.getByRole('group', { name });
const board = (person) => person.page.getByRole('region', { name: 'Möte' });

async function writeReport(person, family, area, text) {
  await press(person, family);
  await press(person, area);
  await person.page.getByLabel('Vad har hänt?').fill(text);
  await press(person, 'Skicka rapporten');
}

async function reportsComeIn({ coordinator, police, host }) {
  await writeReport(police, /^trafik/i, 'Jordbro', SEEN_BY_POLICE);
  await police.page.getByRole('heading', { name: 'Rapporten är skickad' }).waitFor();
  await host.page.getByRole('link', { name: 'Ny rapport' }).click();
  await writeReport(host, /^skadegörelse och brand/i, 'Jordbro', SEEN_BY_HOST);
  await host.page.getByRole('heading', { name: 'Rapporten är skickad' }).waitFor();
  await host.go('falt');

  // The coordinator has them at once, and takes one in.
  const list = coordinator.page.getByRole('region', { name: 'Senaste rapporterna' });
  await list.getByText(SEEN_BY_POLICE).waitFor();
  await list.getByRole('button', { name: new RegExp(SEEN_BY_HOST) }).click();
  const sheet = coordinator.page.getByRole('dialog');
  await sheet.getByLabel('Inga personuppgifter i texten').check();
  await sheet.getByRole('button', { name: 'Godta', exact: true }).click();
  await sheet.getByText('godtagen', { exact: true }).waitFor();
  await coordinator.page.keyboard.press('Escape');
}

/** The agenda has made itself before anybody opens the meeting. */
async function agenda({ chair }) {
  const areas = chair.page.locator('section').filter({ has: chair.page.getByRole('heading', { name: /^Lägesbedömning/ }) });
  await areas.getByText('Jordbro', { exact: true }).first().waitFor();
  await chair.screenshot('friday-agenda', chair.page, { fullPage: true });
}

async function openAndRound({ coordinator, chair, police, landlord }) {
  await press(chair, 'Öppna mötet');
  await police.go('mote');
  await press(police, 'Vi är här');
  await press(landlord, 'Vi är här');
  await says(chair, '3 aktörer är här');
  await board(coordinator).getByText('Mötet pågår').waitFor();
  await press(chair, 'Vidare till Laget runt');
  await step(police, 'Laget runt');
  await press(chair, 'Inget att rapportera');
  // It is the turn of the police, and everybody sees that.
  await police.page.locator('[aria-current="true"]').filter({ hasText: 'Polisen' }).waitFor();
  await police.page.getByLabel('Vad säger ni?').fill(SAID);
  await press(police, 'Anteckna');
  await press(chair, 'Nästa: Polisen');
  await says(chair, SAID);
  await board(coordinator).getByText(SAID).waitFor();
  // The landlord has nothing to say, but a patrol out: the chair hears it and sees it.
  await press(chair, /^Nästa: Exempelbostäder/);
  const out = landlord.page.getByRole('region', { name: 'Ute i kväll: Exempelbostäder' });
  await out.getByRole('button', { name: /^Ändra passet för/ }).first().click();
  await out.getByLabel('Antal').fill('5');
  await out.getByLabel('Radiogrupp').fill(RADIO);
  await out.getByRole('button', { name: 'Spara', exact: true }).click();
  await says(chair, `radio ${RADIO}`);
  await press(landlord, 'Inget att rapportera');
  await says(chair, 'Alla som är här har sagt sitt.');
}

/** Forward to the levels, back to the round, and forward again: all come along, nothing is lost. */
async function forwardAndBack({ coordinator, chair, police }) {
  await press(chair, 'Vidare till Lägesbedömning');
  await step(police, 'Lägesbedömning');
  await press(chair, 'Oförändrat för övriga');
  await says(police, 'Alla områden är bedömda.');
  await press(chair, 'Tillbaka till Laget runt');
  await step(police, 'Laget runt');
  await says(police, SAID);
  await board(coordinator).getByText(SAID).waitFor();
  await press(chair, 'Vidare till Lägesbedömning');
  await step(police, 'Lägesbedömning');
  await says(chair, 'Alla områden är bedömda.');
  await press(chair, 'Vidare till Prioritering');
  await press(chair, 'Börja med förra gångens ordning');
  await press(chair, 'Vidare till Insatser');
  await step(police, 'Insatser');
}

async function decision({ coordinator, chair, police }) {
  await press(chair, 'Ny insats');
  await group(chair, 'Vad gör vi?').getByRole('button', { name: 'synlig närvaro' }).click();
  await group(chair, /^Var\?/).getByRole('button', { name: 'Jordbro' }).click();
  await press(chair, 'Vidare');
  await group(chair, 'När?').getByRole('button', { name: / 20–24$/ }).first().click();
  await group(chair, /^Mot vilket problem/).getByRole('button', { name: /^\d? ?Skadegörelse och bränder/ }).click();
  await chair.page.getByLabel('För att uppnå vad?').last().fill(AIM);
  await chair.page.keyboard.press('Enter');
  await group(chair, 'Vem ansvarar?').getByRole('button', { name: 'Haninge kommun' }).click();
  await group(chair, 'När följs det upp?').getByRole('button', { name: /^nästa möte/ }).click();
  await chair.page.getByLabel('Vad enheterna ska göra').fill(INSTRUCTION);
  await press(chair, 'Föreslå insatsen');
  const card = chair.page.getByRole('article', { name: new RegExp(AIM) });
  await group(chair, 'Lägg till enhet').getByRole('button', { name: /^Trygghetsvärdar/ }).click();
  await card.getByRole('button', { name: 'Dra tillbaka Trygghetsvärdar' }).waitFor();
  // The police support it, from their own browser.
  await police.page.getByRole('article', { name: new RegExp(AIM) }).getByRole('button', { name: /^Polisen har inte sagt/ }).click();
  await press(police, 'stöder');
  await card.getByRole('button', { name: /^Polisen stöder/ }).waitFor();
  await card.getByRole('button', { name: 'Bekräfta', exact: true }).click();
  await card.getByText('överenskommen').waitFor();
  await board(coordinator).getByText('överenskommen').first().waitFor();
}

/** The landlord proposes what nobody takes on: it is left open. */
async function leftOpen({ chair, landlord }) {
  await press(landlord, 'Ny insats');
  await group(landlord, 'Vad gör vi?').getByRole('button', { name: 'belysning' }).click();
  await group(landlord, /^Var\?/).getByRole('button', { name: 'Jordbro' }).click();
  await press(landlord, 'Vidare');
  await group(landlord, 'När?').getByRole('button', { name: / 20–24$/ }).first().click();
  await group(landlord, /^Mot vilket problem/).getByRole('button', { name: 'Löpande arbete' }).click();
  await landlord.page.getByLabel('För att uppnå vad?').last().fill(LEFT);
  await landlord.page.keyboard.press('Enter');
  await landlord.page.getByRole('button', { name: 'Lägg till behov' }).click();
  await landlord.page.getByLabel('Befogenhet').selectOption({ label: 'värd' });
  await press(landlord, 'Föreslå insatsen');
  const card = chair.page.getByRole('article', { name: new RegExp(LEFT) });
  await card.getByText('som löpande arbete').waitFor();
  await says(chair, '1 värd');
}

/** The phone gets its assignment at the read-back, and the answer is on the board. */
async function assignment({ coordinator, chair, host }) {
  await press(chair, 'Vidare till Uppläsning');
  assert.equal(await host.page.getByText(INSTRUCTION).count(), 0, 'nothing is sent before it is read out');
  await press(chair, 'Skicka uppdragen');
  await says(host, INSTRUCTION);
  await host.screenshot('friday-phone');
  await press(host, 'Kvittera');
  await button(host, 'På plats').waitFor();
  await board(coordinator).getByText('kvitterat').waitFor();
}

/** Without network: an answer and a report wait on the phone. With it: both are on the board, each once. */
async function offlineAndBack(evening, { coordinator, host }) {
  await host.context.setOffline(true);
  await says(host, 'ingen täckning');
  await pressUntil(button(host, 'På plats'), host.page.getByText('1 svar väntar').first());
  await host.page.getByRole('link', { name: 'Ny rapport' }).click();
  await writeReport(host, /^skadegörelse och brand/i, 'Jordbro', SEEN_WITHOUT_NETWORK);
  await host.page.getByRole('heading', { name: 'Rapporten väntar på nätet' }).waitFor();
  await says(host, '2 svar väntar');
  assert.equal(await coordinator.page.getByText(SEEN_WITHOUT_NETWORK).count(), 0);

  await host.context.setOffline(false);
  await board(coordinator).getByText('på plats').first().waitFor();
  await coordinator.page.getByRole('region', { name: 'Senaste rapporterna' }).getByText(SEEN_WITHOUT_NETWORK).waitFor();
  await host.page.getByRole('heading', { name: 'Rapporten är skickad' }).waitFor();
  const { reports } = await coordinator.call('ReportService/ListReports', { municipality: MUNICIPALITY, word: 'glasflaskor' });
  assert.equal(reports.length, 1, 'sent once');
  await host.go('falt');
  await button(host, 'Klart').waitFor();
  await coordinator.screenshot('friday-board');
}

async function closeAndMinutes({ coordinator, chair, police, host }) {
  await press(chair, 'Utse');
  await says(chair, /^Ett förslag saknar ansvarig/);
  await press(chair, 'Avsluta mötet');
  await chair.page.getByLabel('Varför avslutas mötet ändå?').fill(REASON);
  await press(chair, 'Avsluta ändå');
  await chair.page.getByRole('heading', { name: /^Minnesanteckningar / }).waitFor();
  await says(chair, `Mötet avslutades ändå: ”${REASON}”`);
  await board(coordinator).getByText(/^Beslut från mötet/).waitFor();
  await police.go('minnesanteckningar');
  await police.page.getByRole('main').getByRole('link').first().click();
  for (const words of [SAID, AIM]) for (const person of [chair, police]) await says(person, words);
  await says(police, 'Ej godkända');
  await press(chair, 'Godkänn');
  await says(police, /^av mötesledare/);
  await police.screenshot('friday-minutes', police.page, { fullPage: true });
  // Who leads the night, and how to reach them, is on the phone.
  await says(host, 'Ring kvällsansvarig');
}

/** What was left stands on the agenda of the Friday after, and in the follow-up, with how long it has been left. */
async function nextFriday({ chair, landlord }) {
  await chair.go('mote');
  await chair.page.getByRole('heading', { name: 'Dagordning' }).waitFor();
  const left = chair.page.getByRole('listitem').filter({ hasText: 'Belysning, Jordbro' });
  await left.filter({ hasText: 'kvar för första gången' }).waitFor();
  await chair.screenshot('friday-next-agenda', chair.page, { fullPage: true });
  await landlord.go('uppfoljning');
  await landlord.page.getByRole('region', { name: 'Kvar sedan förra mötet' }).getByText('kvar för första gången').first().waitFor();
  await landlord.screenshot('friday-left', landlord.page, { fullPage: true });
}

onFriday('five people in five browsers, from the first report to the agenda of the Friday after', async (evening) => {
  const [coordinator, chair, police, landlord, host] = await Promise.all([
    evening.person('samordnare', { view: 'lage' }),
    evening.person('motesledare', { view: 'mote' }),
    evening.person('polis', { view: 'rapportera' }),
    evening.person('forvaltare', { view: 'mote' }),
    evening.person('trygghetsvard', { phone: true, theme: 'dark', view: 'falt' }),
  ]);
  host.expected.push(/net::ERR|Failed to (load resource|fetch)/);
  const people = { coordinator, chair, police, landlord, host };
  await reportsComeIn(people);
  await agenda(people);
  await openAndRound(people);
  await forwardAndBack(people);
  await decision(people);
  await leftOpen(people);
  await assignment(people);
  await offlineAndBack(evening, people);
  await closeAndMinutes(people);
  await nextFriday(people);
});
