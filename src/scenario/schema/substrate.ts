import { z } from 'zod';

export const SUBSTRATES = ['netns', 'kind', 'kubeconfig', 'vm', 'sim'] as const;

export const substrate = z.enum(SUBSTRATES);
