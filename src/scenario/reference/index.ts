export { scenarioReference, scenarioSchemaText } from './reference.ts';
