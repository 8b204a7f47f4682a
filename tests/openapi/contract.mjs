// Holds exchanges of requests and answers against the API's description. An answer may say nothing that is
// not documented: no other status, header, type or field. A request that was taken must be a documented one.
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const methods = ['get', 'post', 'put', 'patch', 'delete'];

// Headers of HTTP and of CORS, which are no matter of single answers.
const transport = new Set([
  'accept-ranges', 'access-control-allow-origin', 'access-control-expose-headers', 'connection', 'content-encoding',
  'content-length', 'content-type', 'date', 'keep-alive', 'last-modified', 'server', 'transfer-encoding', 'vary',
]);

// What HTTP itself may have to say on any path: a method that is not served, lines and headers that are too long.
const ofHttp = new Set([405, 414, 431]);
// What no test can bring about at will on every path.
const generic = new Set(['413', '429', '503', '5XX']);

const described = /^\/(api|oauth|\.well-known)\//;
const mediaType = (header = '') => header.split(';')[0].trim().toLowerCase();
const isJson = (type) => type === 'application/json' || type.endsWith('+json');

// A copy of the description whose references are absolute; `closed` lets no object have further fields.
function copy(node, closed) {
  if (Array.isArray(node)) return node.map((each) => copy(each, closed));
  if (node === null || typeof node !== 'object') return node;
  const out = {};
  for (const [key, value] of Object.entries(node)) {
    out[key] = key === '$ref' && typeof value === 'string' ? `api${value}` : copy(value, closed);
  }
  if (closed && node.properties && !('additionalProperties' in node)) out.unevaluatedProperties = false;
  return out;
}

class Schemas {
  #ajv;
  #compiled = new Map();

  constructor(document, options) {
    this.#ajv = addFormats(new Ajv2020({ strict: false, allErrors: true, ...options }));
    this.#ajv.addSchema(document, 'api');
  }

  // What is wrong with the value, in words; [] when nothing is.
  faults(schema, value) {
    let validate = this.#compiled.get(schema);
    if (!validate) this.#compiled.set(schema, (validate = this.#ajv.compile(schema)));
    if (validate(value)) return [];
    return validate.errors.map(({ instancePath, message, params }) =>
      `${instancePath || 'it'} ${message} ${JSON.stringify(params)}`);
  }
}

// A path of the description as an expression that also knows it without its last slash.
function pattern(path, parameters) {
  const source = path.replace(/\/$/, '').split('/').map((segment) => {
    const name = /^\{(.*)\}$/.exec(segment)?.[1];
    if (name === undefined) return segment.replaceAll('.', '\\.');
    const { schema } = parameters.find((each) => each.in === 'path' && each.name === name);
    return schema.type === 'integer' ? `(?<${name}>[0-9]+)` : `(?<${name}>[^/]+)`;
  });
  return new RegExp(`^${source.join('/')}/?$`);
}

export class Contract {
  #answers; // the description for answers: closed
  #requests;
  #bodies;
  #texts; // values of headers of answers, which are text
  #fields; // JSON that clients send
  #parameters; // text that clients send

  constructor(document) {
    this.#answers = copy(document, true);
    this.#requests = copy(document, false);
    this.#bodies = new Schemas(this.#answers);
    this.#texts = new Schemas(this.#answers, { coerceTypes: true });
    this.#fields = new Schemas(this.#requests);
    this.#parameters = new Schemas(this.#requests, { coerceTypes: true });
    this.operations = [];
    for (const [path, item] of Object.entries(document.paths)) {
      for (const method of methods.filter((each) => item[each])) {
        const request = this.#requests.paths[path][method];
        const parameters = (request.parameters ?? []).map((each) => this.#part(this.#requests, each));
        this.operations.push({
          name: `${method.toUpperCase()} ${path}`,
          method: method.toUpperCase(),
          pattern: pattern(path, parameters),
          literal: !path.includes('{'),
          parameters,
          body: request.requestBody && this.#part(this.#requests, request.requestBody),
          responses: this.#answers.paths[path][method].responses,
          seen: new Set(),
        });
      }
    }
    this.operations.sort((a, b) => b.literal - a.literal);
  }

  #part(document, node) {
    if (!node.$ref) return node;
    const [, , kind, name] = node.$ref.split('/');
    return this.#part(document, document.components[kind][name]);
  }

  // The operation that an exchange is one of, and its faults. No operation: it is none of the description's.
  check(exchange) {
    const [path] = exchange.target.split('?');
    const here = this.operations.filter((each) => each.pattern.test(path));
    const method = exchange.method === 'HEAD' ? 'GET' : exchange.method;
    // "/api/a/b/" is not what "/api/a/{x}/" means.
    const literal = here.some((each) => each.literal);
    const operation = here.find((each) => each.method === method && each.literal === literal);
    if (!operation) return { faults: this.#undocumented(exchange, path, here) };
    const faults = [...this.#answer(exchange, operation), ...this.#request(exchange, operation, path)];
    return { operation, faults: faults.map((fault) => `${exchange.method} ${exchange.target} ${exchange.status}: ${fault}`) };
  }

  #undocumented(exchange, path, here) {
    const type = mediaType(exchange.headers['content-type']);
    const isProblem = type === 'application/problem+json' && this.#problem(exchange).length === 0;
    const what = `${exchange.method} ${exchange.target} ${exchange.status}`;
    if (here.length > 0 && exchange.status === 405) {
      return isProblem && exchange.headers.allow ? [] : [`${what}: a 405 has Allow and is a problem`];
    }
    if (exchange.method === 'OPTIONS' || type === 'text/html' || exchange.status >= 300) return [];
    return described.test(path) ? [`${what}: is not documented`] : [];
  }

  #problem(exchange) {
    return this.#json(this.#bodies, { $ref: 'api#/components/schemas/Problem' }, exchange.body);
  }

  #json(schemas, schema, text) {
    try {
      return schemas.faults(schema, JSON.parse(text));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return ['the body is not JSON'];
    }
  }

  #answer(exchange, operation) {
    const { status, headers, body } = exchange;
    if (ofHttp.has(status)) return exchange.method === 'HEAD' ? [] : this.#problem(exchange);
    const key = [String(status), `${String(status)[0]}XX`].find((each) => operation.responses[each]);
    if (!key) return ['this status is not documented'];
    operation.seen.add(key);
    const response = this.#part(this.#answers, operation.responses[key]);
    const faults = this.#headers(headers, response.headers ?? {});
    const type = mediaType(headers['content-type']);
    if (exchange.method === 'HEAD' || status === 304) return body === '' ? faults : [...faults, 'has a body'];
    if (!response.content) return body === '' && type === '' ? faults : [...faults, 'has a body, and none is documented'];
    const media = response.content[type];
    if (!media) return [...faults, `the type "${type}" is not documented`];
    if (headers['content-encoding'] || !isJson(type)) return faults;
    return [...faults, ...this.#json(this.#bodies, media.schema, body)];
  }

  #headers(given, documented) {
    const faults = [];
    const known = new Map();
    for (const [name, node] of Object.entries(documented)) known.set(name.toLowerCase(), this.#part(this.#answers, node));
    for (const [name, header] of known) {
      if (!(name in given)) {
        if (header.required) faults.push(`lacks the header ${name}`);
      } else {
        faults.push(...this.#texts.faults(header.schema, given[name]).map((fault) => `header ${name}: ${fault}`));
      }
    }
    for (const name of Object.keys(given)) {
      if (!known.has(name) && !transport.has(name)) faults.push(`the header ${name} is not documented`);
    }
    return faults;
  }

  // Of a request that was taken.
  #request(exchange, operation, path) {
    if (exchange.status >= 300) return [];
    const faults = [];
    const query = new URLSearchParams(exchange.target.slice(path.length));
    const { groups = {} } = operation.pattern.exec(path);
    const values = {
      path: (name) => groups[name] && decodeURIComponent(groups[name]),
      query: (name) => query.getAll(name).at(-1),
      header: (name) => exchange.request.headers[name.toLowerCase()],
    };
    for (const parameter of operation.parameters) {
      const value = values[parameter.in](parameter.name);
      if (value === undefined) {
        if (parameter.required) faults.push(`was taken without the parameter ${parameter.name}`);
        continue;
      }
      const wrong = this.#parameters.faults(parameter.schema, value);
      faults.push(...wrong.map((fault) => `was taken with the parameter ${parameter.name}: ${fault}`));
    }
    return [...faults, ...this.#requestBody(exchange.request, operation)];
  }

  #requestBody({ headers, body }, operation) {
    if (!operation.body) return [];
    if (!body) return operation.body.required ? ['was taken without a body'] : [];
    const type = mediaType(headers['content-type']);
    const media = operation.body.content[type];
    if (!media) return [`was taken with a body of the type "${type}"`];
    const faults = isJson(type)
      ? this.#json(this.#fields, media.schema, body)
      : this.#parameters.faults(media.schema, Object.fromEntries(new URLSearchParams(body)));
    return faults.map((fault) => `was taken with the body: ${fault}`);
  }

  // Documented answers that were in no exchange.
  missing(operation) {
    return Object.keys(operation.responses).filter((status) => !operation.seen.has(status) && !generic.has(status));
  }
}
