// Suggested priorities: every factor in words; the meeting begins with the suggestion and orders by itself.
import assert from 'node:assert/strict';
import { MUNICIPALITY, onFriday, until } from './fixture.js';

onFriday('the suggestion says what speaks for each problem, is taken, and ordered anew by people', async (evening) => {
  const lead = await evening.person('samordnare');
  const area = `${MUNICIPALITY}/areas/tungelsta`;
  const state = async (statement, severities) => {
    const { problem } = await lead.call('ProblemService/CreateProblem', { municipality: MUNICIPALITY, problem: { statement, areas: [area] } });
    const add = [];
    for (const severity of severities) {
      const { name } = await lead.report(`${statement}, allvar ${severity}`, { category: 'CATEGORY_FIRE', area, severity });
      const { report } = await lead.call('ReportService/ReviewReport', { name, verdict: 'VERDICT_ACCEPT', noPersonalData: true });
      add.push(report.incident);
    }
    await lead.call('ProblemService/LinkIncidents', { name: problem.name, add });
    return problem.name;
  };
  const slight = await state('Eldning bakom stationen', [1]);
  const grave = await state('Anlagda bränder vid skolan', [4, 3, 2]);

  const [meeting] = await evening.server.samsyn('chair', 'meeting', 'open');
  const chair = await evening.person('motesledare');
  await chair.call('MeetingService/AdvanceMeeting', { name: meeting.name, phase: 'PHASE_PRIORITIES' });
  await chair.go('mote');
  const { page } = chair;
  const suggested = page.locator('details').filter({ hasText: 'Förslag till ordning' });
  const first = suggested.getByRole('listitem').filter({ hasText: 'Anlagda bränder vid skolan' });
  await first.getByText(/allvar 4 · senast .* · 3 oberoende källor|allvar 4 · senast .* oberoende käll/).waitFor();
  await first.getByText(/nytt sedan förra mötet/).waitFor();
  await chair.accessible();
  await chair.screenshot('mote-forslag');

  const { suggestions } = await chair.call('ProblemService/SuggestPriorities', { municipality: MUNICIPALITY });
  const names = suggestions.map(({ problem }) => problem.name);
  assert.ok(names.indexOf(grave) < names.indexOf(slight));
  await suggested.getByRole('button', { name: 'Använd ordningen' }).click();
  const order = async () => (await chair.call('MeetingService/GetMeeting', { name: meeting.name })).meeting.priorities ?? [];
  await until('the suggestion is the order', async () => (await order()).join() === names.join());

  // People order: by key.
  const ordered = page.getByRole('list', { name: 'Ordning' });
  await ordered.getByRole('button', { name: /^Eldning bakom stationen/ }).focus();
  await page.keyboard.press('ArrowUp');
  const at = names.indexOf(slight);
  await until('it has moved up', async () => (await order()).indexOf(slight) === at - 1);

  // The problem's sheet has it whole.
  await ordered.getByRole('button', { name: /^Anlagda bränder/ }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('heading', { name: 'Det som talar för att ta det först' }).waitFor();
  await sheet.getByText('allvar 4', { exact: true }).waitFor();
  await chair.accessible();
  await chair.screenshot('problem-forslag');
});
