/** A run as it goes on: every event of it that is stored comes here too, one message each, and moves the plots. */
(() => {
  /** @typedef {import('uplot')} UPlot */
  /** @typedef {import('../../measure/index.ts').RunEvent} RunEvent */

  const METRICS = ['pod.sandbox', 'cni.add', 'ipam.node_cidr', 'service.allocated', 'cni.del'];
  const MOST_LATENCIES = 2;
  /** @type {Record<string, string>} */
  const COLOURS = {
    fault: '--bad',
    change: '--change',
    release: '--good',
    phase: '--dim',
    warning: '--doubt',
  };

  /** @param {string} id */
  const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
  /** @param {string} name */
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  /** @param {number | null} ns */
  const duration = (ns) => {
    if (ns === null || ns === undefined) return '–';
    const [size, unit] =
      ns >= 1e9 ? [1e9, 's'] : ns >= 1e6 ? [1e6, 'ms'] : ns >= 1e3 ? [1e3, 'µs'] : [1, 'ns'];
    return `${Number((ns / size).toPrecision(3))} ${unit}`;
  };
  /** @param {number | null} n */
  const number = (n) => (n === null || n === undefined ? '–' : Number(n.toPrecision(6)).toLocaleString('en'));

  /** What happened, for lines through all plots: seconds, and the colour. @type {{ at: number, kind: string }[]} */
  const marks = [];

  /** A plot that grows: times, and a column for each series. */
  class Chart {
    /**
     * @param {string} title
     * @param {{ label: string, stroke: string, fill?: string, axis?: string }[]} series
     * @param {{ value: (n: number | null) => string, isLog?: boolean }} options
     */
    constructor(title, series, { value, isLog = false }) {
      const section = document.createElement('section');
      const heading = document.createElement('h2');
      heading.textContent = title;
      this.holder = document.createElement('div');
      section.append(heading, this.holder);
      byId('charts').append(section);
      this.series = series;
      this.value = value;
      this.isLog = isLog;
      /** @type {(number | null)[][]} */
      this.data = [[], ...series.map(() => [])];
      this.plot = this.draw();
      new ResizeObserver(() => this.plot.setSize({ width: this.holder.clientWidth, height: 220 })).observe(
        this.holder,
      );
    }

    draw() {
      const axis = {
        stroke: colour('--dim'),
        grid: { stroke: colour('--rule'), width: 1 },
        ticks: { show: false },
      };
      return new uPlot(
        {
          width: this.holder.clientWidth || 340,
          height: 220,
          scales: {
            x: { time: false },
            y: this.isLog ? { distr: 3 } : { range: (_plot, _low, high) => [0, Math.max(1, high * 1.05)] },
          },
          axes: [
            { ...axis, values: (_plot, ticks) => ticks.map((second) => `${second} s`) },
            {
              ...axis,
              size: 66,
              values: (_plot, ticks) => ticks.map((tick) => (tick === null ? '' : this.value(tick))),
            },
          ],
          series: [
            { label: 'time', value: (_plot, second) => (second === null ? '–' : `${second.toFixed(1)} s`) },
            ...this.series.map(({ label, stroke, fill }) => ({
              label,
              stroke: colour(stroke),
              width: 2,
              points: { show: false },
              ...(fill && { fill: colour(fill) }),
              value: (/** @type {UPlot} */ _plot, /** @type {number | null} */ n) => this.value(n),
            })),
          ],
          hooks: { draw: [drawMarks] },
        },
        /** @type {import('uplot').AlignedData} */ (this.data),
        this.holder,
      );
    }

    /** @param {number} second @param {(number | null)[]} values */
    push(second, values) {
      this.data[0].push(second);
      for (const [i, value] of values.entries()) this.data[i + 1].push(value);
      this.plot.setData(/** @type {import('uplot').AlignedData} */ (this.data));
    }

    clear() {
      this.data = this.data.map(() => []);
      this.plot.setData(/** @type {import('uplot').AlignedData} */ (this.data));
    }

    /** In the colours of now: light and dark may change while a run goes on. */
    redraw() {
      this.plot.destroy();
      this.plot = this.draw();
    }
  }

  /** @param {UPlot} plot */
  const drawMarks = (plot) => {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.setLineDash([4, 4]);
    for (const { at, kind } of marks) {
      const x = Math.round(plot.valToPos(at, 'x', true));
      if (x < bbox.left || x > bbox.left + bbox.width) continue;
      ctx.strokeStyle = colour(COLOURS[kind]);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
    }
    ctx.restore();
  };

  const load = new Chart(
    'Load',
    [
      { label: 'alive', stroke: '--accent', fill: '--reserved' },
      { label: 'arrivals/s', stroke: '--dim' },
      { label: 'failed/s', stroke: '--bad' },
    ],
    { value: number },
  );
  /** @type {Map<string, Chart>} */
  const latencies = new Map();
  /** @type {Chart | undefined} */
  let pools;
  /** @type {Chart | undefined} */
  let waiting;
  let startNs = 0;
  let failedBefore = 0;
  let isOver = false;

  const charts = () => [load, ...latencies.values(), pools, waiting].filter((chart) => chart !== undefined);

  /** @param {number} second @param {string} kind @param {string} text */
  const tell = (second, kind, text) => {
    if (kind !== 'warning') marks.push({ at: second, kind });
    const item = document.createElement('li');
    const time = document.createElement('time');
    time.textContent = `${second.toFixed(1)} s`;
    const words = document.createElement('span');
    words.textContent = text;
    words.style.color = `var(${COLOURS[kind]})`;
    item.append(time, words);
    byId('log').prepend(item);
  };

  /** @param {number} second @param {import('../../measure/index.ts').Progress} progress */
  const onProgress = (second, progress) => {
    const failed = Object.values(progress.failed).reduce((sum, count) => sum + (count ?? 0), 0);
    load.push(second, [progress.alive, progress.ratePerSecond, failed - failedBefore]);
    failedBefore = failed;
    const known = METRICS.filter((name) => progress.quantiles[name]);
    for (const name of known) {
      if (!latencies.has(name) && latencies.size < MOST_LATENCIES) {
        const series = [
          { label: 'p50 of this second', stroke: '--accent' },
          { label: 'p99', stroke: '--second' },
        ];
        latencies.set(name, new Chart(name, series, { value: duration, isLog: true }));
      }
      const last = progress.quantiles[name]?.last;
      const positive = (/** @type {number | undefined} */ ns) => (ns !== undefined && ns > 0 ? ns : null);
      latencies.get(name)?.push(second, [positive(last?.p50), positive(last?.p99)]);
    }
    const { started, planned, alive, ratePerSecond, late, dropped, remainingNs } = progress;
    const bar = /** @type {HTMLProgressElement} */ (byId('progress'));
    bar.max = Math.max(1, planned);
    bar.value = started;
    byId('started').textContent = `${number(started)} of ${number(planned)}`;
    byId('alive').textContent = number(alive);
    byId('rate').textContent = `${number(ratePerSecond)}/s`;
    byId('late').textContent = `${number(late)} late, ${number(dropped)} dropped`;
    byId('left').textContent = duration(remainingNs);
    byId('latency').textContent = known
      .slice(0, 1)
      .map(
        (name) =>
          `${duration(progress.quantiles[name]?.p50 ?? null)}, ${duration(progress.quantiles[name]?.p99 ?? null)}`,
      )
      .join('');
    byId('latency-name').textContent = `${known[0] ?? 'latency'} p50, p99`;
    const classes = Object.entries(progress.failed).filter(([, count]) => count);
    byId('failed').textContent =
      classes.length === 0 ? '0' : classes.map(([name, count]) => `${number(count ?? 0)} ${name}`).join(', ');
    byId('failed').className = classes.length === 0 ? '' : 'bad';
  };

  /** @param {number} second @param {import('../../measure/index.ts').IpamSample} view */
  const onPools = (second, view) => {
    const sum = (/** @type {'used' | 'cooling' | 'reserved'} */ field) =>
      view.pools.reduce((total, pool) => total + pool[field], 0);
    pools ??= new Chart(
      'Addresses of all pools',
      [
        { label: 'in CIDRs of nodes', stroke: '--dim' },
        { label: 'used and resting', stroke: '--resting' },
        { label: 'used', stroke: '--accent', fill: '--reserved' },
      ],
      { value: number },
    );
    pools.push(second, [sum('reserved'), sum('used') + sum('cooling'), sum('used')]);
    if (!waiting && view.waitingNodes + view.waitingPods === 0) return;
    waiting ??= new Chart(
      'Who waits',
      [
        { label: 'pods', stroke: '--bad' },
        { label: 'nodes', stroke: '--accent' },
      ],
      { value: number },
    );
    waiting.push(second, [view.waitingPods, view.waitingNodes]);
  };

  /** Of several runs each begins on an empty page. @param {number} at */
  const begin = (at) => {
    startNs = at;
    failedBefore = 0;
    isOver = false;
    marks.length = 0;
    byId('log').replaceChildren();
    byId('end').textContent = '';
    byId('state').textContent = 'running';
    for (const chart of charts()) chart.clear();
  };

  /** @param {RunEvent} event */
  const onEvent = (event) => {
    const second = Math.max(0, (event.at - startNs) / 1e9);
    byId('elapsed').textContent = `${second.toFixed(0)} s`;
    switch (event.kind) {
      case 'run.started':
        begin(event.at);
        byId('title').textContent = event.scenario;
        document.title = `${event.scenario} · churnlab`;
        break;
      case 'phase.started':
        byId('phase').textContent = event.phase;
        tell(second, 'phase', `phase ${event.phase}`);
        break;
      case 'fault':
        tell(second, 'fault', event.node === undefined ? event.text : `${event.text} on ${event.node}`);
        break;
      case 'change':
        tell(second, 'change', event.text);
        break;
      case 'release':
        tell(second, 'release', `release of ${event.count} ${event.subject}s`);
        break;
      case 'warning':
        tell(second, 'warning', event.text);
        break;
      case 'progress':
        onProgress(second, event.progress);
        break;
      case 'ipam':
        onPools(second, event.view);
        break;
    }
  };

  const source = new EventSource('events');
  byId('state').textContent = 'connecting';
  source.addEventListener('open', () => {
    byId('state').textContent = 'running';
  });
  source.addEventListener('error', () => {
    if (!isOver) byId('state').textContent = 'no connection';
    else source.close();
  });
  source.addEventListener('message', (message) => onEvent(JSON.parse(message.data)));
  source.addEventListener('end', (message) => {
    const { outcome, folder } = JSON.parse(/** @type {MessageEvent} */ (message).data);
    isOver = true;
    byId('state').textContent = `ended: ${outcome}`;
    byId('end').textContent = `The report is in ${folder}`;
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    for (const chart of charts()) chart.redraw();
  });
})();
