// From a decision to the phone: wake.js [TIMES] prints p50 and p95 of the way to the push service (a wake-up) and of
// that to the card of a phone that lies open (tests/browser/by_hand). What the push service of the browser's maker and
// the radio add to the first is not in it.
import { createServer } from 'node:http';
import { friday, MUNICIPALITY } from './fixture.js';

const count = Number(process.argv[2] ?? 50);
const UNIT = `${MUNICIPALITY}/units/trygghetsvardar`;
const ends = [];
const now = () => performance.timeOrigin + performance.now();
const soon = (hours) => new Date(Date.now() + hours * 3_600_000).toISOString();

/** When each wake-up came. */
async function pushService() {
  const waiting = [];
  const server = createServer((_, response) => {
    waiting.shift()?.(now());
    response.writeHead(201).end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => server.close());
  return { origin: `http://127.0.0.1:${server.address().port}`, next: () => new Promise((resolve) => waiting.push(resolve)) };
}

const service = await pushService();
const evening = await friday({ after: (end) => ends.unshift(end) }, { args: ['--push-host', service.origin] });
try {
  const chair = await evening.person('motesledare');
  const boss = await evening.person('samordnare');
  const phone = await evening.person('trygghetsvard', { phone: true, view: 'falt' });
  await evening.server.samsyn('chair', 'meeting', 'open');
  await phone.call('AccessService/RegisterDevice', { pushEndpoint: `${service.origin}/phone`, description: 'mätning' });
  await phone.page.evaluate(() => {
    globalThis.seen = new Map();
    new MutationObserver(() => {
      for (const [, number] of document.body.innerText.matchAll(/mätning nr (\d+)\./g)) {
        if (!globalThis.seen.has(number)) globalThis.seen.set(number, performance.timeOrigin + performance.now());
      }
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
  });
  const { problems } = await boss.call('ProblemService/ListProblems', { municipality: MUNICIPALITY });
  const woken = [];
  const carded = [];
  for (let i = 0; i < count; i++) {
    const { deployment } = await boss.call('DeploymentService/ProposeDeployment', { municipality: MUNICIPALITY, deployment: {
      aim: 'Lugnare kväll', kind: 'KIND_ADULT_PRESENCE', areas: [`${MUNICIPALITY}/areas/jordbro`], problem: problems[0].name,
      window: { startTime: soon(-0.1), endTime: soon(3) }, responsibleOrganisation: `${MUNICIPALITY}/organisations/kommunen`,
      followUpDueTime: soon(48), instruction: `mätning nr ${i}.`,
    } });
    const { name } = deployment;
    const { etag } = (await boss.call('DeploymentService/CommitUnit', { name, unit: UNIT })).deployment;
    const wakeUp = service.next();
    const begin = now();
    await chair.call('DeploymentService/DecideDeployment', { name, etag });
    woken.push((await wakeUp) - begin);
    const seen = await phone.page.waitForFunction((n) => globalThis.seen.get(n), String(i), { polling: 10 });
    carded.push((await seen.jsonValue()) - begin);
    await chair.call('DeploymentService/StandDownAll', { municipality: MUNICIPALITY, reason: 'mätt' });
  }
  for (const [what, millis] of [['to the push service', woken], ['to the card of an open phone', carded]]) {
    millis.sort((a, b) => a - b);
    const at = (share) => millis[Math.min(millis.length - 1, Math.floor(millis.length * share))].toFixed(0);
    console.log(`${count} decisions, ${what}: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, most ${at(1)} ms`);
  }
} finally {
  for (const end of ends) await end();
}
