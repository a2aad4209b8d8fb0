// Coming and going: the link, log-out, a session ended elsewhere, what is no longer shared, rights that change.
import assert from 'node:assert/strict';
import { inMemory, onFriday, until } from './fixture.js';

const text = (page) => page.locator('body').innerText();

onFriday('a link signs in once, and is gone from the address at once', async (evening) => {
  const link = await evening.server.loginLink('polis');
  const first = await evening.person('polis', { join: false });
  await first.page.goto(`${evening.server.url}/#in=${link}`);
  await first.page.locator('header nav').waitFor();
  assert.equal(new URL(first.page.url()).hash, '');
  await first.page.goBack();
  assert.ok(!first.page.url().includes(link));

  const second = await evening.person('polis', { join: false });
  second.expected.push(/401/);
  await second.page.goto(`${evening.server.url}/#in=${link}`);
  await second.page.getByRole('alert').filter({ hasText: /\S/ }).waitFor();
  assert.match(await text(second.page), /använ|used/i);
});

onFriday('log-out ends the session in every tab and leaves nothing in memory', async (evening) => {
  const person = await evening.person('polis');
  person.expected.push(/401/);
  const canary = `kanariefågel ${Date.now()}`;
  const writer = await evening.person('samordnare');
  await writer.report(canary);
  await person.go('lage');
  await person.page.getByText(canary).first().waitFor();
  const other = await person.tab();
  await other.getByText(canary).first().waitFor();

  await person.page.getByText('Meny', { exact: true }).click();
  await person.page.getByRole('button', { name: 'Logga ut' }).click();
  for (const page of [person.page, other]) {
    await page.getByRole('heading', { name: 'Logga in' }).waitFor();
    await until('it is out of memory', async () => (await inMemory(page, canary)).length === 0, 10_000);
  }
  await person.page.reload();
  await person.page.getByRole('heading', { name: 'Logga in' }).waitFor();
});

onFriday('a session that somebody else ends: the page says so and forgets', async (evening) => {
  const person = await evening.person('polis');
  person.expected.push(/401/);
  const coordinator = await evening.person('samordnare');
  const { token } = await person.call('AccessService/WhoAmI', {});
  await coordinator.call('AccessService/EndSession', { name: token.name });
  await person.page.getByRole('heading', { name: 'Du är inte inloggad' }).waitFor();
  assert.equal(await person.page.locator('header nav').count(), 0);
});

onFriday('what is no longer shared goes from the page and from its memory', async (evening) => {
  const police = await evening.person('polis');
  const landlord = await evening.person('forvaltare', { view: 'lage' });
  const words = `delat en stund ${Date.now()}`;
  const { name } = await police.report(words, { release: { releaseClass: 'RELEASE_CLASS_PARTNER' } });
  await landlord.page.getByText(words).first().waitFor();
  await police.call('AccessService/SetClass', { name, releaseClass: 'RELEASE_CLASS_AUTHORITY' });
  await landlord.page.getByText(words).first().waitFor({ state: 'detached' });
  await until('it is out of memory', async () => (await inMemory(landlord.page, words)).length === 0);
});

onFriday('a change of rights brings the picture anew, and nothing is lost or doubled', async (evening) => {
  const landlord = await evening.person('forvaltare', { view: 'lage' });
  const title = landlord.page.locator('main h1');
  const before = await title.innerText();
  // Another role is another audience: the server begins anew with a whole picture.
  const { member } = await landlord.call('AccessService/WhoAmI', {});
  const coordinator = await evening.person('samordnare');
  const roles = [...member.roles, 'ROLE_REVIEWER'];
  await coordinator.call('DirectoryService/UpdateMember', { member: { ...member, roles } });
  await until('the page has the new role', async () =>
    (await landlord.call('AccessService/WhoAmI', {})).member.roles.includes('ROLE_REVIEWER'));
  await landlord.page.getByText(/direkt \d/).first().waitFor();
  const words = `efter bytet ${Date.now()}`;
  await landlord.report(words);
  await landlord.page.getByText(words).first().waitFor();
  assert.equal(await title.count(), 1);
  assert.equal(await title.innerText(), before);
});
