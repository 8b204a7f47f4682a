// The overlays of deploy/kubernetes, each as our own program puts it together and, where it is present, kubectl.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

const { REPOSITORY, KUBERNETES } = process.env;

// YAML 1.1, as Kubernetes reads it.
export const read = (text) =>
  parseAllDocuments(text, { version: '1.1' })
    .map((document) => document.toJS())
    .filter((object) => object !== null);

export const overlays = ['dev', 'prod', 'strangler', 'prod/flux'];

// A copy with secrets, which git does not have; gone when the process ends.
const copy = mkdtempSync(join(tmpdir(), 'kubernetes-'));
process.on('exit', () => rmSync(copy, { recursive: true }));
cpSync(`${REPOSITORY}/deploy`, copy, { recursive: true });
const secrets = `${copy}/kubernetes/overlays/dev/secrets`;
mkdirSync(`${secrets}/session-public`, { recursive: true });
for (const file of ['owner.dsn', 'thoughts.dsn', 'accounts.dsn', 'admin.dsn', 'owner.password', 'roles.sql',
  'session-private.pem', 'session-public/1.pem']) {
  writeFileSync(`${secrets}/${file}`, `<${file}> & more\n`);
}

const folder = (overlay) => `${copy}/kubernetes/overlays/${overlay}`;
const run = (program, words) => execFileSync(program, words, { encoding: 'utf8', maxBuffer: 64 << 20 });

const built = new Map();
export function build(overlay) {
  if (!built.has(overlay)) built.set(overlay, read(run(KUBERNETES, ['build', folder(overlay)])));
  return built.get(overlay);
}

export const buildByKubectl = (overlay) => read(run('kubectl', ['kustomize', folder(overlay)]));

export function kubectlIsThere() {
  try {
    return /Kustomize Version: v[5-9]/.test(run('kubectl', ['version', '--client']));
  } catch {
    return false;
  }
}

// Says on stderr what `./dev kube render` would change; null when nothing.
export function stale() {
  const from = [`${REPOSITORY}/functions`, `${REPOSITORY}/deploy/kubernetes/policy.json`];
  try {
    execFileSync(KUBERNETES, ['check', ...from, `${REPOSITORY}/deploy/kubernetes/base/functions`], { encoding: 'utf8', stdio: 'pipe' });
    return null;
  } catch (fault) {
    return fault.stderr;
  }
}
