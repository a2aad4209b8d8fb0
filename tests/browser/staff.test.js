// What is recorded about who works in the field: said to them; where they are only by their consent, while they are on an
// assignment and look at the page, and gone when they pause or take it back.
import assert from 'node:assert/strict';
import { assign, INSTRUCTION, onFriday, pressUntil, until } from './fixture.js';

const HERE = { latitude: 59.1468, longitude: 18.1396, accuracy: 20 };

const button = (person, name) => person.page.getByRole('button', { name, exact: true });

/** Opens "Vad sparas om mig". */
async function aboutMe(person) {
  await pressUntil(button(person, 'Mer att göra'), button(person, 'Vad sparas om mig'));
  await button(person, 'Vad sparas om mig').click();
  return person.page.getByRole('dialog');
}

onFriday('where somebody is is shown by their consent, on the way and on the spot only', async (evening) => {
  await assign(evening);
  const host = await evening.person('trygghetsvard', { phone: true, view: 'falt' });
  const lead = await evening.person('samordnare', { view: 'kvall' });
  const police = await evening.person('polis', { view: 'kvall' });
  await host.context.grantPermissions(['geolocation']);
  await host.context.setGeolocation(HERE);
  await host.page.getByText(INSTRUCTION).waitFor();

  const sheet = await aboutMe(host);
  const consent = sheet.getByLabel('Visa var jag är medan jag är på uppdrag');
  assert.equal(await consent.isChecked(), false, 'off by default');
  await host.accessible();
  await host.screenshot('om-mig');
  await consent.check();
  await sheet.getByText(/Du har sagt ja sedan/).waitFor();
  await sheet.locator('.cross').click();

  await pressUntil(button(host, 'Kvittera'), button(host, 'På väg'));
  assert.equal(await lead.page.getByText(/visar sin plats/).count(), 0, 'not before they are on the way');
  await pressUntil(button(host, 'På väg'), host.page.getByText(/Din plats visas för dem som ser uppdraget/));
  await lead.page.getByText(/visar sin plats nyss, inom \d+ m/).waitFor();
  await host.accessible();
  await host.screenshot('falt-visar-plats');
  await lead.accessible();
  await lead.screenshot('kvall-plats');
  await lead.go('lage');
  await lead.page.locator('.position-pill').filter({ hasText: 'Trygghetsvärdar, nyss, inom' }).waitFor();
  await lead.screenshot('lage-plats');
  assert.equal(await police.page.getByText(/visar sin plats/).count(), 0, 'as the assignment is seen');

  await button(host, 'Sluta visa').click();
  await host.page.getByText(/Din plats visas för dem/).waitFor({ state: 'detached' });
  await lead.page.locator('.position-pill').waitFor({ state: 'detached' });
});

onFriday('what is recorded, for whom and how long is said to everybody, with where they are signed in', async (evening) => {
  const person = await evening.person('forvaltare', { view: 'kvall' });
  await person.page.locator('header .own summary').click();
  await button(person, 'Vad sparas om mig').click();
  const sheet = person.page.getByRole('dialog');
  await sheet.getByText('Vad du ändrar och när').waitFor();
  await until('the session stands there', () => sheet.getByText(/Chrome/).first().isVisible());
  assert.equal(await sheet.getByRole('checkbox').count(), 0, 'who is sent nowhere shows no place');
});
