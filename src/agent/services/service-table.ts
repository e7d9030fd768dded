import type { ServicePortSpec } from '../../datapath/services/index.ts';
import { type EndpointSlice, keyOf, type Service } from '../../kube/index.ts';
import { type ParsedService, parseService, type ServiceDefaults } from './parse-service.ts';
import { type ParsedSlice, parseSlice, serviceOf } from './parse-slice.ts';

/** Service ports that are other than before, and those that are no more. */
export interface TableChange {
  /** `namespace/name` of the Service. */
  readonly service: string;
  readonly set: readonly ServicePortSpec[];
  readonly deleted: readonly string[];
}

interface Row {
  parsed: ParsedService | undefined;
  readonly slices: Map<string, ParsedSlice>;
  specs: readonly ServicePortSpec[];
}

/**
 * All Services with their endpoints, merged from Services and EndpointSlices: pure, and the same for all nodes. A change
 * of one object costs as much as its own Service.
 */
export class ServiceTable {
  readonly #defaults: ServiceDefaults;
  readonly #rows = new Map<string, Row>();

  constructor(defaults: ServiceDefaults) {
    this.#defaults = defaults;
  }

  setService(service: Service): TableChange {
    return this.#update(keyOf(service), (row) => {
      row.parsed = parseService(service, this.#defaults);
    });
  }

  deleteService(service: Service): TableChange {
    return this.#update(keyOf(service), (row) => {
      row.parsed = undefined;
    });
  }

  /** Undefined when the slice belongs to no Service. */
  setSlice(slice: EndpointSlice): TableChange | undefined {
    const service = serviceOf(slice);
    const parsed = parseSlice(slice);
    if (service === undefined || !parsed) return undefined;
    return this.#update(service, (row) => row.slices.set(keyOf(slice), parsed));
  }

  deleteSlice(slice: EndpointSlice): TableChange | undefined {
    const service = serviceOf(slice);
    return service === undefined
      ? undefined
      : this.#update(service, (row) => row.slices.delete(keyOf(slice)));
  }

  /** All service ports. */
  *specs(): Generator<ServicePortSpec> {
    for (const { specs } of this.#rows.values()) yield* specs;
  }

  #update(service: string, work: (row: Row) => void): TableChange {
    const row = this.#rows.get(service) ?? { parsed: undefined, slices: new Map(), specs: [] };
    work(row);
    const before = new Set(row.specs.map(({ key }) => key));
    row.specs = specsOf(row);
    if (row.parsed || row.slices.size > 0) this.#rows.set(service, row);
    else this.#rows.delete(service);
    for (const { key } of row.specs) before.delete(key);
    return { service, set: row.specs, deleted: [...before] };
  }
}

function specsOf({ parsed, slices }: Row): ServicePortSpec[] {
  if (!parsed) return [];
  const { internalLocal, externalLocal, affinitySeconds, maglev, dsr } = parsed;
  return parsed.ports.map(({ name, ...port }): ServicePortSpec => {
    const lists = [...slices.values()].flatMap((slice) =>
      slice.family === port.family ? [slice.ports.get(`${name}/${port.protocol}`) ?? []] : [],
    );
    return {
      ...port,
      endpoints: lists.length === 1 ? lists[0]! : lists.flat(),
      internalLocal,
      externalLocal,
      affinitySeconds,
      maglev,
      dsr,
    };
  });
}
