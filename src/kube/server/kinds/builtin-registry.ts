import { IP_ADDRESSES } from '../../resources.ts';
import { PortAllocator, type PortRange } from '../allocators/port-allocator.ts';
import { ServiceAddresses } from '../allocators/service-addresses.ts';
import { ServiceAllocator } from '../allocators/service-allocator.ts';
import { crdSpec } from '../crd/definitions.ts';
import { Registry } from '../registry/registry.ts';
import { CORE_SPECS } from './core.ts';
import { EVENT_SPECS } from './events.ts';
import { IP_ADDRESS_SPEC, networkingSpecs } from './networking.ts';
import { POD_SPEC } from './pods.ts';
import { serviceSpec } from './services.ts';

/**
 * Everything that is served from the start. What nothing here would run, such as Deployments, is not among it: a
 * client that asks for it is told so.
 */
export function builtinRegistry(options: { historyLimit: number; nodePorts: PortRange }): Registry {
  const registry = new Registry(options.historyLimit);
  registry.add(IP_ADDRESS_SPEC);
  const addresses = new ServiceAddresses(registry.of(IP_ADDRESSES).store);
  const allocator = new ServiceAllocator(addresses, new PortAllocator(options.nodePorts));
  const specs = [
    ...CORE_SPECS,
    POD_SPEC,
    serviceSpec(allocator, addresses),
    ...EVENT_SPECS,
    ...networkingSpecs(addresses),
    crdSpec(registry),
  ];
  for (const spec of specs) registry.add(spec);
  return registry;
}
