import { buildConnector } from 'undici';
import { withSocketPath } from './socket-path.ts';

/** For HTTP by undici over a unix socket, however long its path is. */
export function socketConnector(socketPath: string): buildConnector.connector {
  return (options, callback) => {
    const connected = withSocketPath(socketPath, (short) => {
      const { promise, resolve } = Promise.withResolvers<Parameters<buildConnector.Callback>>();
      buildConnector({ socketPath: short })(options, (...result) => resolve(result));
      return promise;
    });
    connected.then(
      (result) => callback(...result),
      (error: Error) => callback(error, null),
    );
  };
}
