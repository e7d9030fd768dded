import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type ParsedNode,
  parseAllDocuments,
  visit,
  type YAMLError,
} from 'yaml';
import { codeFrame } from './code-frame.ts';
import type { Diagnostic, DiagnosticCode } from './diagnostic.ts';

/** Where a value is in the tree: field names and list indices from the root. */
export type Path = readonly (string | number)[];
/** A problem before its position is looked up; `at` chooses between the field's name and its value. */
export interface Problem {
  readonly path: Path;
  readonly at?: 'key' | 'value';
  readonly severity?: 'error' | 'warning';
  readonly code: DiagnosticCode;
  readonly message: string;
}

/** The text of a scenario or another file for people, parsed, with the position of every field. */
export class Source {
  readonly file: string;
  readonly #text: string;
  readonly #lines = new LineCounter();
  readonly #document: Document.Parsed | undefined;
  /** Problems of the YAML itself; none of them is about what the fields mean. */
  readonly problems: readonly Diagnostic[];
  /** The document as plain data; undefined when there is none to look at. */
  readonly data: unknown;

  /** `what` names in messages what the file should hold. */
  constructor(file: string, text: string, what = 'a scenario') {
    this.file = file;
    this.#text = text;
    const documents = parseAllDocuments(text, {
      lineCounter: this.#lines,
      prettyErrors: false,
      stringKeys: true,
      version: '1.2',
    });
    const problems: Diagnostic[] = [];
    const [document, second] = 'empty' in documents ? [] : documents;
    this.#document = document;
    const errors = document?.errors ?? [];
    for (const error of errors.filter(isDuplicate)) problems.push(this.#syntax(error));
    // What follows the first mistake in the syntax is mostly its echo.
    const first = errors.find((error) => !isDuplicate(error)) ?? this.#unresolved();
    if (first !== undefined) problems.push(this.#syntax(first));
    if (document === undefined || document.contents === null) {
      problems.push(this.#at([0, 0], 'error', 'missing-field', `expected ${what}, got an empty file`));
    }
    if (second !== undefined) {
      problems.push(
        this.#at(second.range, 'error', 'syntax', 'expected one document per file, got a second one'),
      );
    }
    // Two fields of one name leave the tree usable; after any other error it is guesswork.
    const broken = problems.some((problem) => problem.code !== 'duplicate-key');
    if (!broken) {
      try {
        this.data = document?.toJS();
      } catch (error) {
        problems.push(
          this.#at([0, 0], 'error', 'syntax', error instanceof Error ? error.message : String(error)),
        );
      }
    }
    this.problems = problems;
  }

  /** The diagnostic for a problem: at its field or value, or at the nearest parent that is in the file. */
  diagnose(problem: Problem): Diagnostic {
    const { path, at = 'value', severity = 'error', code, message } = problem;
    return this.#at(this.#find(path, at), severity, code, message);
  }

  #find(path: Path, at: 'key' | 'value'): readonly [number, number] {
    let node = this.#document?.contents as ParsedNode | null | undefined;
    let range: readonly [number, number] = [node?.range[0] ?? 0, node?.range[0] ?? 0];
    for (const [index, step] of path.entries()) {
      while (isAlias(node)) node = node.resolve(this.#document!) as ParsedNode | undefined;
      if (isMap(node)) {
        const pair = node.items.find((item) => isScalar(item.key) && item.key.value === step);
        if (pair === undefined) return range;
        const key = pair.key as ParsedNode;
        const value = pair.value as ParsedNode | null;
        const isLast = index === path.length - 1;
        const shown = isLast && at === 'value' && value !== null && !isBlock(value) ? value : key;
        range = [shown.range[0], shown.range[1]];
        node = value;
      } else if (isSeq(node)) {
        const item = node.items[Number(step)] as ParsedNode | undefined;
        if (item === undefined) return range;
        range = [item.range[0], isBlock(item) ? item.range[0] + 1 : item.range[1]];
        node = item;
      } else return range;
    }
    return range;
  }

  /** An alias whose anchor is nowhere before it. */
  #unresolved(): Mistake | undefined {
    let found: Mistake | undefined;
    visit(this.#document ?? null, {
      Alias: (_, alias) => {
        if (alias.resolve(this.#document!) !== undefined) return;
        const [from = 0, to = 0] = alias.range ?? [];
        const message = `expected an alias of an anchor before it, got \`*${alias.source}\``;
        found = { code: 'BAD_ALIAS', pos: [from, to], message };
        return visit.BREAK;
      },
    });
    return found;
  }

  #syntax(error: Mistake): Diagnostic {
    if (isDuplicate(error)) {
      const key = /^[\w.-]+/.exec(this.#text.slice(error.pos[0]))?.[0] ?? '';
      const range = [error.pos[0], error.pos[0] + key.length] as const;
      return this.#at(
        range,
        'error',
        'duplicate-key',
        `expected each field once, got \`${key}\` a second time`,
      );
    }
    return this.#at(error.pos, 'error', 'syntax', lowerFirst(error.message.replace(/\.$/, '')));
  }

  #at(
    range: readonly [number, number, ...number[]],
    severity: 'error' | 'warning',
    code: DiagnosticCode,
    message: string,
  ): Diagnostic {
    const begin = this.#text.length === 0 ? { line: 1, col: 1 } : this.#lines.linePos(range[0]);
    const lineStart = this.#lines.lineStarts[begin.line - 1] ?? 0;
    const endCol = begin.col + Math.max(1, range[1] - range[0]);
    const frame = codeFrame(this.#text, lineStart, begin.col, endCol);
    return { file: this.file, line: begin.line, col: begin.col, severity, code, message, frame };
  }
}

/** What the YAML parser, or we in its place, found wrong. */
type Mistake = Pick<YAMLError, 'code' | 'pos' | 'message'>;

function isDuplicate(error: Mistake): boolean {
  return error.code === 'DUPLICATE_KEY';
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** Maps and lists that spread over lines: their key is a better place to point at than all of them. */
function isBlock(node: ParsedNode): boolean {
  return (isMap(node) || isSeq(node)) && node.flow !== true;
}
