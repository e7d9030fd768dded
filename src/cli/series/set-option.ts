import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { parse } from 'yaml';
import type { Setting } from '../../scenario/index.ts';

/** A setting as it was typed. */
export interface TypedSetting extends Setting {
  readonly text: string;
}

/** `--set FIELD=VALUE`: another value for a field of the spec. */
export function setOption() {
  return new Option(
    '--set <field=value>',
    'another value for a field of the spec, as in lab.network=bridge or phases.churn.pods=100; may be repeated',
  ).argParser((text, before: readonly TypedSetting[] | undefined): readonly TypedSetting[] => [
    ...(before ?? []),
    settingOf(text),
  ]);
}

/** @throws InvalidArgumentError */
export function settingOf(text: string): TypedSetting {
  const [, field, source] = /^([\w.-]+)=(.*)$/s.exec(text) ?? [];
  const path = field?.split('.') ?? [];
  if (source === undefined || path.includes('')) {
    throw new InvalidArgumentError('expected a field with its value, such as lab.network=bridge');
  }
  try {
    return { text, path, value: parse(source) };
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    throw new InvalidArgumentError(`expected a value as in YAML, got ${source} (${reason})`);
  }
}
