import { FieldErrors } from '../status/field-errors.ts';
import type { WatchRequest } from '../watch/start-watch.ts';

const LIST_OPTIONS = {
  group: 'meta.k8s.io',
  version: 'v1',
  plural: '',
  kind: 'ListOptions',
  namespaced: false,
};
const FIELD = 'resourceVersionMatch';

/** Combinations that are refused (k8s.io/apimachinery/pkg/apis/meta/internalversion/validation). Throws 422. */
export function validateListOptions(options: WatchRequest, isWatch: boolean): void {
  const errors = new FieldErrors();
  const { resourceVersionMatch: match, resourceVersion, sendInitialEvents } = options;
  if (isWatch) validateWatch(options, errors);
  else {
    if (match && !resourceVersion) {
      errors.forbidden(FIELD, 'resourceVersionMatch is forbidden unless resourceVersion is provided');
    }
    if (match && options.continue) {
      errors.forbidden(FIELD, 'resourceVersionMatch is forbidden when continue is provided');
    }
    if (match && match !== 'Exact' && match !== 'NotOlderThan') {
      errors.notSupported(FIELD, match, ['Exact', 'NotOlderThan', '']);
    }
    if (match === 'Exact' && resourceVersion === '0') {
      errors.forbidden(FIELD, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
    }
    if (sendInitialEvents !== undefined) {
      errors.forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list');
    }
  }
  errors.throwIfAny(LIST_OPTIONS, '');
}

function validateWatch(
  { resourceVersionMatch: match, sendInitialEvents }: WatchRequest,
  errors: FieldErrors,
): void {
  if (sendInitialEvents !== undefined && match !== 'NotOlderThan') {
    errors.forbidden(FIELD, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan');
  }
  if (!match) return;
  if (sendInitialEvents === undefined) {
    errors.forbidden(
      FIELD,
      'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
    );
  }
  if (match !== 'NotOlderThan') errors.notSupported(FIELD, match, ['NotOlderThan']);
}
