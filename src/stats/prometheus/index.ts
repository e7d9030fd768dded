export { exposition, type MetricFamily, type MetricSample, singles } from './exposition.ts';
export { Histogram } from './histogram.ts';
