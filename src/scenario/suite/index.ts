export { isSuite, loadSuite, type Suite } from './suite.ts';
export { suiteSchemaText } from './suite-json-schema.ts';
