import { IpcClient } from './client.ts';

/**
 * Connects to a process that ends with its owner (call `own`): the one whose connection this is.
 * @throws Error when it cannot be reached, or is owned by another
 */
export async function own(socket: string): Promise<IpcClient> {
  const ipc = await IpcClient.connect(socket);
  try {
    await ipc.call('own');
    return ipc;
  } catch (error) {
    ipc[Symbol.dispose]();
    throw error;
  }
}
