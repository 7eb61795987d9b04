import type { FormField } from './storage-form.ts';
import { en } from './strings/en.ts';
import type { useWords } from './use-words.ts';

type Words = ReturnType<typeof useWords>['t'];

type CommonField = keyof typeof en.fields;
type DriverName = keyof typeof en.drivers;

function isCommon(name: string): name is CommonField {
  return Object.hasOwn(en.fields, name);
}

function isKnownDriver(kind: string): kind is DriverName {
  return Object.hasOwn(en.drivers, kind);
}

/** What a field is called and how it is explained: the page's own words for the common ones, the driver's for its own. */
export function fieldWords(field: FormField, t: Words): { readonly label: string; readonly help: string } {
  if (!field.own && isCommon(field.name)) {
    return { label: t(`fields.${field.name}.label`), help: t(`fields.${field.name}.help`) };
  }
  return { label: field.label === '' ? field.name : field.label, help: field.help };
}

/** A driver kind in words; one that the page does not know goes by its name. */
export function driverWords(kind: string, t: Words): { readonly label: string; readonly text: string } {
  if (!isKnownDriver(kind)) return { label: kind, text: '' };
  return { label: t(`drivers.${kind}`), text: t(`drivers_text.${kind}`) };
}
