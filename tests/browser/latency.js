// From Submit in one browser to seen in another: latency.js [REPORTS] prints p50 and p95 (tests/browser/by_hand).
import { friday } from './fixture.js';

const count = Number(process.argv[2] ?? 100);
const ends = [];
const evening = await friday({ after: (end) => ends.unshift(end) });
try {
  const writer = await evening.person('polis');
  const reader = await evening.person('samordnare', { view: 'lage' });
  await reader.page.evaluate(() => {
    globalThis.seen = new Map();
    new MutationObserver(() => {
      for (const [, number] of document.body.innerText.matchAll(/mätning nr (\d+)\./g)) {
        if (!globalThis.seen.has(number)) globalThis.seen.set(number, performance.timeOrigin + performance.now());
      }
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
  });
  const millis = [];
  for (let i = 0; i < count; i++) {
    const begin = performance.timeOrigin + performance.now();
    await writer.report(`mätning nr ${i}.`);
    const seen = await reader.page.waitForFunction((n) => globalThis.seen.get(n), String(i), { polling: 10 });
    millis.push((await seen.jsonValue()) - begin);
  }
  millis.sort((a, b) => a - b);
  const at = (share) => millis[Math.min(millis.length - 1, Math.floor(millis.length * share))].toFixed(0);
  console.log(`${count} reports, from Submit to seen in another browser: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, most ${at(1)} ms`);
} finally {
  for (const end of ends) await end();
}
