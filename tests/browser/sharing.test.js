// Sharing by name: two taps with the class and what will be seen said before anything is sent; what is left out said
// where it would stand; proposed by one, decided by another; and who sees a thing, by name, before and after.
import assert from 'node:assert/strict';
import { inMemory, MUNICIPALITY, onFriday } from './fixture.js';

const RESTRICTED = { release: { releaseClass: 'RELEASE_CLASS_RESTRICTED' } };
const idOf = ({ name }) => name.split('/').at(-1);

/** The sheet of a report, open. */
async function open(person, report) {
  await person.go('tillganglighet');
  await person.go('lage', `rapport-${idOf(report)}`);
  const sheet = person.page.getByRole('dialog').first();
  await sheet.getByRole('button', { name: 'Vem ser detta?' }).waitFor();
  return sheet;
}

const top = (person) => person.page.getByRole('dialog').last();

/** Everything chosen for the first time: with whom, what is left out, on what ground, what for. */
async function choose(person, { whom, without = [], ground, purpose }) {
  const sheet = top(person);
  // What was chosen the last time stands there already.
  await sheet.getByLabel('Ändamål').waitFor();
  const pressed = sheet.getByRole('group', { name: 'Med vilka?' }).locator('[aria-pressed="true"]');
  while ((await pressed.count()) > 0) await pressed.first().click();
  await sheet.getByRole('button', { name: 'hela', exact: true }).click();
  for (const one of [whom, ...without]) await sheet.getByRole('button', { name: one, exact: true }).click();
  await sheet.getByLabel('Stöd för utlämnande').selectOption({ label: ground });
  await sheet.getByLabel('Ändamål').fill(purpose);
  return sheet;
}

onFriday('the second time something is shared takes two taps, and says before what will be seen', async (evening) => {
  const [police, coordinator] = [await evening.person('polis'), await evening.person('samordnare', { view: 'lage' })];
  const first = await police.report('Samling på parkeringen', RESTRICTED);
  let sheet = await open(police, first);
  await sheet.getByRole('button', { name: 'Dela …' }).click();
  await choose(police, { whom: 'Haninge kommun', ground: 'Samtycke från den som uppgiften rör (OSL 12 kap. 2 §)', purpose: 'Planera kvällen' });
  await police.accessible();
  await top(police).getByText(/^Namngivna Haninge kommun får se kategori, plats, tid och text, till /).waitFor();
  await top(police).getByRole('button', { name: 'Dela', exact: true }).click();
  await coordinator.page.getByText('Samling på parkeringen').first().waitFor();

  const second = await police.report('Bråk vid kiosken', RESTRICTED);
  sheet = await open(police, second);
  await sheet.getByRole('button', { name: 'Dela …' }).click();
  await top(police).getByText(/^Namngivna Haninge kommun får se/).waitFor();
  await top(police).getByRole('button', { name: 'Dela', exact: true }).click();
  await coordinator.page.getByText('Bråk vid kiosken').first().waitFor();
  const received = await open(coordinator, second);
  await received.getByText(/Delat av Polisen.* till /).waitFor();

  // Undone where it was done.
  await police.page.getByRole('button', { name: 'Ångra' }).last().click();
  await coordinator.page.getByText('Bråk vid kiosken').first().waitFor({ state: 'detached' });
  await received.getByText('Finns inte, eller är inte delat med dig.').waitFor();
});

onFriday('what is left out is said where it would stand, and is nowhere in the page', async (evening) => {
  const [police, coordinator] = [await evening.person('polis'), await evening.person('samordnare', { view: 'lage' })];
  const word = 'kanarieutelamnad';
  const report = await police.report(`Hot utanför porten, ${word}`, {
    ...RESTRICTED, point: { latitudeDeg: 59.1725, longitudeDeg: 18.1512 }, pointPrecisionM: 10,
  });
  const sheet = await open(police, report);
  await sheet.getByRole('button', { name: 'Dela …' }).click();
  await choose(police, {
    whom: 'Haninge kommun', without: ['utan text', 'utan plats', 'utan klockslag'],
    ground: 'Behövs för att förebygga, förhindra eller utreda brott (OSL 10 kap. 15 a §)', purpose: 'Lägesbilden',
  });
  await top(police).getByText(/får se kategori, område och dag, inte platsen, klockslaget och texten/).waitFor();
  await police.screenshot('dela-utan');
  await top(police).getByRole('button', { name: 'Dela', exact: true }).click();
  await coordinator.page.getByText('Texten lämnas inte ut.').first().waitFor();
  const seen = await open(coordinator, report);
  await seen.getByText('Texten lämnas inte ut.').first().waitFor();
  await seen.getByText(/utan plats, utan klockslag, utan text/).waitFor();
  assert.equal(await seen.getByText(/på kartan|inom \d/).count(), 0);
  await coordinator.accessible();
  await coordinator.screenshot('delat-utan');
  assert.deepEqual(await inMemory(coordinator.page, word), []);
});

onFriday('whoever may not decide proposes; whoever does sees it wait, and decides', async (evening) => {
  const [host, coordinator] = [await evening.person('trygghetsvard'), await evening.person('samordnare', { view: 'lage' })];
  const police = await evening.person('polis', { view: 'lage' });
  const words = 'Okända samlas bakom skolan';
  const report = await host.report(words, RESTRICTED);
  await host.go('rapportera');
  const proposal = await host.call('AccessService/ReleaseEntity', {
    municipality: MUNICIPALITY, propose: true,
    release: { entity: report.name, organisations: [`${MUNICIPALITY}/organisations/polisen`], purpose: 'Kvällens pass', ground: 'nodvandigt' },
  });
  assert.equal(proposal.release.state, 'STATE_PROPOSED');
  await coordinator.page.getByRole('link', { name: /^Granskning/ }).click();
  await coordinator.page.getByRole('link', { name: /^Delningar 1/ }).click();
  const waits = coordinator.page.getByRole('listitem').filter({ hasText: words });
  await waits.getByText(/Polisen får se kategori, plats, tid och text, tills det återkallas\./).waitFor();
  await coordinator.accessible();
  await coordinator.screenshot('granskning-delningar');
  assert.equal(await police.page.getByText(words).count(), 0);
  await waits.getByRole('button', { name: 'Dela', exact: true }).click();
  await police.page.getByText(words).first().waitFor();
  await coordinator.page.getByText(/Inga förslag om delning/).waitFor();
});

onFriday('a chair proposes on the sheet, and a declined proposal shares nothing', async (evening) => {
  const [chair, coordinator] = [await evening.person('motesledare'), await evening.person('samordnare')];
  const report = await coordinator.report('Glas på gångbanan', RESTRICTED);
  const sheet = await open(chair, report);
  await sheet.getByRole('button', { name: 'Föreslå delning …' }).click();
  await choose(chair, { whom: 'Exempelbostäder', ground: 'Ingen sekretess gäller för uppgiften', purpose: 'Sopa' });
  await top(chair).getByRole('button', { name: 'Föreslå delning', exact: true }).click();
  await sheet.getByText('Väntar på beslut', { exact: true }).waitFor();
  await chair.accessible();
  const decided = await open(coordinator, report);
  await decided.getByRole('button', { name: 'Avslå', exact: true }).click();
  await decided.getByLabel(/Varför avslås det/).fill('Sopat redan.');
  await decided.getByRole('button', { name: 'Avslå förslaget' }).click();
  await sheet.getByText('Väntar på beslut', { exact: true }).waitFor({ state: 'detached' });
  const landlord = await evening.person('forvaltare', { view: 'lage' });
  assert.equal(await landlord.page.getByText('Glas på gångbanan').count(), 0);
});

onFriday('who sees a thing is answered by name, and so is who would after a change of its class', async (evening) => {
  const [coordinator, landlord] = [await evening.person('samordnare'), await evening.person('forvaltare', { view: 'lage' })];
  const words = 'Trasig grind vid skolan';
  const report = await coordinator.report(words);
  await landlord.page.getByText(words).first().waitFor();
  const its = await open(coordinator, report);
  await its.getByRole('button', { name: 'Vem ser detta?' }).click();
  let sheet = top(coordinator);
  for (const who of ['Haninge kommun', 'Exempelbostäder', 'Nattvandrarna Exempelringen']) await sheet.getByRole('listitem').filter({ hasText: who }).waitFor();
  await sheet.getByText('Genom klassen Samverkan').waitFor();
  await coordinator.accessible();
  await coordinator.screenshot('vem-ser');
  await sheet.getByRole('button', { name: 'Namngivna', exact: true }).click();
  await sheet.getByText(/Ser det inte längre: .*Exempelbostäder/).waitFor();
  await sheet.getByRole('button', { name: 'Ändra till Namngivna' }).click();
  await landlord.page.getByText(words).first().waitFor({ state: 'detached' });

  await sheet.locator('.cross').click();
  await its.getByRole('button', { name: 'Dela …' }).click();
  await choose(coordinator, { whom: 'Exempelbostäder', ground: 'Ingen sekretess gäller för uppgiften', purpose: 'Laga grinden' });
  await top(coordinator).getByRole('button', { name: 'Dela', exact: true }).click();
  await landlord.page.getByText(words).first().waitFor();
  // Whom else the owner shares with is not told to who got it.
  await (await open(landlord, report)).getByRole('button', { name: 'Vem ser detta?' }).click();
  await top(landlord).getByText(/Det kan finnas fler/).waitFor();

  await its.getByRole('button', { name: 'Vem ser detta?' }).click();
  sheet = top(coordinator);
  await sheet.getByText('Genom beslut om delning').waitFor();
  await sheet.getByRole('button', { name: 'Sluta dela' }).click();
  await landlord.page.getByText(words).first().waitFor({ state: 'detached' });
  await sheet.getByRole('button', { name: 'Ångra' }).last().click();
  await landlord.page.getByText(words).first().waitFor();
});
