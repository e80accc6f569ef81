// SPDX-License-Identifier: MIT
// docs/ref/openapi.json as tests read it.
import fs from 'node:fs';

const DOCUMENT = new URL('../../docs/ref/openapi.json', import.meta.url);

export const openapi = JSON.parse(fs.readFileSync(DOCUMENT, 'utf8'));

/** A schema without its $ref. */
export function resolve(schema) {
  return schema?.$ref ? openapi.components.schemas[schema.$ref.split('/').at(-1)] : schema;
}

/** Every operation: method, path below /api/v1, access, body schema, parameters, documented statuses. */
export const operations = Object.entries(openapi.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    method: method.toUpperCase(),
    path,
    access: operation['x-access'],
    body: operation.requestBody?.content['application/json'].schema,
    parameters: operation.parameters ?? [],
    statuses: Object.keys(operation.responses).map(Number),
    responses: operation.responses,
  })),
);

/** What does not fit the schema, as a sentence; undefined when all does. Only what our document uses. */
export function misfit(value, given, at = 'answer') {
  const schema = resolve(given) ?? {};
  const types = { string: 'string', boolean: 'boolean', number: 'number', integer: 'number' };
  if (schema.type in types && typeof value !== types[schema.type]) {
    return `${at} is no ${schema.type}`;
  }
  if (schema.type === 'integer' && !Number.isInteger(value)) {
    return `${at} is no whole number`;
  }
  if (schema.enum && !schema.enum.includes(value)) {
    return `${at} is none of ${schema.enum}`;
  }
  if (schema.type === 'array') {
    if (!Array.isArray(value)) {
      return `${at} is no array`;
    }
    return value.map((item, i) => misfit(item, schema.items, `${at}[${i}]`)).find(Boolean);
  }
  if (schema.type !== 'object') {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return `${at} is no object`;
  }
  const missing = (schema.required ?? []).find((name) => !(name in value));
  if (missing) {
    return `${at}.${missing} is missing`;
  }
  const known = schema.properties ?? {};
  const unknown = schema.properties && Object.keys(value).find((name) => !(name in known));
  if (unknown) {
    return `${at}.${unknown} is not documented`;
  }
  return Object.entries(value)
    .map(([name, member]) => misfit(member, known[name] ?? schema.additionalProperties, `${at}.${name}`))
    .find(Boolean);
}
