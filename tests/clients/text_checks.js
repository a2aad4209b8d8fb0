// What the page finds in a text, held to the tables that the server is held to: node text_checks.js ROOT, in the
// directory where the page's packages are installed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const root = process.argv[2];
const typescript = createRequire(join(process.cwd(), 'package.json'))('typescript');
const source = readFileSync(join(root, 'clients/web/src/lib/text_checks.ts'), 'utf8');
const { outputText } = typescript.transpileModule(source, {
  compilerOptions: { target: 'ES2022', module: 'ESNext' },
});
const { checkText, personNumberAt, spotsIn } = await import(`data:text/javascript,${encodeURIComponent(outputText)}`);

const now = new Date(2026, 10, 28, 12);
const WORDS = { personNumber: 'number', plate: 'plate', phone: 'phone', email: 'email' };
const lines = (file) => readFileSync(join(root, 'tests/data', file), 'utf8').split('\n').filter((line) => !line.startsWith('#'));
const characters = (text) => [...text].length;

function foundIn(text) {
  return spotsIn(text, now).map(({ finding, from, to }) =>
    `${WORDS[finding]} ${characters(text.slice(0, from)) + 1} ${characters(text.slice(from, to))}`).join(', ') || '-';
}

let numbers = 0;
for (const line of lines('person_numbers.csv').slice(1).filter(Boolean)) {
  const [number, , valid] = line.split(',');
  for (const text of [number, `Hen (${number}) var där.`]) {
    const found = spotsIn(text, now).filter((spot) => spot.finding === 'personNumber').length;
    assert.equal(found, valid === 'yes' ? 1 : 0, line);
  }
  numbers++;
}
assert.ok(numbers > 90);

let texts = 0;
const table = lines('personal_data.txt');
for (let i = 0; i < table.length; i++) {
  if (!table[i]) continue;
  const text = table[i].replace(/\\u([0-9a-f]{4})/g, (_, code) => String.fromCharCode(parseInt(code, 16)));
  assert.equal(foundIn(text), table[++i], table[i - 1]);
  texts++;
}
assert.ok(texts > 25);

assert.equal(personNumberAt('Vid 900118-9811.'), 4);
assert.equal(personNumberAt('Vid torget.'), -1);
assert.deepEqual(checkText('a@b.se, ABC 123, 900118-9811'), ['personNumber', 'plate', 'email']);
console.log(`${numbers} numbers, ${texts} texts`);
