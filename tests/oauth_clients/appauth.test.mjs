// AppAuth is written for bundlers: its files import one another without endings, which Node does
// not load. So the test is bundled first, as apps are.
import { mkdtemp, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const folder = await mkdtemp(`${here}node_modules/.appauth-`);
try {
  await build({
    entryPoints: [`${here}appauth.mjs`],
    outfile: `${folder}/test.mjs`,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  await import(`${folder}/test.mjs`);
} finally {
  await rm(folder, { recursive: true });
}
