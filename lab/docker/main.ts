/**
 * `npm run lab:docker [-- up | down | status]`: the Docker daemon for labs, started, stopped or asked for. `up` prints
 * what a shell needs for it. `down` leaves a daemon alone that containers run in, unless `--force` is given.
 */
import { type DockerEngine, DockerError, ensureDocker, findDocker, stopDocker } from './index.ts';

const say = (line: string): void => console.error(`churnlab: ${line}`);

const COMMANDS: Readonly<Record<string, (force: boolean) => Promise<void>>> = {
  async up() {
    print(await ensureDocker({ progress: say }));
  },
  async down(force) {
    if (await stopDocker({ force })) return say('no Docker daemon of a lab runs');
    say(
      'containers run in the Docker daemon, or a command works with it: it goes on (lab:down first, or --force)',
    );
    process.exitCode = 1;
  },
  async status() {
    const engine = await findDocker();
    if (engine) return print(engine);
    say('no Docker daemon runs');
    process.exitCode = 1;
  },
};

/** As lines for a shell's eval. */
function print({ private: isPrivate, environment }: DockerEngine): void {
  say(isPrivate ? 'a Docker daemon of the lab runs' : 'the Docker daemon that runs here is used as it is');
  for (const [name, value] of Object.entries(environment)) {
    console.log(`export ${name}=${value.replace(process.env.PATH ?? '', '$PATH')}`);
  }
}

const words = process.argv.slice(2).filter((word) => word !== '--no-install');
const [command = 'up'] = words.filter((word) => word !== '--force');
try {
  if (!Object.hasOwn(COMMANDS, command)) {
    throw new RangeError(`Expected ${Object.keys(COMMANDS).join(', ')}, got ${command}`);
  }
  await COMMANDS[command]!(words.includes('--force'));
} catch (error) {
  if (!(error instanceof DockerError || error instanceof RangeError)) throw error;
  say(error.message);
  process.exitCode = error instanceof RangeError ? 2 : 1;
}
