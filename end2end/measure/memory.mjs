// What a page holds: heap, WebAssembly memory, elements, and decoded pictures.
import { readFileSync } from 'node:fs';

/** Reads what a page holds, over one debugging session. */
export class Memory {
  /** To be called before the page is opened: notes the WebAssembly memories that it makes. */
  static watch(page) {
    return page.addInitScript(() => {
      const memories = new Set();
      globalThis.memories = memories;
      for (const name of ['instantiate', 'instantiateStreaming']) {
        const plain = WebAssembly[name].bind(WebAssembly);
        WebAssembly[name] = async (...given) => {
          const made = await plain(...given);
          for (const value of Object.values((made.instance ?? made).exports)) {
            if (value instanceof WebAssembly.Memory) memories.add(value);
          }
          return made;
        };
      }
    });
  }

  static async of(browser, page) {
    const memory = new Memory();
    memory.page = page;
    memory.session = await page.context().newCDPSession(page);
    memory.whole = await browser.newBrowserCDPSession();
    await memory.session.send('HeapProfiler.enable');
    return memory;
  }

  /** Megabytes and counts after the garbage is collected. */
  async sample() {
    await this.session.send('HeapProfiler.collectGarbage');
    const heap = await this.session.send('Runtime.getHeapUsage');
    const counters = await this.session.send('Memory.getDOMCounters');
    return {
      heap_mb: heap.usedSize / 1e6,
      wasm_mb: (await this.webAssembly()) / 1e6,
      renderer_mb: await this.renderer(),
      // All that live, those out of the page included.
      nodes: counters.nodes,
      listeners: counters.jsEventListeners,
      ...(await this.elements()),
    };
  }

  /** Elements in the grid and the page, and the pixels of the pictures that the page shows. */
  elements() {
    return this.page.evaluate(() => {
      const images = [...document.querySelectorAll('img')];
      return {
        grid_nodes: document.querySelectorAll('.grid-block *').length,
        page_nodes: document.querySelectorAll('*').length,
        images: images.length,
        decoded_mb: images.reduce((sum, { naturalWidth, naturalHeight }) => sum + naturalWidth * naturalHeight * 4, 0) / 1e6,
      };
    });
  }

  /** Bytes of all WebAssembly memories of the page. */
  webAssembly() {
    return this.page.evaluate(() => [...globalThis.memories].reduce((sum, memory) => sum + memory.buffer.byteLength, 0));
  }

  /** Megabytes of memory of its own of the largest process that draws a page; nothing where /proc is not. */
  async renderer() {
    const { processInfo } = await this.whole.send('SystemInfo.getProcessInfo');
    const sizes = processInfo
      .filter(({ type }) => type === 'renderer')
      .map(({ id }) => {
        try {
          return Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))[1]) / 1e3;
        } catch {
          return null;
        }
      });
    return sizes.length ? Math.max(...sizes) : null;
  }
}

/** How much a value grows in a minute, by least squares over [minute, value] pairs. */
export function slope(points) {
  const count = points.length;
  const mean = (index) => points.reduce((sum, point) => sum + point[index], 0) / count;
  const [x, y] = [mean(0), mean(1)];
  const over = points.reduce((sum, [at, value]) => sum + (at - x) * (value - y), 0);
  const under = points.reduce((sum, [at]) => sum + (at - x) ** 2, 0);
  return under ? over / under : 0;
}
