import { readFileSync } from 'node:fs';
import { type JsonSchema, scenarioJsonSchema } from '../json-schema.ts';
import { type Section, sectionsOf } from './field-tables.ts';

/** The written parts of docs/scenarios.md; `{{fields}}` is where the tables go. */
const TEMPLATE = new URL('scenarios.template.md', import.meta.url);

/** The text of docs/scenarios.md: the tables come from the schema, the rest from the template beside this file. */
export function scenarioReference(): string {
  const tables = render(sectionsOf(scenarioJsonSchema() as JsonSchema));
  return readFileSync(TEMPLATE, 'utf8').replace('{{fields}}', () => tables);
}

/** The text of schemas/scenario.schema.json. */
export function scenarioSchemaText(): string {
  return `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`;
}

function render(sections: readonly Section[]): string {
  let title = '';
  return sections
    .map((section) => {
      const heading = section.title === title ? [] : [`### \`${section.title}\``, ''];
      title = section.title;
      const table = [
        '| field | type | default | meaning |',
        '|---|---|---|---|',
        ...section.rows.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`),
      ];
      return [...heading, ...(section.intro === '' ? [] : [section.intro, '']), ...table].join('\n');
    })
    .join('\n\n')
    .replace('### ``\n\n', '### The file\n\n');
}
