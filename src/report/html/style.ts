/** The one style sheet: colours as variables for light, dark and print; marks of plots by class. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #fff; --ink: #1c2024; --dim: #60666d; --rule: #dfe3e8; --soft: #f5f7f9;
  --good: #18794e; --bad: #c62a2f; --doubt: #946800; --accent: #2563eb; --area: #93b4f5;
  --reserved: #dbe4f7; --resting: #f0c674; --change: #7c3aed;
  --part-exec: #4e79a7; --part-queue: #f28e2b; --part-ipam: #59a14f; --part-link: #e15759;
  --part-addr: #76b7b2; --part-map: #d4ac1a; --part-persist: #b07aa1; --part-other: #9da3a8;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #14171a; --ink: #e8eaed; --dim: #9aa1a9; --rule: #2f353b; --soft: #1d2125;
    --good: #4cc38a; --bad: #ff6369; --doubt: #f5c451; --accent: #7aa2f7; --area: #3d5a99;
    --reserved: #232e47; --resting: #8a6d2f; --change: #bb9af7;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 24px 16px 64px; max-width: 1132px; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
h1 { margin: 0; font-size: 28px; line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin: 40px 0 8px; font-size: 19px; }
h3 { margin: 20px 0 4px; font-size: 15px; }
.headline { font-weight: 600; overflow-wrap: anywhere; }
p { margin: 4px 0 12px; }
a { color: var(--accent); }
sup { font-size: 11px; line-height: 0; margin-left: 1px; }
.id, .about, .note, .exit { color: var(--dim); }
.id { margin: 0; font-size: 13px; overflow-wrap: anywhere; }
.about, .note { font-size: 13px; margin: 4px 0; }
.verdict { margin: 16px 0; padding: 12px 16px; border-left: 5px solid currentColor; background: var(--soft); border-radius: 4px; }
.verdict strong { font-size: 19px; }
.verdict ul { margin: 6px 0 0; padding-left: 20px; color: var(--ink); overflow-wrap: anywhere; }
.good { color: var(--good); } .bad { color: var(--bad); } .doubt, .warning { color: var(--doubt); }
.dim { color: var(--dim); } .strong { font-weight: 600; } td.bad { font-weight: 600; }
.lead { margin: 0; padding: 0; list-style: none; font-size: 13px; color: var(--dim); }
.lead li { margin: 3px 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
.scroll:focus-visible, pre:focus-visible, summary:focus-visible, a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
table { border-collapse: collapse; font-size: 13.5px; font-variant-numeric: tabular-nums; }
th, td { padding: 4px 14px 4px 0; white-space: nowrap; vertical-align: top; border-bottom: 1px solid var(--rule); }
td.left:last-child { white-space: normal; min-width: 30ch; }
th { color: var(--dim); font-weight: 500; }
.left { text-align: left; } .right { text-align: right; }
.grid { display: grid; grid-template-columns: 1fr 1fr; gap: 8px 20px; }
figure { margin: 20px 0 8px; min-width: 0; break-inside: avoid; }
figcaption { font-weight: 600; overflow-wrap: anywhere; }
svg { display: block; width: 100%; height: auto; margin: 6px 0; }
svg.narrow { display: none; }
svg text { font: 11.5px system-ui, "DejaVu Sans", sans-serif; fill: var(--dim); font-variant-numeric: tabular-nums; }
svg text.label { font-size: 12.5px; fill: var(--ink); }
.axis line { stroke: var(--rule); stroke-width: 1; }
.curve, .line { fill: none; stroke: var(--accent); stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
.curve.bound { stroke: var(--bad); stroke-dasharray: 5 4; }
.failed-band { fill: var(--bad); opacity: .1; }
.line.p50 { stroke: var(--accent); } .line.p99 { stroke: var(--doubt); }
.area { fill: var(--area); } .bar { fill: var(--part-other); } .bar.bad { fill: var(--bad); }
line.limit { stroke: var(--ink); stroke-dasharray: 2 3; } circle.limit { fill: var(--ink); }
svg text.limit { fill: var(--ink); }
line.mark { stroke: var(--dim); stroke-dasharray: 1 3; } svg text.mark { fill: var(--dim); paint-order: stroke; stroke: var(--page); stroke-width: 4px; }
${[
  ['fault', 'bad'],
  ['change', 'change'],
  ['release', 'good'],
]
  .map(
    ([kind, colour]) =>
      `line.mark.${kind} { stroke: var(--${colour}); stroke-dasharray: 3 3; } svg text.mark.${kind} { fill: var(--${colour}); font-weight: 600; }`,
  )
  .join('\n')}
.area.reserved { fill: var(--reserved); } .area.resting { fill: var(--resting); }
.line.capacity { stroke: var(--ink); stroke-width: 1.2; stroke-dasharray: 5 3; } .line.pods, .line.refused { stroke: var(--bad); } .line.del { stroke: var(--doubt); }
.line.tail { stroke-dasharray: 5 4; stroke-width: 1.5; } .dot { fill: var(--accent); } .dot.tail { fill: var(--page); stroke: var(--accent); stroke-width: 2; } line.spread { stroke: var(--accent); stroke-width: 2; } line.spread.bound { stroke: var(--bad); stroke-dasharray: 5 4; } .dot.tail.bound { stroke: var(--bad); }
.cells { padding-left: 20px; } .cells li { margin: 0 0 10px; overflow-wrap: anywhere; }
.dot.del { fill: var(--doubt); } .dot.refused { fill: var(--bad); }
.dot.tail.del { fill: var(--page); stroke: var(--doubt); } .dot.tail.refused { fill: var(--page); stroke: var(--bad); }
.legend { display: flex; flex-wrap: wrap; gap: 2px 16px; margin: 4px 0; padding: 0; list-style: none; font-size: 13px; color: var(--dim); }
.legend i { display: inline-block; width: 12px; height: 12px; margin-right: 6px; border-radius: 2px; vertical-align: -1px; }
.legend i.area { background: var(--area); } .legend i.bar { background: var(--part-other); } .legend i.bar.bad { background: var(--bad); }
.legend i.line { height: 3px; vertical-align: 4px; background: var(--accent); } .legend i.line.p99, .legend i.line.del { background: var(--doubt); }
.legend i.area.reserved { background: var(--reserved); } .legend i.area.resting { background: var(--resting); }
.legend i.line.capacity { background: var(--ink); } .legend i.line.pods, .legend i.line.refused { background: var(--bad); }
.legend i.line.tail { background: repeating-linear-gradient(90deg, var(--accent) 0 4px, transparent 4px 7px); }
.legend i.line.tail.del { background: repeating-linear-gradient(90deg, var(--doubt) 0 4px, transparent 4px 7px); }
.legend i.line.tail.refused { background: repeating-linear-gradient(90deg, var(--bad) 0 4px, transparent 4px 7px); }
${['exec', 'queue', 'ipam', 'link', 'addr', 'map', 'persist', 'other']
  .map((part) => `.part-${part} { fill: var(--part-${part}); background: var(--part-${part}); }`)
  .join('\n')}
details { margin: 6px 0; } summary { cursor: pointer; color: var(--dim); font-size: 13px; }
pre { padding: 12px; overflow-x: auto; background: var(--soft); border-radius: 4px; font: 12.5px/1.45 ui-monospace, "DejaVu Sans Mono", monospace; }
@media (max-width: 720px) {
  .grid { grid-template-columns: 1fr; }
  svg.wide { display: none; } svg.narrow { display: block; }
  h1 { font-size: 24px; }
}
@media print {
  body { max-width: none; padding: 0; font-size: 11pt; }
  table { font-size: 9.5pt; } th, td { padding-right: 9px; }
  svg text, svg text.label { font-size: 14px; } pre { white-space: pre-wrap; } .scroll { overflow: visible; } details:not([open]) { display: none; }
  .verdict, .bar, .area, rect { print-color-adjust: exact; }
}
`;
