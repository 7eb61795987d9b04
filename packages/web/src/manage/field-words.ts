import type { FormField } from './storage-form.ts';
import { en } from './strings/en.ts';
import { ownFieldsZhCN } from './strings/own-fields.zh-cn.ts';
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

interface FieldWords {
  readonly label: string;
  readonly help: string;
}

/**
 * What a field is called and how it is explained: the page's own words for the common ones; for a driver's own the gateway's, which are
 * English, or the page's in another language where it has some.
 */
export function fieldWords({ name, owner, label, help }: FormField, t: Words, language: string): FieldWords {
  if (owner === undefined && isCommon(name)) {
    return { label: t(`fields.${name}.label`), help: t(`fields.${name}.help`) };
  }
  const translated = language === 'zh-CN' ? ownFieldWords(owner ?? '', name) : undefined;
  return translated ?? { label: label === '' ? name : label, help };
}

/** The Chinese words for a driver's own field; undefined for a field that is not known here. */
export function ownFieldWords(owner: string, name: string): FieldWords | undefined {
  return ownFieldsZhCN.get(`${owner}.${name}`) ?? ownFieldsZhCN.get(name);
}

/** A driver kind in words; one that the page does not know goes by its name. */
export function driverWords(kind: string, t: Words): { readonly label: string; readonly text: string } {
  if (!isKnownDriver(kind)) return { label: kind, text: '' };
  return { label: t(`drivers.${kind}`), text: t(`drivers_text.${kind}`) };
}
