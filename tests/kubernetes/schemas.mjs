// The schemas of Kubernetes and of what it is extended by (npm's kubernetes-models), asked offline.
//
// They find what is missing or of a wrong type. A field that they do not know they pass over, as `kubectl apply` does
// without --validate=strict: a misspelt field would do nothing and say nothing. So the object is handed to the schema in a
// wrapping that notes which fields it looks at; one that it never looks at is none of its fields.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

const packages = {
  'gateway.networking.k8s.io': '@kubernetes-models/gateway-api',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
  'kustomize.toolkit.fluxcd.io': '@kubernetes-models/flux-cd',
  'source.toolkit.fluxcd.io': '@kubernetes-models/flux-cd',
};

// No schema of these can be had offline.
export const unknown = new Set(['postgresql.cnpg.io/v1 Cluster']);

export const kindOf = ({ apiVersion, kind }) => `${apiVersion} ${kind}`;

function modelOf({ apiVersion, kind }) {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  return require(`${packages[group] ?? 'kubernetes-models'}/${apiVersion}`)[kind];
}

// `value`, noting in `seen` which of its fields are asked for.
function watch(value, seen, path = '') {
  if (typeof value !== 'object' || value === null) return value;
  return new Proxy(value, {
    get(target, key) {
      if (typeof key !== 'string' || !Object.hasOwn(target, key)) return Reflect.get(target, key);
      seen.add(`${path}/${key}`);
      return watch(target[key], seen, `${path}/${key}`);
    },
  });
}

function* fields(value, path = '') {
  if (typeof value !== 'object' || value === null) return;
  for (const key of Object.keys(value)) {
    yield `${path}/${key}`;
    yield* fields(value[key], `${path}/${key}`);
  }
}

// What is wrong with an object, a line each.
export function faultsOf(object) {
  const name = `${object.kind} ${object.metadata?.name}`;
  let model;
  try {
    model = modelOf(object);
  } catch (fault) {
    if (fault.code !== 'MODULE_NOT_FOUND' && fault.code !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') throw fault;
  }
  if (!model) return [`${name}: there is no kind ${kindOf(object)}`];
  const seen = new Set();
  try {
    watch(new model(object), seen).validate();
  } catch (fault) {
    return [`${name}: ${fault.message}`];
  }
  const faults = [];
  for (const field of fields(object)) {
    const told = faults.some((fault) => `${name}: ${field}`.startsWith(fault.split(' is no field')[0] + '/'));
    if (!seen.has(field) && !told) faults.push(`${name}: ${field} is no field of ${kindOf(object)}`);
  }
  return faults;
}
