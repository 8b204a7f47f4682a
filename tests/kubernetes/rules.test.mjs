// What no schema knows: that the objects fit together, and that every pod is closed.
import assert from 'node:assert/strict';
import { readdirSync, existsSync } from 'node:fs';
import test from 'node:test';
import { build } from './deployment.mjs';

const functions = readdirSync(`${process.env.REPOSITORY}/functions`).filter((name) =>
  existsSync(`${process.env.REPOSITORY}/functions/${name}/function.json`),
);

const of = (overlay, kind) => build(overlay).filter((object) => object.kind === kind);
const podsOf = (overlay) =>
  [...of(overlay, 'Deployment'), ...of(overlay, 'Job')].map(({ metadata, spec }) => ({ name: metadata.name, ...spec.template }));
const selects = (selector, labels) => Object.entries(selector).every(([key, value]) => labels[key] === value);
const names = (objects) => objects.map(({ metadata }) => metadata.name);

for (const overlay of ['dev', 'prod', 'strangler']) {
  test(`${overlay}: every pod fulfils Kubernetes' restricted standard, and more`, () => {
    const pods = podsOf(overlay);
    assert.ok(pods.length > functions.length);
    for (const { name, spec } of pods) {
      const { securityContext: pod } = spec;
      assert.equal(spec.automountServiceAccountToken, false, name);
      assert.equal(spec.enableServiceLinks, false, name);
      assert.equal(pod.runAsNonRoot, true, name);
      assert.ok(pod.runAsUser > 0, name);
      assert.deepEqual(pod.seccompProfile, { type: 'RuntimeDefault' }, name);
      for (const key of ['hostNetwork', 'hostPID', 'hostIPC']) assert.equal(spec[key], undefined, name);
      for (const volume of spec.volumes) assert.equal(volume.hostPath, undefined, name);
      for (const container of spec.containers) {
        const wanted = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } };
        assert.deepEqual(container.securityContext, wanted, name);
        assert.ok(container.resources.requests.cpu && container.resources.requests.memory, name);
        assert.ok(container.resources.limits.memory, name);
      }
    }
  });

  test(`${overlay}: every probe asks a program or a page, and none needs a shell`, () => {
    for (const { spec } of of(overlay, 'Deployment')) {
      for (const container of spec.template.spec.containers) {
        for (const probe of ['startupProbe', 'readinessProbe']) {
          const { exec, httpGet } = container[probe];
          assert.ok(httpGet || !/^(\/bin\/)?(ba|da)?sh$/.test(exec.command[0]), `${container.image}: ${probe}`);
        }
      }
    }
  });

  test(`${overlay}: a Service, a budget and an autoscaler stand for every function, and for nobody else's pods`, () => {
    const pods = podsOf(overlay);
    for (const name of [...functions.map((each) => each.replaceAll('_', '-')), 'nginx']) {
      const one = (kind) => of(overlay, kind).find(({ metadata }) => metadata.name === name) ?? assert.fail(`${kind} ${name}`);
      const deployment = one('Deployment');
      for (const selector of [one('Service').spec.selector, one('PodDisruptionBudget').spec.selector.matchLabels]) {
        const chosen = pods.filter(({ metadata }) => selects(selector, metadata.labels)).map((pod) => pod.name);
        assert.deepEqual(chosen, [name]);
      }
      assert.equal(one('HorizontalPodAutoscaler').spec.scaleTargetRef.name, name);
      assert.deepEqual(deployment.spec.strategy.rollingUpdate, { maxSurge: 1, maxUnavailable: 0 });
      const [container] = deployment.spec.template.spec.containers;
      const ports = container.ports.map((port) => port.name);
      for (const port of one('Service').spec.ports) assert.ok(ports.includes(port.targetPort), name);
      assert.ok(
        deployment.spec.template.spec.terminationGracePeriodSeconds > container.lifecycle.preStop.sleep.seconds + 5,
        name,
      );
    }
  });

  test(`${overlay}: pods find the ConfigMaps that they name`, () => {
    const there = names(of(overlay, 'ConfigMap'));
    for (const { name, spec } of podsOf(overlay)) {
      for (const { envFrom = [] } of spec.containers) {
        for (const { configMapRef } of envFrom) assert.ok(there.includes(configMapRef.name), `${name}: ${configMapRef.name}`);
      }
    }
  });

  test(`${overlay}: who needs the database may reach it, and only those`, () => {
    const reached = of(overlay, 'NetworkPolicy').find(({ metadata }) => metadata.name === 'database');
    const [from] = reached.spec.ingress[0].from;
    for (const { name, metadata, spec } of podsOf(overlay)) {
      const needs = spec.volumes.some(({ secret }) => /^database-(?!setup)/.test(secret?.secretName ?? ''));
      assert.equal(selects(from.podSelector.matchLabels, metadata.labels), needs, name);
    }
  });
}

test('nothing is allowed that no policy names', () => {
  const [deny] = of('prod', 'NetworkPolicy').filter(({ metadata }) => metadata.name === 'default-deny');
  assert.deepEqual(deny.spec, { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
});

test('dev: pods find the Secrets that they mount', () => {
  const there = names(of('dev', 'Secret'));
  for (const { name, spec } of podsOf('dev')) {
    for (const { secret } of spec.volumes) {
      if (secret) assert.ok(there.includes(secret.secretName), `${name}: ${secret.secretName}`);
    }
  }
});

test('no secret is in what git has', () => {
  for (const overlay of ['prod', 'strangler', 'prod/flux']) assert.deepEqual(names(of(overlay, 'Secret')), []);
});

test('what an overlay routes to is there', () => {
  for (const overlay of ['prod', 'strangler']) {
    const services = names(of(overlay, 'Service'));
    for (const { spec } of of(overlay, 'HTTPRoute')) {
      for (const { backendRefs = [] } of spec.rules) {
        for (const { name } of backendRefs) assert.ok(services.includes(name), `${overlay}: ${name}`);
      }
    }
  }
});
