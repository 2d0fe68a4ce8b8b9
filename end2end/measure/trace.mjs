// One action under Chromium's tracing, and what the main thread did meanwhile.

/** What is recorded: tasks, what they consist of, and frames; with samples of functions when asked for. */
const CATEGORIES = [
  'toplevel',
  'devtools.timeline',
  'disabled-by-default-devtools.timeline',
  'disabled-by-default-devtools.timeline.frame',
  'devtools.timeline.frame',
  'blink.user_timing',
  'v8.execute',
];
const SAMPLES = ['disabled-by-default-v8.cpu_profiler'];

/** A task that takes longer, in milliseconds, is felt. */
export const LONG = 50;

/** Which of the three kinds of work an event of the trace is. */
const KINDS = new Map(
  Object.entries({
    scripting: [
      'FunctionCall', 'EvaluateScript', 'v8.compile', 'V8.GCScavenger', 'MinorGC', 'MajorGC', 'TimerFire', 'FireAnimationFrame',
      'EventDispatch', 'RunMicrotasks', 'XHRReadyStateChange', 'V8.GC_MC_INCREMENTAL', 'v8.wasm.compileModule',
    ],
    layout: ['Layout', 'UpdateLayoutTree', 'RecalculateStyles', 'ScheduleStyleRecalculation', 'HitTest', 'IntersectionObserverController::computeIntersections'],
    paint: ['Paint', 'PrePaint', 'Layerize', 'Commit', 'CompositeLayers', 'UpdateLayer', 'DecodeImage', 'Decode Image', 'ImageDecodeTask', 'RasterTask'],
  }).flatMap(([kind, names]) => names.map((name) => [name, kind])),
);

/** Runs something while the browser records; gives the events. `settle` is how long is recorded after it. */
export async function record(browser, page, act, { samples = false, settle = 700 } = {}) {
  await browser.startTracing(page, { categories: samples ? [...CATEGORIES, ...SAMPLES] : CATEGORIES });
  await page.evaluate(() => console.timeStamp('begin'));
  await act();
  await page.waitForTimeout(settle);
  const trace = JSON.parse((await browser.stopTracing()).toString());
  return trace.traceEvents;
}

/** The thread on which the page ran while it was recorded: the one that our own mark came from. */
function mainThread(events) {
  const mark = events.find(({ name, args }) => name === 'TimeStamp' && args?.data?.message === 'begin');
  if (!mark) throw new Error('the mark of the page is not in the trace');
  return events.filter(({ pid, tid }) => pid === mark.pid && tid === mark.tid);
}

/**
 * What an action took: its longest task by the time that the thread ran and by the clock, the tasks over fifty milliseconds with the longest things in each,
 * the milliseconds of scripting, layout and paint on the main thread, and the frames that were drawn.
 */
export function summary(events) {
  const thread = mainThread(events);
  const whole = thread.filter(({ ph, dur }) => ph === 'X' && dur !== undefined);
  const tasks = whole.filter(({ name }) => name === 'RunTask' || name === 'ThreadControllerImpl::RunTask');
  // The page, the drawing and the server share two cores: what a task waits for them is not its own.
  const own = ({ dur, tdur = dur }) => tdur;
  const longest = Math.max(0, ...tasks.map(own)) / 1000;
  const waited = Math.max(0, ...tasks.map(({ dur }) => dur)) / 1000;
  const long = tasks.filter((task) => own(task) > LONG * 1000);
  return {
    longest,
    waited,
    over: long.length,
    ...work(whole),
    frames: new Set(events.filter(({ name }) => name === 'DrawFrame').map(({ ts }) => ts)).size,
    long: long.map((task) => ({ ms: task.dur / 1000, parts: parts(whole, task), functions: functions(events, thread, task) })),
  };
}

/** Milliseconds of each kind of work, each event without what lies inside it. */
function work(whole) {
  const sums = { scripting: 0, layout: 0, paint: 0 };
  const open = [];
  const close = (until) => {
    while (open.length && open.at(-1).ts + open.at(-1).dur <= until) {
      const { event, kind, own } = open.pop();
      if (kind) sums[kind] += own / 1000;
      void event;
    }
  };
  for (const event of [...whole].sort((a, b) => a.ts - b.ts || b.dur - a.dur)) {
    close(event.ts);
    // What is not named belongs to what it lies in.
    const kind = KINDS.get(event.name) ?? open.at(-1)?.kind;
    if (open.length) open.at(-1).own -= event.dur;
    open.push({ ts: event.ts, dur: event.dur, own: event.dur, kind, event });
  }
  close(Infinity);
  return sums;
}

/** The longest events inside a task. */
function parts(whole, task) {
  return whole
    .filter((event) => event !== task && event.ts >= task.ts && event.ts + event.dur <= task.ts + task.dur && event.dur > 5000)
    .sort((a, b) => b.dur - a.dur)
    .slice(0, 8)
    .map(({ name, dur, args }) => `${name} ${(dur / 1000).toFixed(1)} ms ${JSON.stringify(args?.data ?? {}).slice(0, 160)}`);
}

/** The functions that were sampled most in a task, when samples were recorded. */
function functions(events, thread, task) {
  const { pid } = thread[0];
  const nodes = new Map();
  const hits = new Map();
  const starts = new Map(events.filter(({ name, pid: of }) => name === 'Profile' && of === pid).map((event) => [event.id, event.args.data.startTime]));
  for (const [id, start] of starts) {
    let now = start;
    const chunks = events.filter((event) => event.name === 'ProfileChunk' && event.id === id && event.pid === pid).sort((a, b) => a.ts - b.ts);
    for (const { args } of chunks) {
      const profile = args.data.cpuProfile ?? {};
      for (const node of profile.nodes ?? []) nodes.set(node.id, node);
      (profile.samples ?? []).forEach((sample, index) => {
        now += args.data.timeDeltas?.[index] ?? 0;
        if (now < task.ts || now > task.ts + task.dur) return;
        const call = nodes.get(sample)?.callFrame;
        const name = `${call?.functionName || '(anonymous)'}${call?.url ? ` ${call.url.split('/').at(-1)}:${call.columnNumber ?? ''}` : ''}`;
        hits.set(name, (hits.get(name) ?? 0) + 1);
      });
    }
  }
  return [...hits].sort((a, b) => b[1] - a[1]).slice(0, 10);
}
