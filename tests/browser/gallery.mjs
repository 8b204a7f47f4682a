// gallery.mjs DIR: an index.html of all the screenshots there, a row for each page.
import { readdirSync, writeFileSync } from 'node:fs';

const folder = process.argv[2];
const rows = new Map();
for (const file of readdirSync(folder).filter((name) => name.endsWith('.png')).sort()) {
  const [page] = file.replace('.png', '').split('--');
  rows.set(page, [...(rows.get(page) ?? []), file]);
}
const figure = (file) =>
  `<a href="${file}"><figure><img src="${file}" alt="" loading="lazy"><figcaption>${file}</figcaption></figure></a>`;
writeFileSync(
  `${folder}/index.html`,
  `<!doctype html><meta charset="utf-8"><title>Thoughts: screenshots</title>
<style>body{font:1rem sans-serif}div{display:flex;gap:1rem;overflow-x:auto}figure{margin:0}img{height:24rem;border:1px solid #888}</style>
${[...rows].map(([page, files]) => `<h2>${page}</h2><div>${files.map(figure).join('')}</div>`).join('\n')}
`,
);
