package podnet

import (
	"context"
	"time"

	"go.k6.io/k6/lib"
	"go.k6.io/k6/metrics"

	"churnlab.dev/xk6/internal/clock"
	"churnlab.dev/xk6/internal/dial"
)

// podnetMetrics are k6's own view of batches, for its thresholds and its summary. Results of churnlab come from the raw
// samples of the dialers.
type podnetMetrics struct {
	connect, request, requests, failed, misrouted, bytes *metrics.Metric
}

func register(registry *metrics.Registry) podnetMetrics {
	return podnetMetrics{
		connect:   registry.MustNewMetric("podnet_connect", metrics.Trend, metrics.Time),
		request:   registry.MustNewMetric("podnet_request", metrics.Trend, metrics.Time),
		requests:  registry.MustNewMetric("podnet_requests", metrics.Counter),
		failed:    registry.MustNewMetric("podnet_failed", metrics.Counter),
		misrouted: registry.MustNewMetric("podnet_misrouted", metrics.Counter),
		bytes:     registry.MustNewMetric("podnet_bytes", metrics.Counter, metrics.Data),
	}
}

// push hands a batch to k6 in one piece.
func (m podnetMetrics) push(ctx context.Context, state *lib.State, r *dial.Result, batch dial.Batch) {
	current := state.Tags.GetCurrentValues()
	tags := current.Tags.With("kind", batch.Kind).With("from", batch.From)
	samples := make([]metrics.Sample, 0, len(r.Connect)+len(r.Request)+4)
	add := func(metric *metrics.Metric, at time.Time, value float64) {
		samples = append(samples, metrics.Sample{
			TimeSeries: metrics.TimeSeries{Metric: metric, Tags: tags}, Time: at, Value: value, Metadata: current.Metadata,
		})
	}
	for i, at := range r.At {
		wall := clock.Wall(at)
		if r.Connect[i] >= 0 {
			add(m.connect, wall, metrics.D(time.Duration(r.Connect[i])))
		}
		add(m.request, wall, metrics.D(time.Duration(r.Request[i])))
	}
	end := clock.Wall(r.EndNs)
	add(m.requests, end, float64(r.Count))
	add(m.failed, end, float64(r.Count-r.OK))
	add(m.misrouted, end, float64(r.Misrouted))
	add(m.bytes, end, float64(r.Bytes))
	metrics.PushIfNotDone(ctx, state.Samples, metrics.ConnectedSamples{Samples: samples, Tags: tags, Time: end})
}
