// The summary of a trace as a picture for the docs.

/** Letters that mean something in HTML. */
const escape = (text) => String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const ms = (value) => `${value < 10 ? value.toFixed(1) : Math.round(value)}`;

/** Draws the table into a PNG. */
export async function draw(browser, file, { rows, total, limit }) {
  const version = browser.version();
  const page = await browser.newPage({ viewport: { width: 860, height: 400 }, deviceScaleFactor: 1.5 });
  await page.setContent(html(rows, total, limit, version));
  await page.locator('main').screenshot({ path: file });
  await page.close();
}

function html(rows, total, limit, version) {
  const most = Math.max(limit, ...rows.map(({ longest }) => longest));
  const row = ({ action, longest, waited, over, scripting, layout, paint, frames }) => `
    <tr>
      <th scope="row">${escape(action)}</th>
      <td class="bar"><span class="${over ? 'over' : ''}" style="width:${((longest / most) * 100).toFixed(1)}%"></span></td>
      <td>${ms(longest)}</td><td>${ms(waited)}</td><td>${over}</td>
      <td>${ms(scripting)}</td><td>${ms(layout)}</td><td>${ms(paint)}</td><td>${frames}</td>
    </tr>`;
  const line = ((limit / most) * 100).toFixed(1);
  return `<!doctype html><meta charset="utf-8"><style>
    body { margin: 0; background: #131211; }
    main { width: 820px; padding: 22px 20px 16px; background: #131211; color: #d8d4cf; font: 14px/1.3 system-ui, sans-serif; }
    h1 { margin: 0 0 4px; font-size: 17px; font-weight: 600; color: #f4f1ec; }
    p { margin: 0 0 14px; color: #9a948c; font-size: 12.5px; }
    table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
    th, td { padding: 5px 8px; text-align: right; border-bottom: 1px solid #2b2826; font-weight: 400; }
    thead th { color: #9a948c; font-size: 12px; vertical-align: bottom; }
    th:first-child { text-align: left; padding-left: 0; color: #f4f1ec; }
    thead th:first-child, thead .bar { color: #9a948c; text-align: left; }
    .bar { width: 180px; text-align: left;
      background: linear-gradient(#7d766d, #7d766d) no-repeat calc(8px + ${line} * (100% - 16px) / 100) 0 / 1px 100%; }
    .bar span { display: block; height: 9px; border-radius: 2px; background: #d29a45; min-width: 2px; }
    .bar span.over { background: #e0604c; }
    thead .bar { background: none; }
  </style><main>
    <h1>What each action costs the page's main thread</h1>
    <p>${total.toLocaleString('en-GB')} pictures, Chromium ${escape(version)}, 1440 × 900, two cores, software drawing.
      Milliseconds that the thread ran; by the clock it also waits for a core. The thin line is the limit of ${limit} ms.</p>
    <table><thead><tr>
      <th scope="col">action</th><th scope="col" class="bar">longest task</th><th scope="col">ms</th><th scope="col">by the clock</th><th scope="col">over ${limit}</th>
      <th scope="col">scripts</th><th scope="col">layout</th><th scope="col">paint</th><th scope="col">frames</th>
    </tr></thead><tbody>${rows.map(row).join('')}</tbody></table></main>`;
}
