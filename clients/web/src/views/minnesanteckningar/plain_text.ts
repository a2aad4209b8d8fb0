// Markdown as people read it in an e-mail or a message: no marks, no tables. It is the server's own: what is a mark in it
// stands as itself, what is not is written with a backslash before it.

const bare = (text: string) => text.replace(/\*\*(.+?)\*\*/g, '$1').replace(/\\(.)/g, '$1').trim();

/** The cells of a row of a table; undefined: it is none. */
function cellsOf(line: string): string[] | undefined {
  if (!/^\|.*\|$/.test(line)) return undefined;
  return line.slice(1, -1).split(/(?<!\\)\|/).map((cell) => cell.trim());
}

/** "• Jordbro. Läge: allvarligt. Förra gången: förhöjt" */
function rowWords(columns: readonly string[], [first = '', ...rest]: readonly string[]): string {
  const said = rest.map((cell, i) => (cell ? `${bare(columns[i + 1] ?? '')}: ${bare(cell)}` : '')).filter(Boolean);
  return [`• ${bare(first)}`, ...said].join('. ');
}

function lineWords(line: string): string {
  const [, mark = '', text = ''] = /^(#+ |- |)(.*)$/.exec(line) ?? [];
  return `${mark === '- ' ? '• ' : ''}${bare(text)}`;
}

export function plainText(markdown: string): string {
  const lines: string[] = [];
  let columns: string[] | undefined;
  for (const line of markdown.split('\n')) {
    const cells = cellsOf(line);
    if (!cells) lines.push(lineWords(line));
    else if (columns && !cells.every((cell) => cell === '---')) lines.push(rowWords(columns, cells));
    columns = cells ? (columns ?? cells) : undefined;
  }
  return lines.join('\n').replace(/\n{3,}/g, '\n\n').trim();
}
