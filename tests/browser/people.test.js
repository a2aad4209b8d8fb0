// Persons: added in half a minute, signed in by the link that is shown, signed out from there; who is an authority; and
// the search.
import assert from 'node:assert/strict';
import { MUNICIPALITY, onFriday } from './fixture.js';

onFriday('a person is added, signs in by the link that is shown, and is signed out from there', async (evening) => {
  const lead = await evening.person('samordnare', { view: 'personer' });
  await lead.page.getByRole('button', { name: 'Lägg till person' }).click();
  await lead.page.keyboard.type('Vikarie i kväll');
  await lead.page.getByLabel('Telefon').fill('070-1740699');
  await lead.page.getByRole('button', { name: 'Trygghetsvärdar', exact: true }).click();
  await lead.page.getByRole('button', { name: 'Lägg till och visa kod' }).click();
  await lead.page.getByRole('img', { name: 'QR-kod för inloggning' }).waitFor();
  await lead.accessible();
  assert.match(await lead.page.getByText(/^\d+:\d\d$/).innerText(), /^(15:00|14:\d\d)$/);
  const link = await lead.page.getByLabel('Inloggningslänk').inputValue();

  const stranger = await evening.person('', { phone: true, join: false });
  stranger.expected.push(/401/);
  await stranger.page.goto(link);
  await stranger.page.locator('main h1').first().waitFor();
  await lead.page.getByText(/Inloggad \d\d:\d\d/).waitFor();

  await lead.page.getByRole('button', { name: 'Klart' }).click();
  await lead.page.getByRole('button', { name: /Vikarie i kväll.*inloggad/ }).click();
  await lead.page.getByRole('button', { name: 'Avsluta' }).click();
  await lead.page.getByRole('group', { name: /Logga ut Vikarie i kväll från/ }).getByRole('button', { name: 'Avsluta' }).click();
  await stranger.page.getByRole('heading', { name: 'Du är inte inloggad' }).waitFor();
});

onFriday('who is an authority changes once a second coordinator has confirmed it', async (evening) => {
  const first = await evening.person('samordnare');
  const who = 'Fritidsgården Exempelhuset';
  // The demonstration has one waiting already: it is turned down, and asked for again here.
  await first.call('DirectoryService/DecideAuthorityChange', { name: `${MUNICIPALITY}/organisations/fritidsgarden` });
  await first.go('installningar');
  const row = (person) => person.page.getByRole('listitem').filter({ has: person.page.locator('strong', { hasText: new RegExp(`^${who}$`) }) });
  await row(first).getByLabel(`myndighet: ${who}`).check();
  await first.page.getByRole('button', { name: 'Visa vad som ändras' }).click();
  await first.page.getByText(`${who}: authority (väntar på en andra samordnare)`).waitFor();
  await first.page.getByRole('button', { name: 'Genomför ändringen' }).click();
  await first.page.getByText('En annan samordnare måste bekräfta.').waitFor();
  await row(first).getByText('väntar på en andra samordnare').waitFor();
  await first.accessible();
  await first.screenshot('installningar-vantar');

  const second = await evening.person('samordnare-2');
  await second.page.getByText('Mer (1)').click();
  await second.page.getByRole('link', { name: /^Inställningar 1/ }).click();
  await second.page.getByText(`${who} ska bli myndighet`).waitFor();
  await second.page.getByText(/^Begärt av .*samordnare/).waitFor();
  await second.accessible();
  await second.page.getByRole('button', { name: 'Bekräfta' }).click();
  await second.page.getByText(`Bekräftat: ${who}.`).waitFor();
  await first.page.getByText('En annan samordnare måste bekräfta.').waitFor({ state: 'detached' });
  const { organisations } = await first.call('DirectoryService/ListOrganisations', { municipality: MUNICIPALITY });
  assert.equal(organisations.find((one) => one.displayName === who).authority, true);
});

onFriday('a border from GeoJSON is drawn before it is saved', async (evening) => {
  const lead = await evening.person('samordnare');
  await lead.go('personer', 'omraden');
  await lead.page.getByRole('button', { name: 'Nytt område' }).click();
  const ring = [[18.12, 59.15], [18.14, 59.15], [18.14, 59.165], [18.12, 59.16], [18.12, 59.15]];
  await lead.page.getByLabel('eller inklistrad').fill(JSON.stringify({
    type: 'Feature', properties: { name: 'Provtorget' }, geometry: { type: 'Polygon', coordinates: [ring] },
  }));
  await lead.page.locator('dialog .area.chosen').waitFor();
  assert.equal(await lead.page.getByLabel('Områdets namn').inputValue(), 'Provtorget');
  await lead.page.getByRole('button', { name: 'Spara' }).click();
  await lead.page.getByRole('listitem').filter({ hasText: 'Provtorget' }).waitFor();
});

onFriday('a search by place and word opens what it finds, by keyboard alone', async (evening) => {
  const person = await evening.person('samordnare', { view: 'kvall' });
  await person.report('Klotter på fasaden mot parken.', { category: 'CATEGORY_VANDALISM' });
  await person.page.keyboard.press('/');
  await person.page.getByRole('combobox', { name: /^Sök plats/ }).waitFor();
  await person.page.keyboard.type('brandbergen klotter idag');
  await person.page.getByRole('option', { name: /Klotter på fasaden mot parken/ }).waitFor();
  await person.accessible();
  await person.page.keyboard.press('Enter');
  await person.page.getByRole('dialog').getByText('Klotter på fasaden mot parken.').waitFor();
});

onFriday('the search goes when one goes elsewhere', async (evening) => {
  const person = await evening.person('samordnare', { view: 'kvall' });
  await person.go('lage');
  await person.page.keyboard.press('/');
  await person.page.getByRole('combobox', { name: /^Sök plats/ }).waitFor();
  await person.page.goBack();
  await person.page.getByRole('heading', { name: /kväll$/i }).waitFor();
  await person.page.getByRole('combobox', { name: /^Sök plats/ }).waitFor({ state: 'detached' });
});
