/**
 * What a page does besides being read: values under the pointer, series that can be switched off, tables that sort.
 * Everything is there without it. Values come from the tables behind the plots, so that both say the same.
 */
(() => {
  /** @type {Record<string, number>} */
  const FACTORS = {
    ...{ ns: 1e-9, µs: 1e-6, ms: 1e-3, s: 1, min: 60, h: 3600 },
    ...{ KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, k: 1e3, M: 1e6, G: 1e9 },
  };

  /** A cell as something that sorts: numbers by value, whatever their unit; words after them. @param {string} text */
  const sortKey = (text) => {
    const found = /^(?:≥ )?(-?[\d,]*\.?\d+)\s*([a-zµA-Z]*)/.exec(
      text.replace(/^[+−]/, (sign) => (sign === '−' ? '-' : '')),
    );
    return found ? Number(found[1].replaceAll(',', '')) * (FACTORS[found[2]] ?? 1) : Infinity;
  };

  /** @param {HTMLTableElement} table */
  const makeSortable = (table) => {
    const [head] = table.tHead?.rows ?? [];
    const [body] = table.tBodies;
    if (!head || !body || body.rows.length < 3) return;
    for (const [column, th] of [...head.cells].entries()) {
      if (th.textContent === '') continue;
      const button = document.createElement('button');
      button.append(...th.childNodes);
      th.append(button);
      button.addEventListener('click', () => {
        const down = th.getAttribute('aria-sort') === 'descending';
        for (const other of head.cells) other.removeAttribute('aria-sort');
        th.setAttribute('aria-sort', down ? 'ascending' : 'descending');
        const text = (/** @type {HTMLTableRowElement} */ row) =>
          row.cells[column]?.firstChild?.textContent ?? '';
        const rows = [...body.rows].sort((a, b) => {
          const [x, y] = [sortKey(text(a)), sortKey(text(b))];
          const order =
            x === y || (x === Infinity && y === Infinity) ? text(a).localeCompare(text(b)) : x - y;
          return down ? order : -order;
        });
        body.append(...rows);
      });
    }
  };

  /** @param {HTMLElement} figure */
  const makeToggles = (figure) => {
    for (const item of figure.querySelectorAll('.legend li[data-series]')) {
      const series = /** @type {HTMLElement} */ (item).dataset.series;
      const button = document.createElement('button');
      button.type = 'button';
      button.setAttribute('aria-pressed', 'true');
      button.append(...item.childNodes);
      item.append(button);
      button.addEventListener('click', () => {
        const shown = button.getAttribute('aria-pressed') !== 'true';
        button.setAttribute('aria-pressed', String(shown));
        for (const mark of figure.querySelectorAll(`svg [data-series="${series}"]`)) {
          /** @type {SVGElement} */ (mark).style.display = shown ? '' : 'none';
        }
      });
    }
  };

  /** @param {HTMLElement} figure */
  const makeCursor = (figure) => {
    const plot = /** @type {HTMLElement | null} */ (figure.querySelector('.plot[data-cursor]'));
    const table = figure.querySelector('table');
    if (!plot || !table?.tHead) return;
    const names = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
    const rows = [.../** @type {NodeListOf<HTMLTableRowElement>} */ (table.querySelectorAll('tr[data-at]'))]
      .map((row) => ({ at: Number(row.dataset.at), values: [...row.cells].map((cell) => cell.textContent) }))
      .sort((a, b) => a.at - b.at);
    if (rows.length === 0) return;
    const readout = document.createElement('div');
    readout.className = 'readout';
    readout.setAttribute('aria-live', 'polite');
    readout.hidden = true;
    plot.append(readout);
    plot.tabIndex = 0;
    plot.setAttribute('role', 'group');
    plot.setAttribute(
      'aria-label',
      `${figure.querySelector('figcaption')?.textContent}: values by arrow keys`,
    );
    let current = -1;

    const drawing = () =>
      [...plot.querySelectorAll('svg')].find((svg) => svg.getBoundingClientRect().width > 0);
    const frameOf = (/** @type {SVGSVGElement} */ svg) => (svg.dataset.frame ?? '').split(' ').map(Number);

    const hide = () => {
      current = -1;
      readout.hidden = true;
      for (const line of plot.querySelectorAll('line.cursor')) line.remove();
    };

    const show = (/** @type {number} */ index) => {
      const svg = drawing();
      if (!svg || index === current) return;
      current = index;
      const { at, values } = rows[index];
      const [left, right, top, bottom] = frameOf(svg);
      const x = left + at * (right - left);
      /** @type {SVGLineElement | null} */
      let line = svg.querySelector('line.cursor');
      if (!line) {
        line = /** @type {SVGLineElement} */ (document.createElementNS(svg.namespaceURI, 'line'));
        line.setAttribute('class', 'cursor');
        svg.append(line);
      }
      for (const [name, value] of Object.entries({ x1: x, x2: x, y1: top, y2: bottom })) {
        line.setAttribute(name, String(value));
      }
      const list = document.createElement('dl');
      for (const [i, value] of values.entries()) {
        if (value === '') continue;
        const [term, detail] = [document.createElement('dt'), document.createElement('dd')];
        term.textContent = names[i];
        detail.textContent = value;
        list.append(term, detail);
      }
      readout.replaceChildren(list);
      readout.hidden = false;
      const pixel = (x / svg.viewBox.baseVal.width) * svg.clientWidth;
      const onLeft = pixel > plot.clientWidth / 2;
      readout.style.left = onLeft ? '' : `${pixel + 12}px`;
      readout.style.right = onLeft ? `${plot.clientWidth - pixel + 12}px` : '';
    };

    const nearest = (/** @type {number} */ share) =>
      rows.reduce(
        (best, row, i) => (Math.abs(row.at - share) < Math.abs(rows[best].at - share) ? i : best),
        0,
      );

    plot.addEventListener('pointermove', (event) => {
      const svg = drawing();
      if (!svg) return;
      const box = svg.getBoundingClientRect();
      const [left, right] = frameOf(svg);
      const x = ((event.clientX - box.left) / box.width) * svg.viewBox.baseVal.width;
      show(nearest((x - left) / (right - left)));
    });
    plot.addEventListener('pointerleave', hide);
    plot.addEventListener('blur', hide);
    plot.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') return hide();
      const last = rows.length - 1;
      /** @type {Record<string, number>} */
      const targets = {
        ...{ ArrowRight: current + 1, ArrowLeft: current - 1, PageDown: current + 10, PageUp: current - 10 },
        ...{ Home: 0, End: last },
      };
      const target = targets[event.key];
      if (target === undefined) return;
      event.preventDefault();
      show(Math.min(last, Math.max(0, target)));
    });
  };

  for (const figure of document.querySelectorAll('figure')) {
    makeToggles(figure);
    makeCursor(figure);
  }
  for (const table of document.querySelectorAll('table')) makeSortable(table);
})();
