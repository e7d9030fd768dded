import { CNI_CODES, hasVerb } from '../../cni/index.ts';
import type { Requirement } from '../requirement.ts';
import { describe, NotApplicable, objectIn, requireError, requireSuccess, Violation } from '../violation.ts';

const FORMAT = '1. Network configuration format';
const VERSIONS = '1. Version considerations';

/** No plugin will ever have it. */
const NO_VERSION = '99.0.0';

export const configuration: readonly Requirement[] = [
  {
    id: 'config-not-json',
    section: FORMAT,
    text: 'A configuration that is not JSON is refused with code 6',
    async run(trial) {
      const pod = await trial.pod();
      for (const plugin of trial.chain.plugins) {
        const answer = await trial.chain.call(plugin, 'ADD', pod.at(), { stdin: '{"cniVersion":' });
        requireError(answer, 'ADD with `{"cniVersion":`', CNI_CODES.decode);
      }
    },
  },
  {
    id: 'config-name-missing',
    section: FORMAT,
    text: 'A configuration without `name` is refused with code 7',
    async run(trial) {
      const pod = await trial.pod();
      for (const plugin of trial.chain.plugins) {
        const answer = await trial.chain.call(plugin, 'ADD', pod.at(), { config: { name: undefined } });
        requireError(answer, 'ADD without name', CNI_CODES.invalidConfig);
      }
    },
  },
  {
    id: 'config-name-invalid',
    section: FORMAT,
    text: '`name` must not contain characters that file paths do not have: code 7',
    async run(trial) {
      const pod = await trial.pod();
      for (const name of ['../x', 'a b', '-a']) {
        for (const plugin of trial.chain.plugins) {
          const answer = await trial.chain.call(plugin, 'ADD', pod.at(), { config: { name } });
          requireError(answer, `ADD with name ${JSON.stringify(name)}`, CNI_CODES.invalidConfig);
        }
      }
    },
  },
  {
    id: 'version-unsupported',
    section: VERSIONS,
    text: 'A configuration of a version that the plugin does not support is refused with code 1',
    once: true,
    async run(trial) {
      const pod = await trial.pod();
      for (const plugin of trial.chain.plugins) {
        for (const verb of ['ADD', 'DEL'] as const) {
          const config = { cniVersion: NO_VERSION };
          const answer = await trial.chain.call(plugin, verb, pod.at(), { config });
          requireError(answer, `${verb} in version ${NO_VERSION}`, CNI_CODES.incompatibleVersion);
        }
      }
    },
  },
  {
    id: 'version-lacks-verb',
    section: VERSIONS,
    text: 'A verb that the version of the configuration does not have is refused: code 1, or 4 where the plugin does not know it',
    async run(trial) {
      const lacking = (['CHECK', 'GC', 'STATUS'] as const).filter((verb) => !hasVerb(trial.version, verb));
      if (lacking.length === 0) throw new NotApplicable(`${trial.version} has every verb`);
      const pod = await trial.pod();
      const result = await pod.add();
      for (const verb of lacking) {
        const config = { prevResult: result, 'cni.dev/valid-attachments': [] };
        const answer = await trial.chain.call(trial.chain.first, verb, pod.at(), { config });
        const unknown = objectIn(answer)?.code === CNI_CODES.invalidEnvironment;
        const code = unknown ? CNI_CODES.invalidEnvironment : CNI_CODES.incompatibleVersion;
        requireError(answer, `${verb} in version ${trial.version}`, code);
      }
    },
  },
  {
    id: 'version-answer',
    section: '2. Execution Protocol: VERSION',
    text: 'VERSION prints `cniVersion` as it was given, and `supportedVersions` with it in the list',
    async run(trial) {
      for (const plugin of trial.chain.plugins) {
        const stdin = JSON.stringify({ cniVersion: trial.version });
        const answer = await trial.chain.call(plugin, 'VERSION', undefined, { stdin });
        requireSuccess(answer, 'VERSION');
        const { cniVersion, supportedVersions } = objectIn(answer) ?? {};
        const listed = Array.isArray(supportedVersions) && supportedVersions.includes(trial.version);
        if (cniVersion !== trial.version || !listed) {
          throw new Violation(`cniVersion ${trial.version}, and it in supportedVersions`, describe(answer));
        }
      }
    },
  },
  {
    id: 'version-needs-nothing',
    section: '2. Execution Protocol: VERSION',
    text: 'VERSION needs no variable but CNI_COMMAND',
    once: true,
    async run(trial) {
      for (const plugin of trial.chain.plugins) {
        const stdin = JSON.stringify({ cniVersion: trial.version });
        const answer = await trial.chain.call(plugin, 'VERSION', undefined, {
          stdin,
          env: { CNI_PATH: undefined },
        });
        requireSuccess(answer, 'VERSION without CNI_PATH');
      }
    },
  },
];
