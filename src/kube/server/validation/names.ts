/** Names as k8s.io/apimachinery/pkg/util/validation has them, with its words. */

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const DNS1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';

const labelPattern = new RegExp(`^${LABEL}$`);
const subdomainPattern = new RegExp(`^${SUBDOMAIN}$`);
const dns1035Pattern = new RegExp(`^${DNS1035}$`);

const LABEL_PROBLEM =
  `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with ` +
  `an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${LABEL}')`;
const SUBDOMAIN_PROBLEM =
  `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and ` +
  `end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${SUBDOMAIN}')`;
const DNS1035_PROBLEM =
  `a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and ` +
  `end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '${DNS1035}')`;

const tooLong = (limit: number) => `must be no more than ${limit} bytes`;

/** Namespaces, container names, port names of pods. */
export function labelProblem(name: string): string | undefined {
  if (name.length > 63) return tooLong(63);
  return labelPattern.test(name) ? undefined : LABEL_PROBLEM;
}

/** Most objects. */
export function subdomainProblem(name: string): string | undefined {
  if (name.length > 253) return tooLong(253);
  return subdomainPattern.test(name) ? undefined : SUBDOMAIN_PROBLEM;
}

/** Services. */
export function dns1035Problem(name: string): string | undefined {
  if (name.length > 63) return tooLong(63);
  return dns1035Pattern.test(name) ? undefined : DNS1035_PROBLEM;
}

const qualifiedName = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const labelValue = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const QUALIFIED_PROBLEM =
  `name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric ` +
  `character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`;
const VALUE_PROBLEM =
  `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end ` +
  `with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is ` +
  `'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`;

/** Keys of labels and annotations, with or without a prefix. */
export function qualifiedNameProblem(key: string): string | undefined {
  const slash = key.indexOf('/');
  const name = key.slice(slash + 1);
  if (slash >= 0) {
    const prefix = key.slice(0, slash);
    if (prefix === '') return 'prefix part must be non-empty';
    const problem = subdomainProblem(prefix);
    if (problem) return `prefix part ${problem}`;
  }
  if (name === '') return 'name part must be non-empty';
  if (name.length > 63) return `name part ${tooLong(63)}`;
  return qualifiedName.test(name) ? undefined : QUALIFIED_PROBLEM;
}

export function labelValueProblem(value: string): string | undefined {
  if (value.length > 63) return tooLong(63);
  return labelValue.test(value) ? undefined : VALUE_PROBLEM;
}
