// Without a mouse: a report is written and sent, a deployment is opened, a sheet comes and goes; where one is can be
// seen at every stop.
import assert from 'node:assert/strict';
import { onFriday, until } from './fixture.js';

const MOST_STOPS = 250;

/** What has the focus: its role, its name, and whether it can be seen that it has. */
function focused(page) {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return undefined;
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    const { width, height } = element.getBoundingClientRect();
    return {
      tag: element.tagName.toLowerCase(),
      name: (element.getAttribute('aria-label') ?? element.innerText ?? '').trim().replace(/\s+/g, ' '),
      seen: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && width > 0 && height > 0,
    };
  });
}

/** Tabs until something with this tag and name has the focus. */
async function tabTo(page, tag, name) {
  const passed = [];
  for (let i = 0; i < MOST_STOPS; i++) {
    await page.keyboard.press('Tab');
    const here = await focused(page);
    if (!here) continue;
    assert.ok(here.seen, `it is not seen that ${here.tag} "${here.name}" has the focus`);
    if (here.tag === tag && name.test(here.name)) return;
    passed.push(`${here.tag} ${here.name}`);
  }
  assert.fail(`${tag} ${name} is not reached by Tab, only:\n${passed.join('\n')}`);
}

onFriday('a report is written and sent without a mouse', async (evening) => {
  const { page } = await evening.person('polis', { view: 'lage' });
  await tabTo(page, 'a', /^Rapportera$/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Rapportera', level: 1 }).waitFor();
  await tabTo(page, 'button', /^skadegörelse och brand/i);
  await page.keyboard.press('Enter');
  await tabTo(page, 'input', /^Sök område$/);
  await page.keyboard.type('jordb');
  await page.keyboard.press('Enter');
  await until('the sentence is next, and has the focus', async () => (await focused(page))?.tag === 'textarea');
  await page.keyboard.type('Krossad ruta vid gångtunneln.');
  await page.keyboard.press('Control+Enter');
  const sent = page.getByRole('heading', { name: 'Rapporten är skickad' });
  await sent.waitFor();
  assert.ok(await sent.evaluate((heading) => heading === document.activeElement), 'who cannot see it hears it');
  await tabTo(page, 'button', /^Ny rapport$/);
});

onFriday('a deployment is opened from the board without a mouse, and one comes back', async (evening) => {
  const { page } = await evening.person('samordnare', { view: 'lage' });
  await page.getByRole('region', { name: 'Möte' }).getByRole('article').first().waitFor();
  const title = (await page.getByRole('region', { name: 'Möte' }).getByRole('article').first().getByRole('link').first().innerText()).trim();
  await tabTo(page, 'a', new RegExp(`^${title}$`, 'i'));
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: new RegExp(title.split(' i ')[0], 'i') }).waitFor();
  await page.goBack();
  await page.getByRole('heading', { level: 1, name: /^Läget i/ }).waitFor();
});

onFriday('the way past the navigation, the menus and a sheet are used without a mouse', async (evening) => {
  const { page } = await evening.person('samordnare', { view: 'personer' });
  await page.reload();
  await page.getByRole('heading', { level: 1, name: 'Personer' }).waitFor();
  await tabTo(page, 'a', /^Till innehållet$/);
  await page.keyboard.press('Enter');
  assert.equal((await focused(page)).tag, 'main');
  await tabTo(page, 'button', /^Lägg till person$/);
  await page.keyboard.press('Enter');
  const sheet = page.getByRole('dialog');
  await sheet.waitFor();
  assert.equal((await focused(page)).tag, 'input', 'the sheet begins with its first field');
  // The focus stays in the sheet while it is there, and comes back to where it was.
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press('Tab');
    assert.ok(await page.evaluate(() => document.activeElement === document.body || document.activeElement.closest('dialog')));
  }
  await page.keyboard.press('Escape');
  await sheet.waitFor({ state: 'detached' });
  assert.equal((await focused(page)).name, 'Lägg till person');
  await tabTo(page, 'summary', /^Meny/);
  await page.keyboard.press('Enter');
  await tabTo(page, 'button', /^Language: English$/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'People' }).waitFor();
});
