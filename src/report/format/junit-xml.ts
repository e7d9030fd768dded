/** One thing that was asked of a run or a comparison. */
export interface JunitCase {
  readonly name: string;
  /** Absent when it held: a class of failure, and what was found. */
  readonly failure?: { readonly type: string; readonly message: string };
  /** Why it was not asked after all. */
  readonly skipped?: string;
}

export interface JunitSuite {
  readonly name: string;
  readonly cases: readonly JunitCase[];
  readonly seconds?: number;
  readonly properties?: Readonly<Record<string, string>>;
}

/**
 * JUnit's XML as Jenkins, GitLab and GitHub's reporters read it (their common part: testsuites, testsuite, properties,
 * testcase, failure, skipped). A suite's name is the classname of its cases.
 */
export function junitXml(suites: readonly JunitSuite[]): string {
  const cases = suites.flatMap((suite) => suite.cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${counts(cases)}>`,
    ...suites.flatMap(suiteLines),
    '</testsuites>',
    '',
  ].join('\n');
}

function suiteLines({ name, cases, seconds, properties = {} }: JunitSuite): string[] {
  const listed = Object.entries(properties).map(
    ([key, value]) => `      <property${attribute('name', key)}${attribute('value', value)}/>`,
  );
  const time = seconds === undefined ? '' : attribute('time', seconds.toFixed(3));
  return [
    `  <testsuite${attribute('name', name)}${counts(cases)}${time}>`,
    ...(listed.length > 0 ? ['    <properties>', ...listed, '    </properties>'] : []),
    ...cases.flatMap((each) => caseLines(each, name)),
    '  </testsuite>',
  ];
}

function caseLines({ name, failure, skipped }: JunitCase, classname: string): string[] {
  const head = `    <testcase${attribute('classname', classname)}${attribute('name', name)}`;
  if (skipped !== undefined) {
    return [`${head}>`, `      <skipped${attribute('message', skipped)}/>`, '    </testcase>'];
  }
  if (failure === undefined) return [`${head}/>`];
  const { type, message } = failure;
  return [
    `${head}>`,
    `      <failure${attribute('type', type)}${attribute('message', message)}/>`,
    '    </testcase>',
  ];
}

function counts(cases: readonly JunitCase[]): string {
  const failures = cases.filter(({ failure }) => failure !== undefined).length;
  return `${attribute('tests', String(cases.length))}${attribute('failures', String(failures))}`;
}

function attribute(name: string, value: string): string {
  const escaped = value
    // XML 1.0 has no way to write other control characters (section 2.2).
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replaceAll(/[&<>"\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
  return ` ${name}="${escaped}"`;
}
