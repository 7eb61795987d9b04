/**
 * For tests: where `actual` lacks a member of `example`, or holds another JSON type there. Values are not compared, members beyond
 * the example's are welcome, and elements that the example's array has no counterpart for are held against its first.
 */
export function shapeMismatches(actual: unknown, example: unknown, path = '$'): string[] {
  if (typeOf(actual) !== typeOf(example))
    return [`${path} is ${typeOf(actual)} instead of ${typeOf(example)}`];
  if (Array.isArray(actual) && Array.isArray(example)) {
    const examples: readonly unknown[] = example;
    return examples.length === 0
      ? []
      : actual.flatMap((item: unknown, i) =>
          shapeMismatches(item, examples[i] ?? examples[0], `${path}[${i}]`),
        );
  }
  if (!isRecord(actual) || !isRecord(example)) return [];
  return Object.entries(example).flatMap(([name, value]) =>
    name in actual ? shapeMismatches(actual[name], value, `${path}.${name}`) : [`${path}.${name} is missing`],
  );
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeOf(value) === 'object';
}
