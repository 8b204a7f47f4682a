// Everything that a cluster is given, against the schemas.
import assert from 'node:assert/strict';
import test from 'node:test';
import { build, buildByKubectl, kubectlIsThere, overlays, stale } from './deployment.mjs';
import { faultsOf, kindOf, unknown } from './schemas.mjs';

test('the files of functions are those that their manifests make', () => {
  assert.equal(stale(), null);
});

for (const overlay of overlays) {
  test(`every object of overlays/${overlay} is what its schema says, and has no other field`, () => {
    const objects = build(overlay);
    assert.ok(objects.length > 1);
    const faults = objects.filter((object) => !unknown.has(kindOf(object))).flatMap(faultsOf);
    assert.deepEqual(faults, []);
  });

  test(`kubectl makes the same of overlays/${overlay}`, { skip: !kubectlIsThere() && 'no kubectl here' }, () => {
    const byName = (objects) =>
      Object.fromEntries(objects.map((object) => [`${kindOf(object)} ${object.metadata.name}`, object]));
    assert.deepEqual(byName(build(overlay)), byName(buildByKubectl(overlay)));
  });
}
