import type { ConfigField, ConfigProblem } from '../core/config-spec.ts';
import { pathFrom } from '../core/path.ts';
import type { Mount } from '../vfs/mount.ts';

/** The mount paths that a setting which names another storage may hold, in their order. */
export function choicesOf({ storageWith }: ConfigField, mounted: readonly Mount[]): readonly string[] {
  if (storageWith === undefined) return [];
  const able = mounted.filter(({ driver }) => driver[storageWith] !== undefined);
  return able.map(({ record }) => record.mountPath).toSorted();
}

/** Settings that name a storage which is not mounted, or not of the right kind. */
export function referenceProblems(
  fields: readonly ConfigField[],
  addition: Readonly<Record<string, unknown>>,
  mounted: readonly Mount[],
): ConfigProblem[] {
  return fields.flatMap((field) => {
    const value = addition[field.name];
    if (field.storageWith === undefined || typeof value !== 'string' || value.trim() === '') return [];
    const holds = choicesOf(field, mounted).some((path) => path === pathFrom(value.trim()));
    const message = `${field.label} must be the mount path of a storage that is mounted and can take it.`;
    return holds ? [] : [{ field: field.name, message }];
  });
}
