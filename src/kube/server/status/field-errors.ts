/** Validation errors in the form of k8s.io/apimachinery/pkg/util/validation/field, all collected. */
import type { KubeError } from '../../kube-error.ts';
import type { Resource } from '../../types.ts';
import { failure } from './errors.ts';

interface Cause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

/** How Go prints a value in `Invalid value: ...`. */
function print(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (value === undefined || value === null) return 'null';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Collects what is wrong with one object. */
export class FieldErrors {
  readonly causes: Cause[] = [];

  required(field: string, detail = ''): void {
    this.#add('FieldValueRequired', field, `Required value${detail && `: ${detail}`}`);
  }

  invalid(field: string, value: unknown, detail: string): void {
    this.#add('FieldValueInvalid', field, `Invalid value: ${print(value)}: ${detail}`);
  }

  forbidden(field: string, detail: string): void {
    this.#add('FieldValueForbidden', field, `Forbidden: ${detail}`);
  }

  duplicate(field: string, value: unknown): void {
    this.#add('FieldValueDuplicate', field, `Duplicate value: ${print(value)}`);
  }

  notFound(field: string, value: unknown): void {
    this.#add('FieldValueNotFound', field, `Not found: ${print(value)}`);
  }

  notSupported(field: string, value: unknown, supported: readonly unknown[]): void {
    const list = supported.map((one) => JSON.stringify(String(one))).join(', ');
    this.#add(
      'FieldValueNotSupported',
      field,
      `Unsupported value: ${print(value)}: supported values: ${list}`,
    );
  }

  typeInvalid(field: string, value: unknown, detail: string): void {
    this.#add('FieldValueTypeInvalid', field, `Invalid value: ${print(value)}: ${detail}`);
  }

  tooLong(field: string, limit: number): void {
    this.#add('FieldValueTooLong', field, `Too long: may not be more than ${limit} bytes`);
  }

  tooMany(field: string, size: number, max: number, what: string): void {
    this.#add('FieldValueTooMany', field, `Too many: ${size}: must have at most ${max} ${what}`);
  }

  /** Throws 422 Invalid when there is anything to say. */
  throwIfAny(r: Resource, name: string): void {
    if (this.causes.length > 0) throw invalid(r, name, this.causes);
  }

  #add(reason: string, field: string, message: string): void {
    this.causes.push({ reason, message, field });
  }
}

function invalid(r: Resource, name: string, causes: readonly Cause[]): KubeError {
  const kind = r.group === '' ? r.kind : `${r.kind}.${r.group}`;
  const texts = causes.map(({ field, message }) => `${field}: ${message}`);
  const text = texts.length === 1 ? texts[0]! : `[${texts.join(', ')}]`;
  return failure(422, 'Invalid', `${kind} ${JSON.stringify(name)} is invalid: ${text}`, {
    ...(name !== '' && { name }),
    ...(r.group !== '' && { group: r.group }),
    kind: r.kind,
    causes,
  });
}
