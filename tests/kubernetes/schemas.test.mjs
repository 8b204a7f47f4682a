// Whether the check of schemas finds anything.
import assert from 'node:assert/strict';
import test from 'node:test';
import { faultsOf } from './schemas.mjs';

const right = () => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'a', labels: { any: 'word' } },
  spec: {
    selector: { matchLabels: { app: 'a' } },
    template: {
      metadata: { labels: { app: 'a' } },
      spec: {
        containers: [
          { name: 'c', image: 'i', resources: { limits: { memory: '1Mi' } }, lifecycle: { preStop: { sleep: { seconds: 5 } } } },
        ],
      },
    },
  },
});

const changes = {
  'a misspelt field of a pod': [
    (object) => (object.spec.template.spec.automountServiceAccountTokens = false),
    /\/spec\/template\/spec\/automountServiceAccountTokens is no field/,
  ],
  'a misspelt field of a container': [
    (object) => (object.spec.template.spec.containers[0].livenesProbe = {}),
    /containers\/0\/livenesProbe is no field/,
  ],
  'a misspelt field of the metadata': [(object) => (object.metadata.label = {}), /\/metadata\/label is no field/],
  'a field at a wrong place': [(object) => (object.spec.template.replicas = 2), /\/spec\/template\/replicas is no field/],
  'a field that is missing': [(object) => delete object.spec.selector, /selector/],
  'a value of a wrong type': [(object) => (object.spec.replicas = 'two'), /replicas must be/],
  'a kind that is not of this version': [(object) => (object.apiVersion = 'apps/v3'), /there is no kind apps\/v3 Deployment/],
};

test('what is right has no faults, whatever its labels are called', () => {
  assert.deepEqual(faultsOf(right()), []);
});

for (const [what, [change, fault]] of Object.entries(changes)) {
  test(`${what} is found`, () => {
    const object = right();
    change(object);
    const faults = faultsOf(object);
    assert.equal(faults.length, 1, faults.join('\n'));
    assert.match(faults[0], fault);
  });
}

test('a misspelt field of a Gateway API route is found', () => {
  const route = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'a' },
    spec: { rules: [{ backendRefs: [{ name: 'a', port: 1 }] }] },
  };
  assert.deepEqual(faultsOf(route), []);
  route.spec.rules[0].backendRefs[0].weigth = 1;
  assert.match(faultsOf(route)[0], /weigth is no field/);
});
