import { CNI_CODES } from '../../cni/index.ts';
import type { Answer, CallChanges } from '../chain.ts';
import type { Requirement } from '../requirement.ts';
import type { Trial } from '../trial.ts';
import { describe, objectIn, requireError, requireSuccess, Violation } from '../violation.ts';

const PARAMETERS = '2. Execution Protocol: Parameters';
const ERRORS = '2. Execution Protocol: Errors';

/** What each verb cannot do without. */
const REQUIRED = {
  ADD: ['CNI_CONTAINERID', 'CNI_NETNS', 'CNI_IFNAME'],
  DEL: ['CNI_CONTAINERID', 'CNI_IFNAME'],
} as const;

const INVALID = {
  CNI_CONTAINERID: ['-a', '.a', 'a b', '../a', 'a/b', 'ä'],
  CNI_IFNAME: ['.', '..', 'a/b', 'a:b', 'a b', 'abcdefghijklmnop'],
} as const;

/** ADD of each plugin with something wrong in it. */
async function addEach(trial: Trial, changes: CallChanges, judge: (answer: Answer) => void): Promise<void> {
  const pod = await trial.pod();
  for (const plugin of trial.chain.plugins) {
    judge(await trial.chain.call(plugin, 'ADD', pod.at(), changes));
  }
}

export const parameters: readonly Requirement[] = [
  {
    id: 'env-missing',
    section: PARAMETERS,
    text: 'A variable that the verb requires is missing: code 4, and its name in the message',
    async run(trial) {
      const pod = await trial.pod();
      for (const [verb, names] of Object.entries(REQUIRED)) {
        for (const name of names) {
          for (const plugin of trial.chain.plugins) {
            const env = { [name]: undefined };
            const answer = await trial.chain.call(plugin, verb, pod.at(), { env });
            requireError(answer, `${verb} without ${name}`, CNI_CODES.invalidEnvironment);
            const { msg, details } = objectIn(answer) ?? {};
            if (!`${msg} ${details}`.includes(name)) {
              throw new Violation(`${name} in the message`, `${plugin.type}: ${describe(answer)}`);
            }
          }
        }
      }
    },
  },
  {
    id: 'env-path-optional',
    section: PARAMETERS,
    text: 'CNI_PATH is optional in DEL',
    once: true,
    async run(trial) {
      const pod = await trial.pod();
      for (const plugin of trial.chain.plugins) {
        const env = { CNI_PATH: undefined };
        const answer = await trial.chain.call(plugin, 'DEL', pod.at(), { env });
        // Who delegates cannot do without, but says so in another way.
        if (objectIn(answer)?.code === CNI_CODES.invalidEnvironment) {
          throw new Violation('DEL without CNI_PATH to be served', `${plugin.type}: ${describe(answer)}`);
        }
      }
    },
  },
  ...Object.entries(INVALID).map(
    ([name, values]): Requirement => ({
      id: name === 'CNI_IFNAME' ? 'env-ifname' : 'env-container-id',
      section: PARAMETERS,
      text: `A value of ${name} that the specification or the kernel does not allow is refused with code 4`,
      async run(trial) {
        for (const value of values) {
          await addEach(trial, { env: { [name]: value } }, (answer) =>
            requireError(answer, `ADD with ${name} ${JSON.stringify(value)}`, CNI_CODES.invalidEnvironment),
          );
        }
      },
    }),
  ),
  {
    id: 'env-unknown-command',
    section: PARAMETERS,
    text: 'A command that is none is refused with code 4',
    async run(trial) {
      const pod = await trial.pod();
      for (const plugin of trial.chain.plugins) {
        const answer = await trial.chain.call(plugin, 'REMOVE', pod.at());
        requireError(answer, 'CNI_COMMAND=REMOVE', CNI_CODES.invalidEnvironment);
      }
    },
  },
  {
    id: 'args-unknown',
    section: PARAMETERS,
    text: 'CNI_ARGS with IgnoreUnknown and pairs that nobody knows are no reason to fail',
    async run(trial) {
      const pod = await trial.pod();
      await pod.add('eth0', { env: { CNI_ARGS: 'IgnoreUnknown=1;K8S_POD_NAME=a;COLOUR=blue' } });
    },
  },
  {
    id: 'error-object',
    section: ERRORS,
    text: 'A failed call exits with another code than 0 and prints cniVersion, code and msg on stdout',
    async run(trial) {
      await addEach(trial, { env: { CNI_NETNS: '/run/netns/there-is-none' } }, (answer) => {
        requireError(answer, 'ADD without a namespace');
        const { cniVersion, msg } = objectIn(answer) ?? {};
        if (cniVersion !== trial.version || typeof msg !== 'string' || msg === '') {
          throw new Violation(
            `cniVersion ${trial.version} and a msg in the error`,
            `${answer.plugin}: ${describe(answer)}`,
          );
        }
      });
    },
  },
  {
    id: 'output-clean',
    section: ERRORS,
    text: 'stdout of a successful ADD has the result and nothing else; logs are for stderr',
    async run(trial) {
      const pod = await trial.pod();
      const { answers, last } = await pod.tryAdd();
      requireSuccess(last, 'ADD');
      for (const answer of answers) {
        if (objectIn(answer) === undefined) {
          throw new Violation('one JSON object on stdout', `${answer.plugin}: ${describe(answer)}`);
        }
      }
    },
  },
];
